import JSONRows

/// A listing whose pages are being read, at one head node or, by `startRow`, at one after the other.
final class PageReading {
    /// Where a page begins.
    enum Start: Equatable {
        case firstRow
        case token(String)
        /// The row after those that came, less an overlap that shows whether the rows have moved.
        case nextRow
    }

    /// Why the listing is read by `startRow`.
    enum RowStartReason {
        /// A page that may not be the last one has no token.
        case missingToken
        /// A later page failed.
        case failure
    }

    /// One page.
    struct Page {
        var head: ResponseHead
        var rows: Int
        var newRows: Int
        /// The rows that it repeats if nothing has moved.
        var overlap: Int
        /// Whether the first row had not come before.
        var firstIsNew: Bool
    }

    let listing: Listing
    /// The request of the first page.
    let first: APIRequest
    /// The rows that a page is asked for; `nil` where that is left to the server.
    let pageSize: Int?
    let stage: any ListingStage
    private let sink: RowSink
    private let counts: RowCounts

    /// The pages that came whole.
    private(set) var pages = 0
    /// The rows that came, those that came twice included.
    private(set) var rows = 0
    /// Where in the listing the last page ended.
    private(set) var position = 0
    /// The rows of the largest page.
    private(set) var largestPage = 0
    /// The total that the server told last (`x-ms-row-count`).
    private(set) var total: Int?
    /// Whether a page of this listing had a token.
    private(set) var hadToken = false
    private(set) var pagesWithoutNewRows = 0
    /// Why `startRow` is sent; `nil` while tokens lead from page to page.
    var rowStartReason: RowStartReason?
    /// The rows that the next page by `startRow` repeats.
    private(set) var overlap = 0

    init(
        _ listing: Listing,
        first: APIRequest,
        pageSize: Int?,
        into stage: any ListingStage,
        limits: ClientLimits
    ) {
        self.listing = listing
        self.first = pageSize.map { first.adding("rowsPerRead", String($0)) } ?? first
        self.pageSize = pageSize
        self.stage = stage
        let counts = RowCounts()
        self.counts = counts
        sink = RowSink(
            shape: .objects(listing.columns),
            limits: limits,
            onBegin: { counts.index = 0 },
            onRow: { row in
                if stage.stage(row) {
                    counts.new += 1
                    if counts.index == 0 { counts.firstIsNew = true }
                }
                counts.index += 1
            }
        )
        stage.begin()
    }

    /// The request of a page.
    func request(_ start: Start) -> APIRequest {
        switch start {
        case .firstRow: first
        case .token(let token): first.adding("queryId", token)
        case .nextRow: first.adding("startRow", String(position - overlap))
        }
    }

    /// The request of a first page of another size.
    func request(ofRows count: Int) -> APIRequest {
        pageSize == nil
            ? first.adding("rowsPerRead", String(count))
            : first.replacing("rowsPerRead", String(count))
    }

    /// Reads a page.
    func read(
        _ fetch: (RowSink) throws(RequestError) -> ResponseHead
    ) throws(RequestError) -> Page {
        (counts.new, counts.firstIsNew) = (0, false)
        let head = try fetch(sink)
        return Page(
            head: head,
            rows: sink.rows,
            newRows: counts.new,
            overlap: overlap,
            firstIsNew: counts.firstIsNew
        )
    }

    /// Counts a page.
    func add(_ page: Page, from start: Start) {
        pages += 1
        rows += page.rows
        position = start == .nextRow ? position - overlap + page.rows : position + page.rows
        largestPage = max(largestPage, page.rows)
        total = page.head.rowCount ?? total
        if page.head.continuation != nil { hadToken = true }
        pagesWithoutNewRows = page.newRows > 0 ? 0 : pagesWithoutNewRows + 1
        overlap = 0
    }

    /// Lets the next page by `startRow` repeat the last row, or after that the whole page before it.
    ///
    /// Pages of one row have no room for an overlap, so it stays empty then.
    func widenOverlap() {
        guard largestPage > 1 else { return }
        overlap = overlap == 0 ? 1 : widestOverlap
    }

    /// The rows of a whole page, as far as there are as many.
    var widestOverlap: Int { min(position, largestPage) }

    /// Tells the stage how far the listing is.
    func report(isLast: Bool) {
        stage.endPage(ListingPage(rows: position, total: total, isLast: isLast))
    }
}

/// Counts of the rows of one page that a closure and its maker share on one thread.
private final class RowCounts {
    var index = 0
    var new = 0
    var firstIsNew = false
}
