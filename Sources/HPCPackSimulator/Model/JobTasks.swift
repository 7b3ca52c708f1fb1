/// The tasks of one job, masters of sweeps before their instances, and the cores it was given.
struct JobTasks: Sendable {
    var rows: [TaskRow]
    /// Cores held on nodes; kept after the job's end for `AllocatedNodes`.
    var allocation: [Share] = []
    /// True while `allocation` is taken from the nodes.
    var holdsCores = false
    /// Main rows before this one have been dispatched.
    var nextRow = 0
    /// Rows that hold cores now.
    var running = 0

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
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low < rows.count && rows[low].key == key ? rows[low] : nil
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
}
