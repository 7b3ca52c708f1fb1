/// The tasks of one job, masters of sweeps before their instances, and the cores that the job was given.
struct JobTasks: Sendable {
    var rows: [TaskRow]
    /// The cores on nodes; kept after the job's end for `AllocatedNodes`.
    var allocation: [Share] = []
    /// Whether `allocation` is taken from the nodes now.
    var holdsCores = false
    /// All main rows before this one have been dispatched.
    var nextRow = 0
    /// How many rows hold cores now; of a client job, how many units its rows hold.
    var slotsInUse = 0
    /// Kept for client jobs only.
    var taskCounts: TaskCounts?
    /// How many units the rows of a client job may hold at once.
    var slots = 0

    /// The cores of one node that a job holds.
    struct Share: Sendable {
        let node: Int
        let cores: Int
    }

    init(rows: [TaskRow]) {
        self.rows = rows
    }

    var coresAllocated: Int { allocation.reduce(0) { $0 + $1.cores } }

    /// Returns the row with a key.
    func row(key: UInt64) -> TaskRow? { index(key: key).map { rows[$0] } }

    /// Returns the index of the row with a key.
    func index(key: UInt64) -> Int? {
        let index = rows.partitioningIndex { $0.key >= key }
        return index < rows.count && rows[index].key == key ? index : nil
    }

    /// Updates the master of the sweep `task` from its instances, which are counted anew.
    mutating func refreshMaster(of task: UInt32, at now: UInt32) {
        guard let master = index(key: TaskRow.key(task)), rows[master].kind == .sweepMaster else {
            return
        }
        refreshMaster(master, from: TaskCounts(rows[master...].prefix { $0.id == task }), at: now)
    }

    /// Updates the master of a sweep of a client job.
    mutating func refreshMaster(_ master: Int, at now: UInt32, isCanceled: Bool) {
        guard let taskCounts else { return }
        refreshMaster(master, from: taskCounts, at: now, isCanceled: isCanceled)
    }

    private mutating func refreshMaster(
        _ master: Int,
        from counts: TaskCounts,
        at now: UInt32,
        isCanceled: Bool = false
    ) {
        let row = rows[master]
        let hasStarted = row.startTime != 0
        guard
            let next = counts.masterState(
                of: row.id,
                hasStarted: hasStarted,
                isCanceled: isCanceled
            ),
            next != row.state
        else { return }
        rows[master].move(to: next, at: now)
        if !next.isTerminal { rows[master].endTime = 0 }
        if next == .running, !hasStarted { rows[master].startTime = now }
    }

    /// Changes the state of a client job's row, and of the master of its sweep.
    mutating func move(
        _ index: Int,
        to next: TaskState,
        at now: UInt32,
        isSweepCanceled: Bool = false
    ) {
        let row = rows[index]
        guard row.state != next else { return }
        rows[index].move(to: next, at: now)
        if !next.isTerminal { rows[index].endTime = 0 }
        if next == .running { rows[index].startTime = now }
        if next == .queued, row.isMain { nextRow = min(nextRow, index) }
        taskCounts?.move(row, from: row.state, to: next)
        guard row.kind == .sweepInstance, let master = taskCounts?.sweeps[row.id]?.master else {
            return
        }
        refreshMaster(master, at: now, isCanceled: isSweepCanceled)
    }

    /// Appends the rows of a task to those of a client job.
    mutating func append(_ added: [TaskRow]) {
        for row in added {
            taskCounts?.add(row, at: rows.count)
            rows.append(row)
        }
    }
}

/// How many rows of a job are in each state, kept up to date so that a step of a large sweep scans no rows.
struct TaskCounts: Sendable {
    /// Main rows by state.
    private(set) var main = [Int](repeating: 0, count: TaskState.allCases.count)
    /// For each sweep, the index of its master and its instances by state.
    private(set) var sweeps: [UInt32: (master: Int, counts: [Int])] = [:]
    /// The indices of node preparation tasks.
    private(set) var preparation: [Int] = []
    /// The indices of node release tasks.
    private(set) var release: [Int] = []

    /// Counts rows, which keep their indices.
    init(_ rows: ArraySlice<TaskRow>) {
        for index in rows.indices { add(rows[index], at: index) }
    }

    /// Counts a row that is new.
    mutating func add(_ row: TaskRow, at index: Int) {
        switch row.kind {
        case .nodePrep: preparation.append(index)
        case .nodeRelease: release.append(index)
        case .sweepMaster:
            sweeps[row.id] = (index, [Int](repeating: 0, count: TaskState.allCases.count))
        case .basic, .service, .sweepInstance: count(row, in: row.state, by: 1)
        }
    }

    /// Counts a change of state.
    mutating func move(_ row: TaskRow, from before: TaskState, to next: TaskState) {
        guard row.isMain else { return }
        count(row, in: before, by: -1)
        count(row, in: next, by: 1)
    }

    private mutating func count(_ row: TaskRow, in state: TaskState, by step: Int) {
        main[Int(state.rawValue)] += step
        if row.kind == .sweepInstance { sweeps[row.id]?.counts[Int(state.rawValue)] += step }
    }

    /// Returns how many main rows are in any of `states`.
    func count(in states: [TaskState]) -> Int {
        states.reduce(0) { $0 + main[Int($1.rawValue)] }
    }

    /// Returns the state of the master of a sweep.
    func masterState(of task: UInt32, hasStarted: Bool, isCanceled: Bool) -> TaskState? {
        guard let counts = sweeps[task]?.counts else { return nil }
        func count(_ state: TaskState) -> Int { counts[Int(state.rawValue)] }
        if count(.canceling) > 0 { return .canceling }
        if count(.running) + count(.dispatching) + count(.finishing) > 0 { return .running }
        for state in [TaskState.submitted, .validating, .queued] where count(state) > 0 {
            return hasStarted ? .running : state
        }
        if count(.configuring) > 0 { return .configuring }
        if isCanceled { return .canceled }
        if count(.failed) > 0 { return .failed }
        return count(.canceled) > 0 ? .canceled : .finished
    }
}

/// Which sweeps of a job are expanded: those that it has been running with.
///
/// The instances of an expanded sweep stand in the list instead of its master
/// (docs/hpcpack-api.md#properties); those of another cannot be named yet.
struct ExpandedSweeps: Sendable {
    /// Whether all are, as in a seeded job that has been running.
    var areAllExpanded = false
    var tasks: Set<UInt32> = []

    func contains(_ task: UInt32) -> Bool { areAllExpanded || tasks.contains(task) }

    /// Whether a row stands in the list of tasks.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - expands: Whether instances are asked for rather than masters.
    /// - Returns: Whether it does.
    func lists(_ row: TaskRow, expands: Bool = true) -> Bool {
        switch row.kind {
        case .sweepMaster: !expands || !contains(row.id)
        case .sweepInstance: expands && contains(row.id)
        default: true
        }
    }
}

extension Cluster {
    /// Returns the expanded sweeps of a job.
    func sweeps(of job: Job) -> ExpandedSweeps {
        if let clientJob = clientJobs[job.id] {
            return ExpandedSweeps(tasks: clientJob.expandedSweeps)
        }
        return ExpandedSweeps(areAllExpanded: job.startTime != 0 || job.requeueCount > 0)
    }
}
