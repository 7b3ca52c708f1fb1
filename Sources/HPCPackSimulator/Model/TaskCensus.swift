/// How many rows of a job are in which state, kept up to date so that a large sweep costs no walk.
struct TaskCensus: Sendable {
    /// Rows that the job is about, by state.
    private(set) var main = [Int](repeating: 0, count: TaskState.allCases.count)
    /// For each sweep, the position of its master and its instances by state.
    private(set) var sweeps: [UInt32: (master: Int, counts: [Int])] = [:]
    /// Positions of node preparation tasks.
    private(set) var preparation: [Int] = []
    /// Positions of node release tasks.
    private(set) var release: [Int] = []

    init(_ rows: [TaskRow]) {
        for index in rows.indices { add(rows[index], at: index) }
    }

    mutating func add(_ row: TaskRow, at index: Int) {
        switch row.kind {
        case .nodePrep: preparation.append(index)
        case .nodeRelease: release.append(index)
        case .sweepMaster:
            sweeps[row.id] = (index, [Int](repeating: 0, count: TaskState.allCases.count))
        case .basic, .service, .sweepInstance: count(row, in: row.state, by: 1)
        }
    }

    mutating func note(_ row: TaskRow, from before: TaskState, to next: TaskState) {
        guard row.isMain else { return }
        count(row, in: before, by: -1)
        count(row, in: next, by: 1)
    }

    private mutating func count(_ row: TaskRow, in state: TaskState, by step: Int) {
        main[Int(state.rawValue)] += step
        if row.kind == .sweepInstance { sweeps[row.id]?.counts[Int(state.rawValue)] += step }
    }

    /// Rows in any of `states`.
    func count(in states: [TaskState]) -> Int {
        states.reduce(0) { $0 + main[Int($1.rawValue)] }
    }

    /// What the master of a sweep shows.
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
