import Exposition
import HPCPackClient

/// What the node metrics are made from.
struct NodeMetricsSource: Sendable {
    let nodes: Nodes
    let groups: NodeGroupRegistry.Snapshot
    /// Whether there are series for each node.
    let showsDetails: Bool

    var hasCores: Bool { nodes.hasCores }
    var hasReachability: Bool { nodes.hasReachability }
    /// The nodes that have series of their own; a node without a name has no label, and is only counted.
    let named: [Nodes.Node]
    /// The members of each group set, sorted by name, so that series need no sorting.
    let sortedSets: [[NodeGroupID]]
    /// Ranges of `named` whose series are rendered together, with the rounds in which a row or a figure of theirs last
    /// changed.
    private let ranges: [(range: Range<Int>, row: UInt64, figures: UInt64)]

    /// How many nodes have their series rendered together.
    private static let nodesInBlock = 256

    init(_ nodes: Nodes, _ groups: NodeGroupRegistry.Snapshot, showsDetails: Bool) {
        self.nodes = nodes
        self.groups = groups
        self.showsDetails = showsDetails
        named =
            nodes.nodes.contains { $0.row.name.isEmpty }
            ? nodes.nodes.filter { !$0.row.name.isEmpty } : nodes.nodes
        sortedSets = groups.sets.map { $0.sorted { groups.names[$0] < groups.names[$1] } }
        ranges = showsDetails ? Self.ranges(named) : []
    }

    /// Whether it is made from the same nodes and groups.
    func isOf(_ nodes: Nodes, _ groups: NodeGroupRegistry.Snapshot) -> Bool {
        self.nodes.version == nodes.version && self.groups.nameChanges == groups.nameChanges
            && self.groups.sets.count == groups.sets.count && self.groups.listed == groups.listed
    }

    /// Nodes that share a name stay together, since of their series the last stays.
    private static func ranges(
        _ nodes: [Nodes.Node]
    ) -> [(range: Range<Int>, row: UInt64, figures: UInt64)] {
        var ranges: [(range: Range<Int>, row: UInt64, figures: UInt64)] = []
        var start = 0
        while start < nodes.count {
            var end = min(start + nodesInBlock, nodes.count)
            while end < nodes.count, nodes[end].label == nodes[end - 1].label { end += 1 }
            var (row, figures): (UInt64, UInt64) = (0, 0)
            for index in start..<end {
                row = max(row, nodes[index].rowVersion)
                figures = max(figures, nodes[index].figuresVersion)
            }
            ranges.append((start..<end, row, figures))
            start = end
        }
        return ranges
    }

    /// The blocks of series that tell of nodes without their figures.
    ///
    /// - Parameter namesGroups: Whether the series name node groups.
    /// - Returns: The ranges of `named`, with the versions of their series.
    func rowBlocks(namesGroups: Bool = false) -> [(range: Range<Int>, version: SeriesVersion)] {
        let names = namesGroups ? groups.nameChanges : 0
        return ranges.map { range, row, _ in
            (range, SeriesVersion(order: nodes.order, values: row, names: names))
        }
    }

    /// The blocks of series that tell of cores in use and CPU usage.
    func figureBlocks() -> [(range: Range<Int>, version: SeriesVersion)] {
        ranges.map { range, _, figures in
            (range, SeriesVersion(order: nodes.order, values: figures))
        }
    }
}

/// The metrics of nodes (docs/metrics.md#nodes).
enum NodeMetrics {
    private static let statesOf2016 = StateLabels(NodeDialect.hpcPack2016.states)
    private static let statesOf2019 = StateLabels(NodeDialect.hpcPack2019.states)
    private static let health = StateLabels<NodeHealth>()

    static let all = totals + details

    /// The states that always have a series.
    private static func states(_ source: NodeMetricsSource) -> StateLabels<NodeState> {
        source.nodes.dialect == .hpcPack2016 ? statesOf2016 : statesOf2019
    }

    /// The metrics over all nodes and by group.
    private static let totals: [Metric<NodeMetricsSource>] = [
        Metric("hpcpack_nodes", .gauge, labels: ["state"], help: "Distinct nodes by state.") {
            source,
            writer in
            states(source).emit(source.nodes.counts.total, to: &writer)
        },
        Metric(
            "hpcpack_node_group_nodes",
            .gauge,
            labels: ["node_group", "state"],
            help: "Member nodes of the group by state; not additive across node_group."
        ) { source, writer in
            let states = states(source)
            for (group, counts) in source.nodes.counts.byGroup(source.groups) {
                states.emit(source.groups.labels[group], counts, to: &writer)
            }
        },
        Metric(
            "hpcpack_ungrouped_nodes",
            .gauge,
            labels: ["state"],
            help: "Nodes that are in no group, by state."
        ) { source, writer in
            states(source).emit(source.nodes.counts.ungrouped, to: &writer)
        },
        Metric(
            "hpcpack_cores",
            .gauge,
            labels: ["state"],
            help: "Cores of the nodes by node state.",
            when: \.hasCores
        ) { source, writer in
            states(source).emit(source.nodes.cores.total, to: &writer)
        },
        Metric(
            "hpcpack_node_group_cores",
            .gauge,
            labels: ["node_group", "state"],
            help:
                "Cores of the group's member nodes by node state; not additive across node_group.",
            when: \.hasCores
        ) { source, writer in
            let states = states(source)
            for (group, counts) in source.nodes.coresByGroup(source.groups) {
                states.emit(source.groups.labels[group], counts, to: &writer)
            }
        },
        Metric(
            "hpcpack_unreachable_nodes",
            .gauge,
            help: "Distinct nodes that the head node cannot reach, whatever their state.",
            when: \.hasReachability
        ) { source, writer in
            writer.sample(Double(source.nodes.unreachableCount))
        },
        Metric(
            "hpcpack_node_group_unreachable_nodes",
            .gauge,
            labels: ["node_group"],
            help:
                "Member nodes of the group that cannot be reached; not additive across node_group.",
            when: \.hasReachability
        ) { source, writer in
            for (group, count) in source.nodes.unreachableByGroup(source.groups) {
                writer.sample(source.groups.labels[group], count)
            }
        },
        Metric(
            "hpcpack_nodes_by_health",
            .gauge,
            labels: ["health"],
            help: "Distinct nodes by health, of those that tell it.",
            when: \.nodes.hasHealth
        ) { source, writer in
            health.emit(source.nodes.health.total, to: &writer)
        },
        Metric(
            "hpcpack_node_group_nodes_by_health",
            .gauge,
            labels: ["node_group", "health"],
            help: "Member nodes of the group by health; not additive across node_group.",
            when: \.nodes.hasHealth
        ) { source, writer in
            for (group, counts) in source.nodes.healthByGroup(source.groups) {
                health.emit(source.groups.labels[group], counts, to: &writer)
            }
        },
        Metric(
            "hpcpack_cores_in_use",
            .gauge,
            help: "Cores that run tasks, over all nodes that tell it."
        ) { source in
            source.nodes.coresInUse
        },
        Metric(
            "hpcpack_node_group_cores_in_use",
            .gauge,
            labels: ["node_group"],
            help:
                "Cores that run tasks, over the group's member nodes that tell it; not additive across node_group."
        ) { source, writer in
            for (group, cores) in source.nodes.coresInUseByGroup(source.groups) {
                writer.sample(source.groups.labels[group], cores)
            }
        },
    ]

