import HPCPackClient

/// Counts by state.
struct StateCounts<State: SchedulerState>: Sendable, Hashable {
    private var counts = [Int](repeating: 0, count: State.allCases.count)

    init() {}

    /// Creates counts from a number for each of `State.known`, in its order.
    init(_ numbers: [Int]) {
        // By raw value: the list of known states would be made for each call.
        var index = 0
        for number in numbers where index < counts.count {
            if index == Int(State.unknown.rawValue) { index += 1 }
            counts[index] = number
            index += 1
        }
    }

    subscript(state: State) -> Int {
        get { counts[Int(state.rawValue)] }
        set { counts[Int(state.rawValue)] = newValue }
    }

    /// The sum over all states.
    var total: Int { counts.reduce(0, +) }

    var isZero: Bool { counts.allSatisfy { $0 == 0 } }

    static func += (left: inout Self, right: Self) {
        for index in left.counts.indices { left.counts[index] += right.counts[index] }
    }

    static func -= (left: inout Self, right: Self) {
        for index in left.counts.indices { left.counts[index] -= right.counts[index] }
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

    /// The counts of each listed group, and of each other group that something names, by group index.
    func byGroup(
        _ groups: NodeGroupRegistry.Snapshot
    ) -> [(group: NodeGroupID, counts: StateCounts<State>)] {
        var table: [NodeGroupID: StateCounts<State>] = [:]
        for group in groups.listed ?? [] { table[group] = StateCounts() }
        for (set, counts) in bySet.enumerated() where !counts.isZero {
            for group in groups.sets[set] { table[group, default: StateCounts()] += counts }
        }
        return table.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
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

    /// The sum of each listed group, and of each other group that something names, by group index.
    func byGroup(_ groups: NodeGroupRegistry.Snapshot) -> [(group: NodeGroupID, sum: Int)] {
        var table: [NodeGroupID: Int] = [:]
        for group in groups.listed ?? [] { table[group] = 0 }
        for (set, sum) in bySet {
            for group in groups.sets[Int(set)] { table[group, default: 0] += sum }
        }
        return table.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }
}
