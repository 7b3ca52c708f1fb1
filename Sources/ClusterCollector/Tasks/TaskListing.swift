import HPCPackClient
import JSONRows

/// One query for the tasks of a job.
struct TaskQuery: Sendable, Equatable {
    var job: Int64
    /// The time from which changes are asked for, in Unix seconds; `nil` for all tasks.
    var start: UInt32?
    /// Whether the job has ended: its tasks are read this once.
    var jobHasEnded: Bool
    /// Whether the tasks may have changed; otherwise they are asked for only because a full read is due.
    var mayHaveChanged: Bool
    /// The newest change time that the server's clock had reached before the query, in Unix seconds; 0 when unknown.
    var newestChange: UInt32
    /// The revision of the job for which the query was made.
    var revision: UInt64
    /// When the query was made.
    var made: ContinuousClock.Instant

    /// The same query for all tasks.
    var forAllTasks: TaskQuery {
        var query = self
        query.start = nil
        return query
    }
}

/// The rows of one task listing, each task by its key with its last state.
final class TaskListing: ListingStage {
    /// A task of the listing.
    struct Task: Equatable {
        var key: UInt64
        var state: TaskState
        var changeTime: UInt32
    }

    private let decoder: RowDecoder
    /// The time from which changes were asked for, in Unix seconds; `nil` for all tasks.
    private let start: UInt32?
    private var rows: [Task] = []
    /// Created when the first key comes out of order; until then the last key tells whether a key is new.
    private var seen: Set<UInt64>?
    private(set) var rowsWithoutID = 0
    /// Rows that changed before the time from which changes were asked for.
    private(set) var rowsBeforeStart = 0
    /// Whether any row carried `ChangeTime`; without it changes cannot be asked for.
    private(set) var hasChangeTimes = false

    init(_ context: CollectionContext, from start: UInt32?) {
        decoder = context.decoder()
        self.start = start
    }

    /// The number of rows.
    var count: Int { rows.count }

    func begin() {
        rows = []
        seen = nil
        rowsWithoutID = 0
        rowsBeforeStart = 0
        hasChangeTimes = false
    }

    func stage(_ row: borrowing Row) -> Bool {
        guard let task = decoder.task(row) else {
            rowsWithoutID += 1
            return false
        }
        if task.changeTime != 0 {
            hasChangeTimes = true
            if let start, task.changeTime < start { rowsBeforeStart += 1 }
        }
        let key = task.key
        let isNew: Bool
        if seen == nil, rows.last.map({ $0.key < key }) ?? true {
            isNew = true
        } else {
            if seen == nil { seen = Set(rows.map(\.key)) }
            isNew = seen?.insert(key).inserted ?? true
        }
        rows.append(Task(key: key, state: task.state, changeTime: task.changeTime))
        return isNew
    }

    /// The tasks in the order of their keys, each once, with its last values.
    func tasks() -> [Task] {
        guard seen != nil else { return rows }
        // Of two rows with one key the later sorts last and stays.
        let order = rows.indices.sorted { (rows[$0].key, $0) < (rows[$1].key, $1) }
        var tasks: [Task] = []
        for index in order {
            if tasks.last?.key == rows[index].key { tasks.removeLast() }
            tasks.append(rows[index])
        }
        return tasks
    }
}
