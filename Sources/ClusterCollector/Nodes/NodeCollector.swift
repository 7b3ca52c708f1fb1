import Basics
import HPCPackClient
import Logging

/// Collects the nodes, and which groups they belong to.
final class NodeCollector: Collector {
    let slot: CollectorSlot<Nodes>
    private let context: CollectionContext
    /// The nodes, locked for the whole of a round; rounds never overlap, so nobody waits for the lock.
    private let table = Mutex(NodeTable())

    init(_ client: HPCPackClient, _ context: CollectionContext) {
        slot = CollectorSlot(.nodes, Session(client), context.logger)
        self.context = context
    }

    /// Reads the group list and all nodes, as the server tells them (docs/architecture.md#collection).
    ///
    /// - Throws: The failure of any call that is needed.
    func collect() throws(RequestError) -> Collected<Nodes> {
        context.format.refreshIfNeeded()
        return try table.withLock { (table) throws(RequestError) in
            try slot.session.inNodeDialect { (dialect) throws(RequestError) in
                Collected(data: try collect(in: dialect, &table))
            }
        }
    }

    /// Reads the group list and all nodes.
    ///
    /// Membership comes from the rows where the server tells it there, otherwise from one call for each group.
    private func collect(
        in dialect: NodeDialect,
        _ table: inout NodeTable
    ) throws(RequestError) -> Nodes {
        let groups = try context.groupNames(slot.session, dialect)
        context.groups.update(list: groups)
        let hasMetrics = try slot.session.supports(.nodeMetrics)
        let hasCounts = try slot.session.supports(.nodeResourceCounts)
        _ = try slot.session.supports(.clusterNodes)
        let counts = hasCounts && !hasMetrics && dialect == .hpcPack2016
        var listing = try list(dialect, resourceCounts: counts, &table)
        if context.mustReadAgain(after: listing.evidence) {
            listing = try list(dialect, resourceCounts: counts, &table)
        }
        let hasFigures = hasMetrics ? try readFigures(&table) : false
        var members: GroupMembers?
        if listing.rows.count > 0, !listing.tellsGroups {
            members = GroupMembers()
            for name in groups {
                let group = context.groups.group(name)
                for member in try memberNames(of: name, dialect) { members?.add(member, to: group) }
            }
        }
        let (nodes, unknown) = table.nodes(listing, hasFigures: hasFigures, members, context.groups)
        for name in unknown { context.unrecognized.add(.nodeMetricsName, name) }
        return nodes
    }

    private func list(
        _ dialect: NodeDialect,
        resourceCounts: Bool,
        _ table: inout NodeTable
    ) throws(RequestError) -> NodeListing {
        let listing = table.begin(dialect, resourceCounts: resourceCounts, context)
        switch dialect {
        case .hpcPack2016: try slot.session.nodes(resourceCounts: resourceCounts, into: listing)
        case .hpcPack2019: try slot.session.clusterNodes(into: listing)
        }
        try checkIDs(of: listing)
        table.end(listing)
        return listing
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
        case .hpcPack2019 where count > 0 && listing.rows.count == 0:
            throw RequestError(
                .malformed,
                .clusterNodes,
                "GET /cluster/nodes: none of \(count) rows has a Name, so nodes cannot be counted"
            )
        default: return
        }
    }

    /// Reads cores in use and CPU usage; a server that refuses them is not asked again for a while.
    ///
    /// - Returns: Whether they came.
    private func readFigures(_ table: inout NodeTable) throws(RequestError) -> Bool {
        let figures = table.beginFigures(context)
        guard try slot.session.clusterNodeMetrics(into: figures) else {
            context.logger.warn("The server refuses the metrics of nodes; cores in use are absent")
            return false
        }
        table.end(figures)
        return true
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
}
