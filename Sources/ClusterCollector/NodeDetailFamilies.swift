import Exposition
import HPCPackClient

/// METRICS: Nodes, the series of each node.
enum NodeDetailFamilies {
    private static let state = MetricDescriptor(
        "hpcpack_node_state",
        .gauge,
        labels: ["node", "state"],
        help: "1 for the state that the node is in, 0 for the other states."
    )
    private static let reachable = MetricDescriptor(
        "hpcpack_node_reachable",
        .gauge,
        labels: ["node"],
        help: "1 if the head node reaches the node, else 0."
    )
    private static let info = MetricDescriptor(
        "hpcpack_node_info",
        .gauge,
        labels: ["node", "availability", "location"],
        help: "Constant 1, with the availability and the location of the node where they are known."
    )
    private static let cores = MetricDescriptor(
        "hpcpack_node_cores",
        .gauge,
        labels: ["node"],
        help: "Cores of the node."
    )
    private static let sockets = MetricDescriptor(
        "hpcpack_node_sockets",
        .gauge,
        labels: ["node"],
        help: "Sockets of the node."
    )
    private static let memory = MetricDescriptor(
        "hpcpack_node_memory_bytes",
        .gauge,
        labels: ["node"],
        help: "Memory of the node."
    )
    private static let online = MetricDescriptor(
        "hpcpack_node_online_timestamp_seconds",
        .gauge,
        labels: ["node"],
        help: "When the node last came online, in Unix seconds."
    )
    private static let member = MetricDescriptor(
        "hpcpack_node_group_member",
        .gauge,
        labels: ["node", "node_group"],
        help: "Constant 1 for each group that the node is in, to join node series with groups."
    )

    static let descriptors = [state, reachable, info, cores, sockets, memory, online, member]

    static func families(_ data: Nodes, _ view: GroupTable.View) -> [MetricFamily] {
        // A node without a name has no label to be shown under; it is counted all the same.
        let nodes = data.nodes.filter { !$0.row.name.isEmpty }
        let states = StateLabels<NodeState>()
        return [
            MetricFamily(state) { writer in
                for node in nodes {
                    for state in states.known {
                        writer.sample(node.label, states[state], node.row.state == state ? 1 : 0)
                    }
                    if node.row.state == .unknown { writer.sample(node.label, states[.unknown], 1) }
                }
            },
            MetricFamily(info) { writer in
                for node in nodes {
                    writer.sample(
                        node.label,
                        node.row.availability.map { LabelValue($0) },
                        node.row.location.map { LabelValue($0) },
                        1
                    )
                }
            },
            MetricFamily(member) { writer in
                for node in nodes {
                    for group in view.sets[Int(node.groups)] {
                        writer.sample(node.label, view.labels[group], 1)
                    }
                }
            },
            family(reachable, nodes) { $0.isReachable.map { $0 ? 1 : 0 } },
            family(cores, nodes) { $0.cores },
            family(sockets, nodes) { $0.sockets },
            family(memory, nodes) { $0.memoryBytes },
            family(online, nodes) { $0.onlineTime == 0 ? nil : Double($0.onlineTime) },
        ]
    }

    /// A family with a value for each node of which it is known.
    private static func family(
        _ descriptor: MetricDescriptor,
        _ nodes: [Nodes.Node],
        _ value: @escaping (NodeRow) -> Double?
    ) -> MetricFamily {
        MetricFamily(descriptor) { writer in
            for node in nodes {
                guard let value = value(node.row) else { continue }
                writer.sample(node.label, value)
            }
        }
    }
}
