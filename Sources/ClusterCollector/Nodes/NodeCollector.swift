import Exposition
import HPCPackClient
import JSONRows

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
        var groups: NodeGroupSetID
    }

    /// Every node once, sorted by name.
    var nodes: [Node] = []
    /// Nodes by state.
    var counts = GroupedCounts<NodeState>()
    /// Cores by the state of their node.
    var cores = GroupedCounts<NodeState>()
    /// Unreachable nodes by their groups.
    var unreachable: [NodeGroupSetID: Int] = [:]
    /// Whether the server tells which nodes are reachable.
    var hasReachability = true
    /// Whether the server tells the cores of nodes.
    var hasCores = true

    /// The number of unreachable nodes.
    var unreachableCount: Int { unreachable.values.reduce(0, +) }

    /// The cores of each group that has a node count, also where its nodes have none.
    func coresByGroup(_ groups: NodeGroupRegistry.Snapshot) -> [(
        NodeGroupID, StateCounts<NodeState>
    )] {
        var table: [NodeGroupID: StateCounts<NodeState>] = [:]
        for (group, counts) in cores.byGroup(groups) { table[group] = counts }
        return counts.byGroup(groups).map { ($0.group, table[$0.group] ?? StateCounts()) }
    }

    /// The unreachable nodes of each group that has a node count.
    func unreachableByGroup(_ groups: NodeGroupRegistry.Snapshot) -> [(NodeGroupID, Int)] {
        var table: [NodeGroupID: Int] = [:]
        for (set, count) in unreachable {
            for group in groups.sets[Int(set)] { table[group, default: 0] += count }
        }
        return counts.byGroup(groups).map { ($0.group, table[$0.group] ?? 0) }
    }
}

/// Collects the nodes, and which groups they belong to.
final class NodeCollector: Collector {
    let slot: CollectorSlot<Nodes>
    private let context: CollectionContext

    init(_ client: HPCPackClient, _ context: CollectionContext) {
        slot = CollectorSlot(.nodes, Session(client), context.logger)
        self.context = context
    }

    /// Reads the group list and all nodes.
    ///
    /// Membership comes from the rows' `NodeGroups` where the server tells it, otherwise from one call for each group
    /// (docs/architecture.md#collection).
    ///
    /// - Throws: The failure of any call that is needed.
    func collect() throws(RequestError) -> Collected<Nodes> {
        context.format.refreshIfNeeded()
        let groups = try context.groupNames(slot.session)
        context.groups.update(list: groups)
        var listing = NodeListing(context)
        try slot.session.nodes(into: listing)
        if context.mustReadAgain(after: listing.evidence) {
            listing = NodeListing(context)
            try slot.session.nodes(into: listing)
        }
        guard listing.rowsWithoutID == 0 else {
            throw RequestError(
                .malformed,
                .nodes,
                "GET /nodes: \(listing.rowsWithoutID) rows have neither Id nor Name, so nodes cannot be counted"
            )
        }
        var members = GroupMembers()
        if !listing.hasGroups, !listing.nodes.isEmpty {
            for name in groups {
                let group = context.groups.group(name)
                for member in try memberNames(of: name) { members.add(member, to: group) }
            }
        }
        return Collected(data: nodes(listing, members.groups(ofNodes: listing.nodes.map(\.name))))
    }

    /// The members of a group; a group that went between the list and this call has none any more.
    private func memberNames(of name: String) throws(RequestError) -> [String] {
        do {
            return try slot.session.nodeGroupMembers(name)
        } catch  where error.mayBeUnknownID {
            guard try slot.session.nodeGroups().contains(name) else { return [] }
            throw error
        }
    }

    private func nodes(_ listing: NodeListing, _ memberships: [String: [NodeGroupID]]) -> Nodes {
        var nodes = Nodes()
        nodes.nodes.reserveCapacity(listing.nodes.count)
        // Nodes share few texts, so each text is parsed once.
        var sets: [String: NodeGroupSetID] = [:]
        func set(_ text: String) -> NodeGroupSetID {
            if let known = sets[text] { return known }
            let set = context.groups.set(naming: text)
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
        for row in listing.nodes {
            let groups =
                listing.hasGroups
                ? set(row.groups ?? "")
                : context.groups.set(of: memberships[row.name.lowercased()] ?? [])
            nodes.nodes.append(
                Nodes.Node(
                    row: row,
                    label: LabelValue(row.name),
                    availability: label(row.availability),
                    location: label(row.location),
                    groups: groups
                )
            )
            nodes.counts.add(row.state, set: groups)
            nodes.cores.add(
                row.state,
                set: groups,
                count: Int(exactly: (row.cores ?? 0).rounded()) ?? 0
            )
            if row.isReachable == false { nodes.unreachable[groups, default: 0] += 1 }
        }
        nodes.nodes.sort { $0.row.name < $1.row.name }
        nodes.hasReachability =
            listing.nodes.isEmpty || listing.nodes.contains { $0.isReachable != nil }
        nodes.hasCores = listing.nodes.isEmpty || listing.nodes.contains { $0.cores != nil }
        return nodes
    }
}

/// The rows of the node list: each node once, with its last values.
private final class NodeListing: ListingStage {
    /// What the rows tell of the calendar of their dates; `nil` when it is known.
    let evidence: CalendarEvidence?
    private let decoder: RowDecoder
    private var indices: [String: Int] = [:]
    private(set) var nodes: [NodeRow] = []
    private(set) var rowsWithoutID = 0
    /// Whether any row carried `NodeGroups`.
    private(set) var hasGroups = false

    init(_ context: CollectionContext) {
        evidence = context.format.calendarEvidence()
        decoder = context.decoder(evidence)
    }

    func begin() {
        evidence?.reset()
        indices = [:]
        nodes = []
        rowsWithoutID = 0
        hasGroups = false
    }

    func stage(_ row: borrowing Row) -> Bool {
        guard let node = decoder.node(row) else {
            rowsWithoutID += 1
            return false
        }
        if node.groups != nil { hasGroups = true }
        if let index = indices[node.id] {
            nodes[index] = node
            return false
        }
        indices[node.id] = nodes.count
        nodes.append(node)
        return true
    }
}
