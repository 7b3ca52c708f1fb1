import HPCPackClient
import JSONRows

/// What the rows of a listing tell of jobs beyond the job table: details of active jobs, and numbers of tasks.
struct JobDetailRows {
    /// What was asked for.
    let properties: JobProperties
    /// Whether the tasks of jobs that have ended count too.
    let countsEndedTasks: Bool
    /// The details of the jobs that have not ended.
    private(set) var details: [Int64: JobDetail] = [:]
    /// The numbers of tasks of jobs.
    private(set) var taskCounts = TaskCountRows()

    /// Creates an empty value.
    init(_ properties: JobProperties = JobProperties(), countsEndedTasks: Bool = false) {
        self.properties = properties
        self.countsEndedTasks = countsEndedTasks
    }

    private var asksForDetails: Bool {
        properties.details || asks(.jobAllocation) || asks(.jobPendingReason)
    }

    private func asks(_ capability: Capability) -> Bool {
        properties.capabilities.contains(capability)
    }

    /// Adds a row.
    mutating func add(_ row: borrowing Row, _ id: Int64, _ state: JobState, _ decoder: RowDecoder) {
        if asksForDetails, !state.isTerminal { details[id] = decoder.jobDetail(row, in: state) }
        if asks(.jobTaskCounts), countsEndedTasks || !state.isTerminal {
            var counts = StateCounts<TaskState>()
            let areTold = decoder.taskCounts(row) { counts[$0] = $1 }
            taskCounts.add(areTold ? counts : nil, of: id)
        }
    }

    /// Removes all rows.
    mutating func removeAll() {
        self = JobDetailRows(properties, countsEndedTasks: countsEndedTasks)
    }

    /// Updates the details of a job by those of a row, as far as they were asked for.
    func update(_ old: JobDetail, with new: JobDetail) -> JobDetail {
        var detail = old
        if properties.details { (detail.request, detail.holdUntil) = (new.request, new.holdUntil) }
        if asks(.jobAllocation) { detail.allocatedCores = new.allocatedCores }
        if asks(.jobPendingReason) { detail.pendingReason = new.pendingReason }
        return detail
    }
}

/// The numbers of tasks that the rows of a listing tell, with equal ones held once.
struct TaskCountRows: Sendable {
    private var values: [StateCounts<TaskState>] = []
    private var indices: [StateCounts<TaskState>: UInt32] = [:]
    private var jobs: [(id: Int64, value: UInt32)] = []
    /// The jobs of which the numbers are not told, or cannot be read.
    private(set) var missing: [Int64] = []

    var isEmpty: Bool { jobs.isEmpty && missing.isEmpty }

    /// Adds the numbers of a job; `nil` when they are not known.
    mutating func add(_ counts: StateCounts<TaskState>?, of id: Int64) {
        guard let counts else {
            missing.append(id)
            return
        }
        jobs.append((id, index(of: counts)))
    }

    /// Adds the rows of a later listing.
    mutating func append(_ later: TaskCountRows) {
        let own = later.values.map { index(of: $0) }
        for (id, value) in later.jobs { jobs.append((id, own[Int(value)])) }
        missing += later.missing
    }

    private mutating func index(of value: StateCounts<TaskState>) -> UInt32 {
        if let index = indices[value] { return index }
        let index = UInt32(values.count)
        indices[value] = index
        values.append(value)
        return index
    }

    /// The jobs with their numbers, in the order in which they came; a job may come several times.
    var all: some Sequence<(id: Int64, counts: StateCounts<TaskState>)> {
        jobs.lazy.map { (id: $0.id, counts: values[Int($0.value)]) }
    }
}
