import Exposition
import HPCPackClient

/// The nodes from round to round: what a round changes is made anew, the rest stays.
struct NodeTable: Sendable {
    /// What the rows were decoded by.
    private struct Reading: Equatable, Sendable {
        var dialect: NodeDialect
        var resourceCounts: Bool
        var pattern: DateTimePattern?
    }

    private var reading: Reading?
    private var rows = RowCache<NodeRow>()
    private var areDistinct = false
    private var figures = RowCache<NodeFigures>()

    /// The nodes, in the order of their rows.
    private var nodes: [Nodes.Node] = []
    /// The version of the row from which each was made.
    private var versions: [UInt64] = []
    /// The indices of the nodes in the order in which they are shown.
    private var order: [Int] = []
    /// The index of the node of each row of figures; -1 for none.
    private var figureNodes: [Int] = []
    /// The figures whose names no node has, as they were told.
    private var unknownFigures: [String] = []
    private var joined: (rows: UInt64, figures: UInt64) = (0, 0)

    /// The round under way.
    private var round: UInt64 = 0
    /// The round in which the nodes last came, went or moved.
    private var lastMove: UInt64 = 0
    /// The same as their rows tell it.
    private var lastRowMove: UInt64 = 0
    /// The nodes as they were last shown, and what they were made from.
    private var shown: (nodes: Nodes, rows: UInt64, figures: UInt64)?

    // MARK: - Listings

    /// Begins a round.
    ///
    /// - Parameters:
    ///   - dialect: How the server tells its nodes.
    ///   - resourceCounts: Whether the rows are asked for the counts of idle and offline resources.
    ///   - context: What the collectors share.
    /// - Returns: The listing of this round, which `end(_:)` takes back.
    mutating func begin(
        _ dialect: NodeDialect,
        resourceCounts: Bool,
        _ context: CollectionContext
    ) -> NodeListing {
        round += 1
        let reading = Reading(
            dialect: dialect,
            resourceCounts: resourceCounts,
            pattern: context.format.pattern
        )
        if reading != self.reading {
            self.reading = reading
            rows = RowCache(after: rows.round)
            areDistinct = false
        }
        defer { areDistinct = false }
        return NodeListing(
            dialect,
            context,
            after: exchange(&rows, with: RowCache(after: rows.round)),
            areDistinct: areDistinct
        )
    }

    /// Takes back a listing that came whole.
    mutating func end(_ listing: NodeListing) {
        rows = listing.rows
        rows.end()
        areDistinct = !listing.hasDuplicates
    }

    /// Begins the listing of figures of a round.
    mutating func beginFigures(_ context: CollectionContext) -> NodeFiguresListing {
        NodeFiguresListing(
            context,
            after: exchange(&figures, with: RowCache(after: figures.round))
        )
    }

    /// Takes back a listing of figures that came whole.
    mutating func end(_ listing: NodeFiguresListing) {
        figures = listing.rows
        figures.end()
    }

    // MARK: - Nodes

    /// The nodes as they are shown after this round.
    ///
    /// - Parameters:
    ///   - listing: The listing of this round.
    ///   - hasFigures: Whether the figures came in this round.
    ///   - members: The groups of nodes whose rows do not tell them.
    ///   - groups: The node groups.
    /// - Returns: The nodes, and the names of figures that no node has.
    mutating func nodes(
        _ listing: NodeListing,
        hasFigures: Bool,
        _ members: GroupMembers?,
        _ groups: NodeGroupRegistry
    ) -> (nodes: Nodes, unknownFigures: [String]) {
        let figuresChange = hasFigures ? figures.lastChange : 0
        if members == nil, let shown, shown.rows == rows.lastChange,
            shown.figures == figuresChange, shown.nodes.dialect == listing.dialect
        {
            return (shown.nodes, hasFigures ? unknownFigures : [])
        }
        update(groups, members)
        updateFigures(hasFigures)
        let shownIndices = listing.hasDuplicates ? sort(listing.distinctIndices) : order
        var shown = Nodes(dialect: listing.dialect, version: round, order: lastMove)
        shown.reserve(shownIndices.count)
        for index in shownIndices { shown.add(nodes[index]) }
        self.shown = members == nil ? (shown, rows.lastChange, figuresChange) : nil
        return (shown, hasFigures ? unknownFigures : [])
    }

