import HPCPackClient
import JSONRows

/// Stages the tasks of one job, each by id with its last state.
final class TaskStage: ListingStage {
    private let decoder: RowDecoder
    /// The time from which changes were asked for, in Unix seconds; `nil` for all tasks.
    private let from: UInt32?
    private var keys: [UInt64] = []
    private var values: [(state: TaskState, time: UInt32)] = []
    /// Made when the first key comes out of order; until then the last key tells whether one is new.
    private var seen: Set<UInt64>?
    private(set) var rowsWithoutID = 0
    /// Rows stamped before the time from which changes were asked for.
    private(set) var rowsBefore = 0
    /// Whether any row carried `ChangeTime`; without it changes cannot be asked for.
    private(set) var hasTimes = false

    init(_ context: RoundContext, from: UInt32?) {
        decoder = context.decoder()
        self.from = from
    }

    /// How many rows were staged.
    var count: Int { keys.count }

    func begin() {
        keys = []
        values = []
        seen = nil
        rowsWithoutID = 0
        rowsBefore = 0
        hasTimes = false
    }

    func stage(_ row: borrowing Row) -> Bool {
        guard let task = decoder.task(row) else {
            rowsWithoutID += 1
            return false
        }
        if task.changeTime != 0 {
            hasTimes = true
            if let from, task.changeTime < from { rowsBefore += 1 }
        }
        let key = task.key
        let isNew: Bool
        if seen == nil, keys.last.map({ $0 < key }) ?? true {
            isNew = true
        } else {
            if seen == nil { seen = Set(keys) }
            isNew = seen?.insert(key).inserted ?? true
        }
        keys.append(key)
        values.append((task.state, task.changeTime))
        return isNew
    }

    /// The tasks in the order of their keys, each once, with its last values.
    func tasks() -> [(key: UInt64, state: TaskState, time: UInt32)] {
        guard seen != nil else {
            return keys.indices.map { (keys[$0], values[$0].state, values[$0].time) }
        }
        // The later of two rows with one key sorts last and stays.
        let order = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        var tasks: [(key: UInt64, state: TaskState, time: UInt32)] = []
        for place in order {
            if tasks.last?.key == keys[place] { tasks.removeLast() }
            tasks.append((keys[place], values[place].state, values[place].time))
        }
        return tasks
    }
}
