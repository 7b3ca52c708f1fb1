import HPCPackClient

/// Counts by state.
struct StateCounts<State: SchedulerState>: Sendable {
    /// One for each state by its raw value; no set of states is larger than that of jobs.
    private var counts = InlineArray<12, Int>(repeating: 0)

    /// Creates counts that are zero.
    init() { assert(State.allCases.count <= counts.count) }

    subscript(state: State) -> Int {
        get { counts[Int(state.rawValue)] }
        set { counts[Int(state.rawValue)] = newValue }
    }

    /// The sum over all states.
    var total: Int { counts.indices.reduce(0) { $0 + counts[$1] } }

    var isZero: Bool { counts.indices.allSatisfy { counts[$0] == 0 } }

    static func += (left: inout Self, right: Self) {
        for index in left.counts.indices { left.counts[index] += right.counts[index] }
    }

    static func -= (left: inout Self, right: Self) {
        for index in left.counts.indices { left.counts[index] -= right.counts[index] }
    }
}

extension StateCounts: Hashable {
    static func == (left: Self, right: Self) -> Bool {
        left.counts.indices.allSatisfy { left.counts[$0] == right.counts[$0] }
    }

    func hash(into hasher: inout Hasher) {
        for index in counts.indices { hasher.combine(counts[index]) }
    }
}

/// Counts by state in total, and for each set of node groups.
struct GroupedCounts<State: SchedulerState>: Sendable, Equatable {
    /// The counts over everything, each item once.
    private(set) var total = StateCounts<State>()
    /// The counts by the index of the group set.
    private(set) var bySet: [StateCounts<State>] = []

    mutating func add(_ state: State, set: NodeGroupSetID, count: Int = 1) {
        total[state] += count
        grow(to: set)
        bySet[Int(set)][state] += count
    }

    mutating func add(_ counts: StateCounts<State>, set: NodeGroupSetID) {
        total += counts
        grow(to: set)
        bySet[Int(set)] += counts
    }

    mutating func remove(_ state: State, set: NodeGroupSetID) { add(state, set: set, count: -1) }

    mutating func remove(_ counts: StateCounts<State>, set: NodeGroupSetID) {
        total -= counts
        grow(to: set)
        bySet[Int(set)] -= counts
    }

    private mutating func grow(to set: NodeGroupSetID) {
        while bySet.count <= Int(set) { bySet.append(StateCounts()) }
    }

    /// The counts of what names no group (rule 3 of docs/metrics.md#rules).
    var ungrouped: StateCounts<State> { bySet.first ?? StateCounts() }

    /// The counts of each listed group, and of each other group that something names, in the order of their series.
    func byGroup(
        _ groups: NodeGroupRegistry.Snapshot
    ) -> [(group: NodeGroupID, counts: StateCounts<State>)] {
        var table = [StateCounts<State>](repeating: StateCounts(), count: groups.names.count)
        var isTold = [Bool](repeating: false, count: groups.names.count)
        for group in groups.listed ?? [] { isTold[group] = true }
        for set in bySet.indices where !bySet[set].isZero {
            for group in groups.sets[set] {
                table[group] += bySet[set]
                isTold[group] = true
            }
        }
        return groups.order.filter { isTold[$0] }.map { ($0, table[$0]) }
    }
}

/// A sum in total, and for each set of node groups.
struct GroupedSum: Sendable, Equatable {
    /// The sum over everything, each item once.
    private(set) var total = 0
    private var bySet: [NodeGroupSetID: Int] = [:]

    mutating func add(_ count: Int, set: NodeGroupSetID) {
        total += count
        bySet[set, default: 0] += count
    }

    /// The sum of what names no group (rule 3 of docs/metrics.md#rules).
    var ungrouped: Int { bySet[0] ?? 0 }

    /// The sum of each listed group, and of each other group that something names, in the order of their series.
    func byGroup(_ groups: NodeGroupRegistry.Snapshot) -> [(group: NodeGroupID, sum: Int)] {
        var table = [Int](repeating: 0, count: groups.names.count)
        var isTold = [Bool](repeating: false, count: groups.names.count)
        for group in groups.listed ?? [] { isTold[group] = true }
        for (set, sum) in bySet {
            for group in groups.sets[Int(set)] {
                table[group] += sum
                isTold[group] = true
            }
        }
        return groups.order.filter { isTold[$0] }.map { ($0, table[$0]) }
    }
}
