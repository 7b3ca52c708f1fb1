import Exposition
import HPCPackClient

/// METRICS: Nodes, over all and by group.
enum NodeFamilies {
    private static let nodes = MetricDescriptor(
        "hpcpack_nodes",
        .gauge,
        labels: ["state"],
        help: "Distinct nodes by state."
    )
    private static let unreachable = MetricDescriptor(
        "hpcpack_unreachable_nodes",
        .gauge,
        help: "Distinct nodes that the head node cannot reach, whatever their state."
    )
    private static let cores = MetricDescriptor(
        "hpcpack_cores",
        .gauge,
        labels: ["state"],
        help: "Cores of the nodes by node state."
    )
    private static let groupNodes = MetricDescriptor(
        "hpcpack_node_group_nodes",
        .gauge,
        labels: ["node_group", "state"],
        help: "Member nodes of the group by state; not additive across node_group."
    )
    private static let groupUnreachable = MetricDescriptor(
        "hpcpack_node_group_unreachable_nodes",
        .gauge,
        labels: ["node_group"],
        help: "Member nodes of the group that cannot be reached; not additive across node_group."
    )
    private static let groupCores = MetricDescriptor(
        "hpcpack_node_group_cores",
        .gauge,
        labels: ["node_group", "state"],
        help: "Cores of the group's member nodes by node state; not additive across node_group."
    )
    private static let ungrouped = MetricDescriptor(
        "hpcpack_ungrouped_nodes",
        .gauge,
        labels: ["state"],
        help: "Nodes that are in no group, by state."
    )

    static let descriptors =
        [nodes, unreachable, cores, groupNodes, groupUnreachable, groupCores, ungrouped]
        + NodeDetailFamilies.descriptors

    static func families(_ data: Nodes?, _ view: GroupTable.View, details: Bool) -> [MetricFamily] {
        guard let data else { return [] }
        let states = StateLabels<NodeState>()
        var families = [
            MetricFamily(nodes) { writer in states.emit(data.counts.total, to: &writer) },
            MetricFamily(groupNodes) { writer in
                for (group, counts) in data.counts.byGroup(view) {
                    states.emit(view.labels[group], counts, to: &writer)
                }
            },
            MetricFamily(ungrouped) { writer in states.emit(data.counts.ungrouped, to: &writer) },
        ]
        if data.knowsCores {
            families.append(
                MetricFamily(cores) { writer in states.emit(data.cores.total, to: &writer) }
            )
            families.append(
                MetricFamily(groupCores) { writer in
                    for (group, counts) in data.groupCores(view) {
                        states.emit(view.labels[group], counts, to: &writer)
                    }
                }
            )
        }
        if data.knowsReachability {
            families.append(MetricFamily(unreachable, Double(data.unreachable.values.reduce(0, +))))
            families.append(
                MetricFamily(groupUnreachable) { writer in
                    for (group, count) in data.unreachableByGroup(view) {
                        writer.sample(view.labels[group], count)
                    }
                }
            )
        }
        return details ? families + NodeDetailFamilies.families(data, view) : families
    }
}

extension Nodes {
    /// Cores by group, for the same groups as the nodes, also where a group's nodes have none.
    func groupCores(_ view: GroupTable.View) -> [(
        GroupTable.Group, StateCounts<NodeState>
    )] {
        var table: [GroupTable.Group: StateCounts<NodeState>] = [:]
        for (group, counts) in cores.byGroup(view) { table[group] = counts }
        return counts.byGroup(view).map { ($0.group, table[$0.group] ?? StateCounts()) }
    }

    /// Unreachable nodes by group, for the same groups as the nodes.
    func unreachableByGroup(_ view: GroupTable.View) -> [(GroupTable.Group, Int)] {
        var table: [GroupTable.Group: Int] = [:]
        for (set, count) in unreachable {
            for group in view.sets[Int(set)] { table[group, default: 0] += count }
        }
        return counts.byGroup(view).map { ($0.group, table[$0.group] ?? 0) }
    }
}
