import HPCPackClient

/// How many there are in each state.
struct StateCounts<State: SchedulerState>: Sendable, Hashable {
    private var counts = [Int](repeating: 0, count: State.allCases.count)

    subscript(state: State) -> Int {
        get { counts[Int(state.rawValue)] }
        set { counts[Int(state.rawValue)] = newValue }
    }

    var isZero: Bool { counts.allSatisfy { $0 == 0 } }

    static func += (left: inout Self, right: Self) {
        for index in left.counts.indices { left.counts[index] += right.counts[index] }
    }

    static func -= (left: inout Self, right: Self) {
        for index in left.counts.indices { left.counts[index] -= right.counts[index] }
    }
}

/// Counts by state, once over everything and once for each set of groups.
struct GroupedCounts<State: SchedulerState>: Sendable, Equatable {
    /// Each thing once.
    private(set) var total = StateCounts<State>()
    /// By the number of the group set.
    private(set) var bySet: [StateCounts<State>] = []

    mutating func add(_ state: State, set: GroupTable.GroupSet, count: Int = 1) {
        total[state] += count
        grow(to: set)
        bySet[Int(set)][state] += count
    }

    mutating func add(_ counts: StateCounts<State>, set: GroupTable.GroupSet) {
        total += counts
        grow(to: set)
        bySet[Int(set)] += counts
    }

    mutating func remove(_ state: State, set: GroupTable.GroupSet, count: Int = 1) {
        add(state, set: set, count: -count)
    }

    mutating func remove(_ counts: StateCounts<State>, set: GroupTable.GroupSet) {
        total -= counts
        grow(to: set)
        bySet[Int(set)] -= counts
    }

    private mutating func grow(to set: GroupTable.GroupSet) {
        while bySet.count <= Int(set) { bySet.append(StateCounts()) }
    }

    /// What names no group (METRICS, rule 3).
    var ungrouped: StateCounts<State> { bySet.first ?? StateCounts() }

    /// The counts of each group: of every listed one, and of the others that something names.
    func byGroup(_ groups: GroupTable.View) -> [(
        group: GroupTable.Group, counts: StateCounts<State>
    )] {
        var table: [GroupTable.Group: StateCounts<State>] = [:]
        for group in groups.listed ?? [] { table[group] = StateCounts() }
        for (set, counts) in bySet.enumerated() where !counts.isZero {
            for group in groups.sets[set] { table[group, default: StateCounts()] += counts }
        }
        return table.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }
}
