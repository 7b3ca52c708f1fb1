/// The tasks of one job, masters of sweeps before their instances, and the cores it was given.
struct JobTasks: Sendable {
    var rows: [TaskRow]
    /// Cores held on nodes; kept after the job's end for `AllocatedNodes`.
    var allocation: [Share] = []
    /// True while `allocation` is taken from the nodes.
    var holdsCores = false
    /// Main rows before this one have been dispatched.
    var nextRow = 0
    /// Rows that hold cores now; of a driven job, the units that its rows hold.
    var running = 0
    /// Kept for driven jobs only.
    var census: TaskCensus?
    /// How many units of a driven job's resources its rows may hold at once.
    var slots = 0

    /// Cores of one node that a job holds.
    struct Share: Sendable {
        let node: Int
        let cores: Int
    }

    init(rows: [TaskRow]) {
        self.rows = rows
    }

    var coresAllocated: Int {
        allocation.reduce(0) { $0 + $1.cores }
    }

    /// The row of (task, instance).
    func row(key: UInt64) -> TaskRow? {
        position(key: key).map { rows[$0] }
    }

    /// Where the row of (task, instance) is.
    func position(key: UInt64) -> Int? {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low < rows.count && rows[low].key == key ? low : nil
    }

    /// Brings the master of `task` into the state its instances show.
    mutating func refreshMaster(of task: UInt32, at now: UInt32) {
        guard let master = rows.firstIndex(where: { $0.id == task && $0.kind == .sweepMaster })
        else { return }
        var counts = [Int](repeating: 0, count: TaskState.allCases.count)
        var index = master + 1
        while index < rows.count, rows[index].id == task {
            counts[Int(rows[index].state.rawValue)] += 1
            index += 1
        }
        func count(_ state: TaskState) -> Int { counts[Int(state.rawValue)] }
        let started = rows[master].startTime != 0
        let next: TaskState
        if count(.canceling) > 0 {
            next = .canceling
        } else if count(.running) + count(.dispatching) + count(.finishing) > 0 {
            next = .running
        } else if count(.queued) + count(.submitted) + count(.configuring) + count(.validating) > 0
        {
            next = started ? .running : rows[master + 1].state
        } else if count(.failed) > 0 {
            next = .failed
        } else {
            next = count(.canceled) > 0 ? .canceled : .finished
        }
        if next == .running && !started { rows[master].startTime = now }
        rows[master].move(to: next, at: now)
    }

    /// Moves the row of a driven job, and the master of its sweep with it.
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
        census?.note(row, from: row.state, to: next)
        guard row.kind == .sweepInstance, let sweep = census?.sweeps[row.id] else { return }
        let master = sweep.master
        refresh(master, at: now, isCanceled: isSweepCanceled)
    }

    /// Brings a master into the state that its instances show.
    mutating func refresh(_ master: Int, at now: UInt32, isCanceled: Bool) {
        let row = rows[master]
        guard
            let next = census?.masterState(
                of: row.id,
                hasStarted: row.startTime != 0,
                isCanceled: isCanceled
            ), next != row.state
        else { return }
        rows[master].move(to: next, at: now)
        if !next.isTerminal { rows[master].endTime = 0 }
        if next == .running, row.startTime == 0 { rows[master].startTime = now }
    }

    /// Adds the rows of a task behind all others.
    mutating func append(_ added: [TaskRow]) {
        for row in added {
            census?.add(row, at: rows.count)
            rows.append(row)
        }
    }
}
