import Exposition
import HPCPackClient
import JSONRows
import Logging

/// Collects the nodes, and which groups they belong to.
final class NodeCollector: Collector {
    let slot: CollectorSlot<Nodes>
    private let context: CollectionContext

    init(_ client: HPCPackClient, _ context: CollectionContext) {
        slot = CollectorSlot(.nodes, Session(client), context.logger)
        self.context = context
    }

    /// Reads the group list and all nodes, as the server tells them (docs/architecture.md#collection).
    ///
    /// - Throws: The failure of any call that is needed.
    func collect() throws(RequestError) -> Collected<Nodes> {
        context.format.refreshIfNeeded()
        return try slot.session.inNodeDialect { (dialect) throws(RequestError) in
            Collected(data: try collect(in: dialect))
        }
    }

    /// Reads the group list and all nodes.
    ///
    /// Membership comes from the rows where the server tells it there, otherwise from one call for each group.
    private func collect(in dialect: NodeDialect) throws(RequestError) -> Nodes {
        let groups = try context.groupNames(slot.session, dialect)
        context.groups.update(list: groups)
        let hasMetrics = try slot.session.supports(.nodeMetrics)
        let hasCounts = try slot.session.supports(.nodeResourceCounts)
        _ = try slot.session.supports(.clusterNodes)
        let counts = hasCounts && !hasMetrics && dialect == .hpcPack2016
        var listing = NodeListing(dialect, context)
        try read(into: listing, resourceCounts: counts)
        if context.mustReadAgain(after: listing.evidence) {
            listing = NodeListing(dialect, context)
            try read(into: listing, resourceCounts: counts)
        }
        try checkIDs(of: listing)
        if hasMetrics { try readFigures(of: listing) }
        var members = GroupMembers()
        if !listing.hasGroups, !listing.nodes.isEmpty {
            for name in groups {
                let group = context.groups.group(name)
                for member in try memberNames(of: name, dialect) { members.add(member, to: group) }
            }
        }
        let memberships = members.groups(ofNodes: listing.nodes.map(\.name))
        return nodes(listing, memberships)
    }

    private func read(into listing: NodeListing, resourceCounts: Bool) throws(RequestError) {
        switch listing.dialect {
        case .hpcPack2016: try slot.session.nodes(resourceCounts: resourceCounts, into: listing)
        case .hpcPack2019: try slot.session.clusterNodes(into: listing)
        }
    }

    /// Refuses a list whose nodes cannot be told apart.
    ///
    /// In the dialect of HPC Pack 2019 a node without a name is reported and left out; a list without any name is
    /// another service's.
    private func checkIDs(of listing: NodeListing) throws(RequestError) {
        let count = listing.rowsWithoutID
        switch listing.dialect {
        case .hpcPack2016 where count > 0:
            throw RequestError(
                .malformed,
                .nodes,
                "GET /nodes: \(count) rows have neither Id nor Name, so nodes cannot be counted"
            )
        case .hpcPack2019 where count > 0 && listing.nodes.isEmpty:
            throw RequestError(
                .malformed,
                .clusterNodes,
                "GET /cluster/nodes: none of \(count) rows has a Name, so nodes cannot be counted"
            )
        default: return
        }
    }

    /// Reads cores in use and CPU usage; a server that refuses them is not asked again for a while.
    private func readFigures(of listing: NodeListing) throws(RequestError) {
        let figures = NodeFiguresListing(context)
        guard try slot.session.clusterNodeMetrics(into: figures) else {
            context.logger.warn("The server refuses the metrics of nodes; cores in use are absent")
            return
        }
        for name in listing.add(figures.byName) {
            context.unrecognized.add(.nodeMetricsName, name)
        }
    }

    /// The members of a group; a group that went between the list and this call has none any more.
    private func memberNames(of name: String, _ dialect: NodeDialect) throws(RequestError)
        -> [String]
    {
        do {
            return try slot.session.nodeGroupMembers(name, dialect)
        } catch  where error.mayBeUnknownID {
            guard try slot.session.nodeGroups(dialect).contains(name) else { return [] }
            throw error
        }
    }

    private func nodes(_ listing: NodeListing, _ memberships: [String: [NodeGroupID]]) -> Nodes {
        var nodes = Nodes(dialect: listing.dialect)
        nodes.nodes.reserveCapacity(listing.nodes.count)
        // Nodes share few texts, so each text is parsed once.
        var sets: [[String]: NodeGroupSetID] = [:]
        func set(_ names: [String]) -> NodeGroupSetID {
            if let known = sets[names] { return known }
            let set = context.groups.set(naming: names)
            sets[names] = set
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
                ? set(row.groups ?? [])
                : context.groups.set(of: memberships[row.name.lowercased()] ?? [])
            nodes.add(
                Nodes.Node(
                    row: row,
                    label: LabelValue(row.name),
                    availability: label(row.availability),
                    location: label(row.location),
                    template: label(row.template),
                    groups: groups
                )
            )
        }
        nodes.nodes.sort { $0.row.name < $1.row.name }
        return nodes
    }
}

/// The rows of the node list: each node once, with its last values.
private final class NodeListing: ListingStage {
    let dialect: NodeDialect
    /// What the rows tell of the calendar of their dates; `nil` when it is known.
    let evidence: CalendarEvidence?
    private let decoder: RowDecoder
    private var indices: [String: Int] = [:]
    private(set) var nodes: [NodeRow] = []
    private(set) var rowsWithoutID = 0
    /// Whether any row carried its groups.
    private(set) var hasGroups = false

    init(_ dialect: NodeDialect, _ context: CollectionContext) {
        self.dialect = dialect
        evidence = dialect == .hpcPack2016 ? context.format.calendarEvidence() : nil
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
        guard let node = dialect == .hpcPack2016 ? decoder.node(row) : decoder.clusterNode(row)
        else {
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

    /// Adds figures to the nodes; names match without regard to case.
    ///
    /// - Parameter figures: The figures by the name in lower case.
    /// - Returns: The names, as they were told, that no node has.
    func add(_ figures: [String: NodeFigures]) -> [String] {
        var rest = figures
        for index in nodes.indices {
            guard let told = rest.removeValue(forKey: nodes[index].name.lowercased()) else {
                continue
            }
            nodes[index].coresInUse = told.coresInUse
            nodes[index].cpuUsageRatio = told.cpuUsageRatio
        }
        return rest.values.map(\.name).sorted()
    }
}

/// The figures of the nodes: those of each node once, the last that came.
private final class NodeFiguresListing: ListingStage {
    private let decoder: RowDecoder
    /// The figures by the name of the node in lower case.
    private(set) var byName: [String: NodeFigures] = [:]

    init(_ context: CollectionContext) { decoder = context.decoder() }

    func begin() { byName = [:] }

    func stage(_ row: borrowing Row) -> Bool {
        guard let figures = decoder.nodeFigures(row) else { return false }
        return byName.updateValue(figures, forKey: figures.name.lowercased()) == nil
    }
}
