import HPCPackClient
import JSONRows

extension NodeRow: CachedRow {
    func hasSameIdentity(as other: NodeRow) -> Bool { id == other.id && name == other.name }
}

extension NodeFigures: CachedRow {
    func hasSameIdentity(as other: NodeFigures) -> Bool { name == other.name }
}

/// Notes that a decoder did not recognise a value.
private final class DecodingNote {
    var isUnderstood = true
}

/// The rows of the node list, in the order of the listing.
final class NodeListing: ListingStage {
    let dialect: NodeDialect
    /// What the rows tell of the calendar of their dates; `nil` when it is known.
    let evidence: CalendarEvidence?
    private let decoder: RowDecoder
    private let note = DecodingNote()
    /// The rows, also those of the last listing that have not come yet.
    private(set) var rows: RowCache<NodeRow>
    private(set) var rowsWithoutID = 0
    /// The ids so far; `nil` while they are those of the last listing, in which none came twice.
    private var ids: Set<String>?
    private var lastWasDistinct: Bool
    private(set) var hasDuplicates = false

    /// Creates a listing.
    ///
    /// - Parameters:
    ///   - dialect: How the server tells its nodes.
    ///   - context: What the collectors share.
    ///   - rows: The rows of the last listing.
    ///   - areDistinct: Whether no id came twice in it.
    init(
        _ dialect: NodeDialect,
        _ context: CollectionContext,
        after rows: RowCache<NodeRow>,
        areDistinct: Bool
    ) {
        self.dialect = dialect
        evidence = dialect == .hpcPack2016 ? context.format.calendarEvidence() : nil
        decoder = context.decoder(evidence) { [note] in note.isUnderstood = false }
        self.rows = rows
        lastWasDistinct = areDistinct
    }

    func begin() {
        evidence?.reset()
        rows.begin()
        rowsWithoutID = 0
        ids = lastWasDistinct ? nil : []
        // Rows of two listings may be mixed when this one breaks off.
        lastWasDistinct = false
        hasDuplicates = false
    }

    func stage(_ row: borrowing Row) -> Bool {
        let index = rows.count
        note.isUnderstood = true
        let columns = dialect == .hpcPack2019 ? ClusterNodeColumn.allCases.count : 0
        let comparison = rows.add(row, plainColumns: columns) { row in
            let node = dialect == .hpcPack2016 ? decoder.node(row) : decoder.clusterNode(row)
            // A date that is held back may be understood later.
            return node.map { ($0, note.isUnderstood && evidence == nil) }
        }
        guard let comparison else {
            rowsWithoutID += 1
            return false
        }
        if comparison == .same, ids == nil { return true }
        if ids == nil { ids = Set(rows.rows.prefix(index).map(\.value.id)) }
        let isNew = ids?.insert(rows[index].value.id).inserted ?? true
        if !isNew { hasDuplicates = true }
        return isNew
    }

    /// Whether any row carried its groups.
    var tellsGroups: Bool { rows.rows.contains { $0.value.groups != nil } }

    /// The indices of the rows that count: of several with one id the last.
    var distinctIndices: [Int] {
        guard hasDuplicates else { return Array(0..<rows.count) }
        var last: [String: Int] = [:]
        for (index, row) in rows.rows.enumerated() { last[row.value.id] = index }
        return last.values.sorted()
    }
}

/// The figures of the nodes, in the order in which they came.
final class NodeFiguresListing: ListingStage {
    private let decoder: RowDecoder
    private let note = DecodingNote()
    /// The rows, also those of the last listing that have not come yet.
    private(set) var rows: RowCache<NodeFigures>

    /// Creates a listing.
    ///
    /// - Parameters:
    ///   - context: What the collectors share.
    ///   - rows: The rows of the last listing.
    init(_ context: CollectionContext, after rows: RowCache<NodeFigures>) {
        decoder = context.decoder { [note] in note.isUnderstood = false }
        self.rows = rows
    }

    func begin() { rows.begin() }

    func stage(_ row: borrowing Row) -> Bool {
        note.isUnderstood = true
        let comparison = rows.add(row, plainColumns: NodeFiguresColumn.allCases.count) { row in
            decoder.nodeFigures(row).map { ($0, note.isUnderstood) }
        }
        // The answer has no pages, so nobody asks which nodes are new.
        return comparison != nil
    }
}
