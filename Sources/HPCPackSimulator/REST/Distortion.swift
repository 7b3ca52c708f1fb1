/// What is wrong on purpose with the rows of one answer.
struct Distortion: Sendable {
    /// What becomes of `$filter`.
    enum Filter: Sendable, Equatable {
        /// The call is refused with 400.
        case refused
        /// The answer is that of a call without it.
        case ignored
        /// One row in so many that it lets through is missing.
        case leavesOut(oneIn: Int)
    }

    var filter: Filter?
    /// By how many rows a page begins too late; too early when negative.
    var shift = 0
    /// How many rows of a page stand in it twice.
    var duplicates = 0
    /// What times are written with, whatever `dateTimeFormat` says.
    var dates: DotNetDatePattern?

    /// The parameters as the operation is to see them.
    ///
    /// - Throws: 400 for a filter that is refused.
    func seen(_ query: QueryParameters) throws(APIError) -> QueryParameters {
        guard query.text("$filter") != nil else { return query }
        switch filter {
        case .refused: throw .badRequest("The query parameter '$filter' is not supported.")
        case .ignored: return query.without("$filter")
        case .leavesOut, nil: return query
        }
    }

    /// The rows of a listing that are left of those that there should be.
    func kept(_ keys: [UInt64], _ query: QueryParameters) -> [UInt64] {
        guard case .leavesOut(let oneIn) = filter, query.text("$filter") != nil else { return keys }
        // By key, so that the same rows are missing whoever asks.
        return keys.filter { SeededRandom.mix($0) % UInt64(max(oneIn, 1)) != 0 }
    }

    /// Where a page begins that should begin at `row`; the first page always begins at the first.
    func shifted(_ row: Int, in rows: [UInt64]) -> Int {
        row == 0 ? 0 : min(max(row + shift, 0), rows.count)
    }

    /// A page of `count` rows from `row` on, and its first rows again where some stand there twice.
    func page(of rows: [UInt64], from row: Int, _ count: Int) -> ArraySlice<UInt64> {
        let page = rows.dropFirst(row).prefix(count)
        return duplicates > 0 ? (page + page.prefix(duplicates))[...] : page
    }
}
