import Exposition
import HPCPackClient

/// The nodes as they are shown.
struct Nodes: Sendable {
    /// One node with its labels.
    struct Node: Sendable {
        var row: NodeRow
        var label: LabelValue
        /// The label of its availability, shared between nodes.
        var availability: LabelValue?
        /// The label of its location, shared between nodes.
        var location: LabelValue?
        /// The label of its template, shared between nodes.
        var template: LabelValue?
        var groups: NodeGroupSetID
        /// The round in which anything but its figures last changed.
        var rowVersion: UInt64
        /// The round in which its figures last changed: cores in use and CPU usage.
        var figuresVersion: UInt64
    }

    /// The cores in use of some nodes.
    private struct Usage: Sendable {
        /// The sum over the nodes that tell it.
        var cores = 0.0
        /// The nodes that tell it.
        var nodes = 0
    }

    /// How the server tells its nodes.
    let dialect: NodeDialect
    /// The round in which anything of the nodes last changed.
    let version: UInt64
    /// The round in which the nodes last came, went or moved.
    let order: UInt64
    /// Every node once, in the order in which it is shown.
    private(set) var nodes: [Node] = []
    /// Nodes by state.
    private(set) var counts = GroupedCounts<NodeState>()
    /// Cores by the state of their node.
    private(set) var cores = GroupedCounts<NodeState>()
    /// Nodes by health, of those that tell it.
    private(set) var health = GroupedCounts<NodeHealth>()
    /// Unreachable nodes by their groups.
    private var unreachable: [NodeGroupSetID: Int] = [:]
    private var usage: [NodeGroupSetID: Usage] = [:]
    private var tellsReachability = false
    private var tellsCores = false
    private var tellsHealth = false

    /// Creates a list without nodes.
    ///
    /// - Parameters:
    ///   - dialect: How the server tells its nodes.
    ///   - version: The round in which anything of the nodes last changed.
    ///   - order: The round in which the nodes last came, went or moved.
    init(dialect: NodeDialect, version: UInt64, order: UInt64) {
        self.dialect = dialect
        self.version = version
        self.order = order
    }

    /// Reserves memory for a number of nodes.
    mutating func reserve(_ count: Int) { nodes.reserveCapacity(count) }

    /// Adds a node.
    mutating func add(_ node: Node) {
        let (row, groups) = (node.row, node.groups)
        nodes.append(node)
        counts.add(row.state, set: groups)
        cores.add(row.state, set: groups, count: Int(row.cores ?? 0))
        if row.cores != nil { tellsCores = true }
        if row.isReachable != nil { tellsReachability = true }
        if row.isReachable == false { unreachable[groups, default: 0] += 1 }
        if let own = row.health {
            tellsHealth = true
            health.add(own, set: groups)
        }
        if let cores = row.coresInUse {
            usage[groups, default: Usage()].cores += cores
            usage[groups, default: Usage()].nodes += 1
        }
    }

    /// Whether the server tells which nodes are reachable.
    var hasReachability: Bool { tellsReachability || dialect == .hpcPack2016 && nodes.isEmpty }
    /// Whether the server tells the cores of nodes.
    var hasCores: Bool { tellsCores || nodes.isEmpty }
    /// Whether the server tells the health of nodes.
    var hasHealth: Bool { tellsHealth || dialect == .hpcPack2019 && nodes.isEmpty }

    /// The number of unreachable nodes.
    var unreachableCount: Int { unreachable.values.reduce(0, +) }

    /// The cores in use of all nodes that tell it; `nil` when none does.
    var coresInUse: Double? {
        usage.isEmpty ? nil : usage.keys.sorted().reduce(0) { $0 + (usage[$1]?.cores ?? 0) }
    }

    /// The cores of each group that has a node count, also where its nodes have none.
    func coresByGroup(_ groups: NodeGroupRegistry.Snapshot) -> [(
        NodeGroupID, StateCounts<NodeState>
    )] {
        Self.counts(cores, ofGroupsIn: counts, groups)
    }

    /// The nodes by health of each group that has a node count.
    func healthByGroup(_ groups: NodeGroupRegistry.Snapshot) -> [(
        NodeGroupID, StateCounts<NodeHealth>
    )] {
        Self.counts(health, ofGroupsIn: counts, groups)
    }

    /// Some counts of each group that has a node count.
    private static func counts<State>(
        _ counts: GroupedCounts<State>,
        ofGroupsIn nodes: GroupedCounts<NodeState>,
        _ groups: NodeGroupRegistry.Snapshot
    ) -> [(NodeGroupID, StateCounts<State>)] {
        var table = [StateCounts<State>](repeating: StateCounts(), count: groups.names.count)
        for (group, counts) in counts.byGroup(groups) { table[group] = counts }
        return nodes.byGroup(groups).map { ($0.group, table[$0.group]) }
    }

    /// The unreachable nodes of each group that has a node count.
    func unreachableByGroup(_ groups: NodeGroupRegistry.Snapshot) -> [(NodeGroupID, Int)] {
        var table = [Int](repeating: 0, count: groups.names.count)
        for (set, count) in unreachable {
            for group in groups.sets[Int(set)] { table[group] += count }
        }
        return counts.byGroup(groups).map { ($0.group, table[$0.group]) }
    }

    /// The cores in use of each group that has a node count, except where it has nodes of which none tells them.
    func coresInUseByGroup(_ groups: NodeGroupRegistry.Snapshot) -> [(NodeGroupID, Double)] {
        guard !usage.isEmpty else { return [] }
        var table = [Usage](repeating: Usage(), count: groups.names.count)
        for (set, usage) in usage.sorted(by: { $0.key < $1.key }) {
            for group in groups.sets[Int(set)] {
                table[group].cores += usage.cores
                table[group].nodes += usage.nodes
            }
        }
        return counts.byGroup(groups).compactMap { group, counts in
            if table[group].nodes > 0 { return (group, table[group].cores) }
            return counts.isZero ? (group, 0) : nil
        }
    }
}
