/// The faults in the rows of one answer.
struct ListingFaults: Sendable {
    /// What is done with `$filter`.
    enum Filter: Sendable, Equatable {
        /// The request is refused with 400.
        case refused
        /// The answer is that of a request without it.
        case ignored
        /// One in so many of the rows that match is missing.
        case leavesOut(oneIn: Int)
    }

    var filter: Filter?
    /// Whether pages have no page token.
    var dropsTokens = false
    /// How many rows too late a page begins; negative for too early.
    var shift = 0
    /// How many rows of a page are in it twice.
    var duplicates = 0
    /// The pattern that times are written with instead of the configured one.
    var dates: DotNetDatePattern?

    /// Returns the parameters that the operation gets.
    ///
    /// - Throws: 400 when the filter is refused.
    func applied(to query: QueryParameters) throws(APIError) -> QueryParameters {
        guard query.text("$filter") != nil else { return query }
        switch filter {
        case .refused: throw .badRequest("The query parameter '$filter' is not supported.")
        case .ignored: return query.without("$filter")
        case .leavesOut, nil: return query
        }
    }

    /// Returns the rows of a listing without those that the filter leaves out.
    func remaining(_ keys: [UInt64], _ query: QueryParameters) -> [UInt64] {
        guard case .leavesOut(let oneIn) = filter, query.text("$filter") != nil else { return keys }
        // Chosen by key, so that the same rows are missing on every page and for every client.
        return keys.filter { SeededRandom.mix($0) % UInt64(max(oneIn, 1)) != 0 }
    }

    /// Returns where a page begins that should begin at `row`; the first page is never shifted.
    func shifted(_ row: Int, in rows: [UInt64]) -> Int {
        row == 0 ? 0 : min(max(row + shift, 0), rows.count)
    }

    /// Returns the rows of an answer without pages, followed by its duplicates.
    func unpaged<Row>(_ rows: [Row]) -> [Row] {
        duplicates > 0 ? rows + rows.prefix(duplicates) : rows
    }

    /// Returns a page of `count` rows from `row` on, followed by its duplicates.
    func page(of rows: [UInt64], from row: Int, _ count: Int) -> ArraySlice<UInt64> {
        let page = rows.dropFirst(row).prefix(count)
        return duplicates > 0 ? (page + page.prefix(duplicates))[...] : page
    }
}
