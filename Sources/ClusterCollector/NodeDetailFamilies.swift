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
        let nodes =
            data.nodes.contains { $0.row.name.isEmpty }
            ? data.nodes.filter { !$0.row.name.isEmpty } : data.nodes
        let states = StateLabels<NodeState>()
        // In the order of their labels, so that the series need no sorting.
        let sets = view.sets.map { $0.sorted { view.names[$0] < view.names[$1] } }
        return [
            MetricFamily(state) { writer in
                let known = states.known
                // By place: a copy of each node would cost more than its series.
                for place in nodes.indices {
                    let own = nodes[place].row.state
                    for state in known {
                        writer.sample(nodes[place].label, states[state], own == state ? 1 : 0)
                    }
                    if own == .unknown { writer.sample(nodes[place].label, states[.unknown], 1) }
                }
            },
            MetricFamily(info) { writer in
                for place in nodes.indices {
                    writer.sample(
                        nodes[place].label,
                        nodes[place].availability,
                        nodes[place].location,
                        1
                    )
                }
            },
            MetricFamily(member) { writer in
                for place in nodes.indices {
                    for group in sets[Int(nodes[place].groups)] {
                        writer.sample(nodes[place].label, view.labels[group], 1)
                    }
                }
            },
            family(reachable, nodes) { nodes[$0].row.isReachable.map { $0 ? 1 : 0 } },
            family(cores, nodes) { nodes[$0].row.cores },
            family(sockets, nodes) { nodes[$0].row.sockets },
            family(memory, nodes) { nodes[$0].row.memoryBytes },
            family(online, nodes) { place in
                let time = nodes[place].row.onlineTime
                return time == 0 ? nil : Double(time)
            },
        ]
    }

    /// A family with a value for each node of which it is known; the value is asked for by place.
    private static func family(
        _ descriptor: MetricDescriptor,
        _ nodes: [Nodes.Node],
        _ value: @escaping (Int) -> Double?
    ) -> MetricFamily {
        MetricFamily(descriptor) { writer in
            for place in nodes.indices {
                guard let value = value(place) else { continue }
                writer.sample(nodes[place].label, value)
            }
        }
    }
}
