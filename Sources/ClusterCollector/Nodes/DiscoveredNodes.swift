import HPCPackClient

/// The nodes for service discovery, from the data that the metrics show.
public struct DiscoveredNodes: Sendable, Equatable {
    /// One node that has a name.
    public struct Node: Sendable, Equatable {
        /// The node's name.
        public let name: String
        /// The state, as the API spells it.
        public let state: String
        /// Whether the head node reaches it; `nil` when that is not known.
        public let isReachable: Bool?
        /// Where the node is; `nil` when absent.
        public let location: String?
        /// The template that the node was made from; `nil` when absent.
        public let template: String?
        /// The names of its groups, sorted.
        public let groups: [String]

        /// Describes a node; the parameters are described at the properties.
        public init(
            name: String,
            state: String,
            isReachable: Bool? = nil,
            location: String? = nil,
            template: String? = nil,
            groups: [String] = []
        ) {
            self.name = name
            self.state = state
            self.isReachable = isReachable
            self.location = location
            self.template = template
            self.groups = groups
        }
    }

    /// The nodes, sorted by name.
    public let nodes: [Node]
    /// The groups of the group list, and those that a node names.
    public let groups: Set<String>

    /// Describes the nodes of a cluster.
    ///
    /// - Parameters:
    ///   - nodes: The nodes, sorted by name.
    ///   - groups: The groups that there are.
    public init(nodes: [Node], groups: Set<String>) {
        self.nodes = nodes
        self.groups = groups
    }

    init(_ nodes: Nodes, _ groups: NodeGroupRegistry.Snapshot) {
        let sets = groups.sets.map { set in set.map { groups.names[$0] }.sorted() }
        self.nodes = nodes.nodes.filter { !$0.row.name.isEmpty }.map { node in
            Node(
                name: node.row.name,
                state: "\(node.row.state.name)",
                isReachable: node.row.isReachable,
                location: node.row.location,
                template: node.row.template,
                groups: sets[Int(node.groups)]
            )
        }
        self.groups = Set((groups.listed ?? []).map { groups.names[$0] })
            .union(self.nodes.flatMap(\.groups))
    }
}
