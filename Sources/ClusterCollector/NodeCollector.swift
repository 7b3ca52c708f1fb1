import Exposition
import HPCPackClient

/// The nodes as they are published.
struct Nodes: Sendable {
    /// One node, ready to be shown.
    struct Node: Sendable {
        var row: NodeRow
        /// The label of the node.
        var label: LabelValue
        /// The labels of its availability and its location, shared between nodes.
        var availability: LabelValue?
        var location: LabelValue?
        var groups: GroupTable.GroupSet
    }

    /// Every node once, sorted by name.
    var nodes: [Node] = []
    /// Nodes by state.
    var counts = GroupedCounts<NodeState>()
    /// Cores by state.
    var cores = GroupedCounts<NodeState>()
    /// Unreachable nodes by group set.
    var unreachable: [GroupTable.GroupSet: Int] = [:]
    /// Whether the server told who is reachable.
    var knowsReachability = true
    /// Whether the server told how many cores there are.
    var knowsCores = true
}

/// Reads the node list, and who belongs to which group.
enum NodeCollector {
    /// Reads all nodes.
    ///
    /// Membership comes from the rows' `NodeGroups` when the server gives it, else from one call for each
    /// group of the list (DESIGN: Flow).
    ///
    /// - Throws: The failure of any listing that is needed.
    static func collect(
        _ session: Session,
        _ context: RoundContext,
        groups names: [String]
    ) throws(RequestError) -> Nodes {
        let stage = NodeStage(context)
        try session.nodes(into: stage)
        guard stage.rowsWithoutID == 0 else {
            throw RequestError(
                .malformed,
                .nodes,
                "GET /nodes: \(stage.rowsWithoutID) rows have neither Id nor Name, so nodes cannot be counted"
            )
        }
        var memberships: [String: [GroupTable.Group]] = [:]
        if !stage.hasGroups, !stage.nodes.isEmpty {
            for name in names {
                let group = context.groups.group(name)
                for member in try members(of: name, session) {
                    memberships[member.lowercased(), default: []].append(group)
                }
            }
        }
        return publish(stage, memberships, context.groups)
    }

    /// The members of a group; a group that went between the list and this call has none any more.
    private static func members(of name: String, _ session: Session) throws(RequestError)
        -> [String]
    {
        do {
            return try session.nodeGroupMembers(name)
        } catch  where error.mayBeUnknownID {
            guard try session.nodeGroups().contains(name) else { return [] }
            throw error
        }
    }

    private static func publish(
        _ stage: NodeStage,
        _ memberships: [String: [GroupTable.Group]],
        _ table: GroupTable
    ) -> Nodes {
        var published = Nodes()
        published.nodes.reserveCapacity(stage.nodes.count)
        // Many nodes share few texts, so each is taken apart once.
        var sets: [String: GroupTable.GroupSet] = [:]
        func set(_ text: String) -> GroupTable.GroupSet {
            if let known = sets[text] { return known }
            let set = table.set(naming: text)
            sets[text] = set
            return set
        }
        var labels: [String: LabelValue] = [:]
        func label(_ text: String?) -> LabelValue? {
            guard let text else { return nil }
            if let known = labels[text] { return known }
            labels[text] = LabelValue(text)
            return labels[text]
        }
        for row in stage.nodes {
            let groups =
                stage.hasGroups
                ? set(row.groups ?? "")
                : table.set(of: memberships[row.name.lowercased()] ?? [])
            published.nodes.append(
                Nodes.Node(
                    row: row,
                    label: LabelValue(row.name),
                    availability: label(row.availability),
                    location: label(row.location),
                    groups: groups
                )
            )
            published.counts.add(row.state, set: groups)
            published.cores.add(
                row.state,
                set: groups,
                count: Int(exactly: (row.cores ?? 0).rounded()) ?? 0
            )
            if row.isReachable == false { published.unreachable[groups, default: 0] += 1 }
        }
        published.nodes.sort { $0.row.name < $1.row.name }
        published.knowsReachability =
            stage.nodes.isEmpty || stage.nodes.contains { $0.isReachable != nil }
        published.knowsCores = stage.nodes.isEmpty || stage.nodes.contains { $0.cores != nil }
        return published
    }
}