    /// The metrics of each node.
    ///
    /// The emitters visit the nodes by index: a copy of each node would cost more than its series.
    private static let details: [Metric<NodeMetricsSource>] = [
        Metric(
            "hpcpack_node_state",
            .gauge,
            labels: ["node", "state"],
            help: "1 for the state that the node is in, 0 for the other states.",
            when: \.showsDetails,
            blocks: { $0.rowBlocks() }
        ) { source, range, writer in
            let nodes = source.named
            let states = states(source)
            for index in range {
                states.emit(nodes[index].label, of: nodes[index].row.state, to: &writer)
            }
        },
        Metric(
            "hpcpack_node_health",
            .gauge,
            labels: ["node", "health"],
            help: "1 for the health that the node has, 0 for the others.",
            when: { $0.showsDetails && $0.nodes.hasHealth },
            blocks: { $0.rowBlocks() }
        ) { source, range, writer in
            let nodes = source.named
            for index in range {
                guard let own = nodes[index].row.health else { continue }
                health.emit(nodes[index].label, of: own, to: &writer)
            }
        },
        Metric(
            "hpcpack_node_info",
            .gauge,
            labels: ["node", "availability", "location", "template"],
            help:
                "Constant 1, with availability, location and template of the node where they are known.",
            when: \.showsDetails,
            blocks: { $0.rowBlocks() }
        ) { source, range, writer in
            let nodes = source.named
            for index in range {
                writer.sample(
                    [
                        nodes[index].label, nodes[index].availability, nodes[index].location,
                        nodes[index].template,
                    ],
                    1
                )
            }
        },
        Metric(
            "hpcpack_node_group_member",
            .gauge,
            labels: ["node", "node_group"],
            help: "Constant 1 for each group that the node is in, to join node series with groups.",
            when: \.showsDetails,
            blocks: { $0.rowBlocks(namesGroups: true) }
        ) { source, range, writer in
            let nodes = source.named
            for index in range {
                for group in source.sortedSets[Int(nodes[index].groups)] {
                    writer.sample(nodes[index].label, source.groups.labels[group], 1)
                }
            }
        },
        nodeMetric("hpcpack_node_reachable", help: "1 if the head node reaches the node, else 0.") {
            nodes,
            index in
            nodes[index].row.isReachable.map { $0 ? 1 : 0 }
        },
        nodeMetric("hpcpack_node_cores", help: "Cores of the node.") { $0[$1].row.cores },
        nodeMetric(
            "hpcpack_node_cores_in_use",
            isFigure: true,
            help: "Cores of the node that run tasks."
        ) {
            $0[$1].row.coresInUse
        },
        nodeMetric(
            "hpcpack_node_cpu_usage_ratio",
            isFigure: true,
            help: "Part of the time of the node's processors that is used; 1 is all of it."
        ) {
            $0[$1].row.cpuUsageRatio
        },
        nodeMetric("hpcpack_node_sockets", help: "Sockets of the node.") { $0[$1].row.sockets },
        nodeMetric("hpcpack_node_memory_bytes", help: "Memory of the node.") {
            $0[$1].row.memoryBytes
        },
        nodeMetric(
            "hpcpack_node_online_timestamp_seconds",
            help: "When the node last came online, in Unix seconds."
        ) { nodes, index in
            let time = nodes[index].row.onlineTime
            return time == 0 ? nil : Double(time)
        },
    ]

    /// A metric with one value for each node of which it is known.
    private static func nodeMetric(
        _ name: String,
        isFigure: Bool = false,
        help: String,
        value: @escaping @Sendable ([Nodes.Node], Int) -> Double?
    ) -> Metric<NodeMetricsSource> {
        Metric(
            name,
            .gauge,
            labels: ["node"],
            help: help,
            when: \.showsDetails,
            blocks: { isFigure ? $0.figureBlocks() : $0.rowBlocks() }
        ) { source, range, writer in
            let nodes = source.named
            for index in range {
                guard let value = value(nodes, index) else { continue }
                writer.sample(nodes[index].label, value)
            }
        }
    }
}
