/// The node groups of nodes whose rows do not tell them, from the member lists of the groups.
///
/// Names match without regard to case. A list may name its members by DNS names where the node list has short names, or
/// the reverse: then they match by their first label, unless several nodes or members share it.
struct GroupMembers {
    private var groupsByMember: [String: [NodeGroupID]] = [:]

    /// Adds one entry of the member list of a group.
    mutating func add(_ member: String, to group: NodeGroupID) {
        groupsByMember[member.lowercased(), default: []].append(group)
    }

    /// Finds the groups of each node that is in any.
    ///
    /// - Parameter names: The names of all nodes.
    /// - Returns: The groups by the node's name in lower case.
    func groups(ofNodes names: [String]) -> [String: [NodeGroupID]] {
        let nodes = Set(names.map { $0.lowercased() })
        let nodesByLabel = Dictionary(grouping: nodes, by: Self.firstLabel)
        let others = groupsByMember.keys.filter { !nodes.contains($0) }
        let othersByLabel = Dictionary(grouping: others, by: Self.firstLabel)
        var groups = groupsByMember.filter { nodes.contains($0.key) }
        for (label, members) in othersByLabel {
            guard members.count == 1, let found = nodesByLabel[label], found.count == 1,
                // Two different DNS names are two machines.
                members[0].contains(".") != found[0].contains(".")
            else { continue }
            groups[found[0], default: []] += groupsByMember[members[0]] ?? []
        }
        return groups
    }

    private static func firstLabel(_ name: String) -> Substring {
        name.prefix { $0 != "." }
    }
}