    /// Makes the nodes whose rows have changed anew.
    private mutating func update(_ groups: NodeGroupRegistry, _ members: GroupMembers?) {
        let rows = rows.rows
        if lastRowMove != self.rows.lastMove {
            lastRowMove = self.rows.lastMove
            lastMove = round
        }
        nodes.removeLast(max(0, nodes.count - rows.count))
        versions.removeLast(max(0, versions.count - rows.count))
        var labels: [String: LabelValue] = [:]
        func label(_ text: String?) -> LabelValue? {
            guard let text else { return nil }
            if let known = labels[text] { return known }
            labels[text] = LabelValue(text)
            return labels[text]
        }
        // Nodes share few texts, so each text is parsed once.
        var sets: [[String]: NodeGroupSetID] = [:]
        func set(_ names: [String]) -> NodeGroupSetID {
            if let known = sets[names] { return known }
            let set = groups.set(naming: names)
            sets[names] = set
            return set
        }
        let memberships = members?.groups(ofNodes: rows.map(\.value.name))
        for (index, entry) in rows.enumerated() {
            let row = entry.value
            let isKnown = index < nodes.count
            if isKnown, versions[index] == entry.version {
                guard let memberships else { continue }
                let set = groups.set(of: memberships[row.name.lowercased()] ?? [])
                guard nodes[index].groups != set else { continue }
            }
            let memberSet = memberships.map { groups.set(of: $0[row.name.lowercased()] ?? []) }
            let hasName = isKnown && nodes[index].row.name == row.name
            let node = Nodes.Node(
                row: row,
                label: hasName ? nodes[index].label : LabelValue(row.name),
                availability: label(row.availability),
                location: label(row.location),
                template: label(row.template),
                groups: memberSet ?? set(row.groups ?? []),
                rowVersion: round,
                figuresVersion: round
            )
            if isKnown {
                nodes[index] = node
                versions[index] = entry.version
            } else {
                nodes.append(node)
                versions.append(entry.version)
            }
        }
        if lastMove == round { order = sort(Array(nodes.indices)) }
    }

    /// Brings the figures of the nodes up to date.
    private mutating func updateFigures(_ haveCome: Bool) {
        guard haveCome else {
            figureNodes = []
            unknownFigures = []
            joined = (0, 0)
            for index in nodes.indices { setFigures(nil, at: index) }
            return
        }
        if joined != (rows.lastMove, figures.lastMove) { joinFigures() }
        var isTold = [Bool](repeating: false, count: nodes.count)
        for (index, entry) in zip(figureNodes, figures.rows) where index >= 0 {
            isTold[index] = true
            setFigures(entry.value, at: index)
        }
        for index in nodes.indices where !isTold[index] { setFigures(nil, at: index) }
    }

    /// Finds the node of each row of figures; names match without regard to case, and the last row of a name counts.
    private mutating func joinFigures() {
        joined = (rows.lastMove, figures.lastMove)
        var indices: [String: Int] = [:]
        for (index, node) in nodes.enumerated().reversed() {
            indices[node.row.name.lowercased()] = index
        }
        figureNodes = [Int](repeating: -1, count: figures.count)
        var told: Set<String> = []
        var unknown: [String] = []
        for figure in (0..<figures.count).reversed() {
            let name = figures[figure].value.name
            guard told.insert(name.lowercased()).inserted else { continue }
            if let index = indices[name.lowercased()] {
                figureNodes[figure] = index
            } else {
                unknown.append(name)
            }
        }
        unknownFigures = unknown.sorted()
    }

    /// Sets the figures of a node; where they are not told, those of its row stand.
    private mutating func setFigures(_ told: NodeFigures?, at index: Int) {
        let row = rows[index].value
        let cores = told == nil ? row.coresInUse : told?.coresInUse
        let usage = told == nil ? row.cpuUsageRatio : told?.cpuUsageRatio
        let node = nodes[index].row
        guard node.coresInUse != cores || node.cpuUsageRatio != usage else { return }
        nodes[index].row.coresInUse = cores
        nodes[index].row.cpuUsageRatio = usage
        nodes[index].figuresVersion = round
    }

    private func sort(_ indices: [Int]) -> [Int] {
        indices.sorted { left, right in
            let (first, second) = (nodes[left].label, nodes[right].label)
            return first.precedes(second) || !second.precedes(first) && left < right
        }
    }
}
