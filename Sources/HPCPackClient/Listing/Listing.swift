public import JSONRows

/// Collects the rows of a listing; nothing of them counts before the listing came whole.
public protocol ListingStage: AnyObject {
    /// The listing begins, or begins again: what was staged is void.
    func begin()
    /// Stages one row.
    ///
    /// - Parameter row: Valid during the call only.
    /// - Returns: Whether the row's id was not staged before.
    func stage(_ row: borrowing Row) -> Bool
    /// A page has come whole.
    func endPage(_ page: ListingPage)
}

extension ListingStage {
    /// Does nothing.
    public func endPage(_ page: ListingPage) {}
}

/// How far a listing is after one of its pages.
public struct ListingPage: Sendable, Equatable {
    /// The rows of all pages so far.
    public let rows: Int
    /// The rows of the whole listing, where the server tells them.
    public let total: Int?
    /// Whether it was the last page.
    public let isLast: Bool

    /// Describes how far a listing is.
    public init(rows: Int, total: Int?, isLast: Bool) {
        self.rows = rows
        self.total = total
        self.isLast = isLast
    }
}

/// A listing as the typed calls ask for it.
struct Listing {
    /// The request without properties and paging parameters.
    let request: APIRequest
    /// The properties to ask for.
    let properties: WantedProperties
    /// The properties to keep of each row.
    let columns: ColumnSet
    /// Whether a refusal may be about the property list.
    ///
    /// A filtered listing asks for the list that was last
    /// answered, so that its refusal is about the filter.
    var searchesProperties = true
    /// Whether only some of the rows are asked for.
    var isFiltered: Bool { request.query.contains { $0.name == "$filter" } }

    var operation: APIOperation { request.operation }

    /// A sink of rows that nobody wants.
    func emptySink(_ limits: ClientLimits) -> RowSink {
        RowSink(shape: .objects(columns), limits: limits, onRow: { _ in })
    }
}

/// Why a listing ended early.
struct Interruption: Error {
    let reason: RequestError
    /// A page after the first was refused, so its token may be lost.
    var lostToken = false
    /// At least one page had come.
    var hadBegun = true
    /// False for an attempt to go on that the server does not know.
    var countsAsRestart = true
    /// Whether the listing can go on after its pages by `startRow`.
    var canGoOn = false

    /// Whether the server may have refused the property list of the listing.
    var mayBePropertyList: Bool { !hadBegun && reason.mayBePropertyList }
}
