/// The division of listings into pages, by token or by `startRow` (docs/hpcpack-api.md#paging).
extension HeadNode {
    /// Returns one page of a listing.
    ///
    /// - Parameters:
    ///   - context: The parameters.
    ///   - keys: Returns the keys of all rows as the listing is now; not called when a token of a snapshot
    ///     holds them.
    ///   - append: Appends one row, or returns `false` when the row is gone.
    /// - Returns: The page, with the token of the next one.
    /// - Throws: 400 for parameters that are not valid, or the configured status for a token that is not
    ///   known.
    mutating func page(
        _ context: Context,
        keys: () -> [UInt64],
        append: (UInt64, inout [UInt8]) -> Bool
    ) throws(APIError) -> APIResponse {
        let asked = max(1, try context.query.integer("rowsperread") ?? 10)
        let count = min(asked, configuration.maxRowsPerRead ?? asked)
        if let startRow = try startRow(context) {
            let all = listingFaults.remaining(keys(), context.query)
            let start = listingFaults.shifted(startRow, in: all)
            let rows = listingFaults.page(of: all, from: start, count)
            return APIResponse(
                json: Self.json(rows, append),
                headers: [("x-ms-row-count", String(all.count))]
            )
        }
        let fingerprint = [context.path] + context.query.fingerprint
        var first = 0
        var known: [UInt64]?
        if let token = context.query.text("queryid") {
            guard
                let listing = try tokens.redeem(
                    token,
                    user: context.user,
                    query: fingerprint,
                    at: context.now
                )
            else {
                throw APIError(
                    status: configuration.lostTokenStatus,
                    message: "The query with ID \(token) does not exist or has expired."
                )
            }
            first = listing.nextRow
            known = listing.rows
        }
        let all: [UInt64]
        if let known { all = known } else { all = listingFaults.remaining(keys(), context.query) }
        first = listingFaults.shifted(first, in: all)
        let next = first + min(count, all.count - first)
        let rows = listingFaults.page(of: all, from: first, next - first)
        var headers: [(name: String, value: String)] = []
        let goesOn =
            next < all.count || (configuration.endsWithEmptyPage && next - first == count)
        if goesOn, !listingFaults.dropsTokens {
            let listing = ContinuationTokens.Listing(
                user: context.user,
                query: fingerprint,
                rows: configuration.listing == .snapshot ? all : nil,
                nextRow: next
            )
            let token = tokens.issue(listing, at: context.now)
            headers.append((configuration.continuationHeader, token))
        }
        return APIResponse(json: Self.json(rows, append), headers: headers)
    }

    /// Returns `startRow` when the build knows it; `queryId` is then ignored.
    private func startRow(_ context: Context) throws(APIError) -> Int? {
        switch configuration.apiBuild {
        case .old: return nil
        case .strictOld:
            guard context.query.text("startrow") == nil, context.query.text("asc") == nil else {
                throw .badRequest("The parameters startRow and asc are not supported.")
            }
            return nil
        case .current:
            guard let row = try context.query.integer("startrow") else { return nil }
            guard row >= 0 else {
                throw .badRequest("The value '\(row)' is not valid for startRow.")
            }
            return row
        }
    }

    private static func json(
        _ rows: ArraySlice<UInt64>,
        _ append: (UInt64, inout [UInt8]) -> Bool
    ) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(64 + rows.count * 256)
        out.append(UInt8(ascii: "["))
        for row in rows {
            let end = out.count
            if end > 1 { out.append(UInt8(ascii: ",")) }
            out.append("{\"Properties\":")
            if append(row, &out) {
                out.append(UInt8(ascii: "}"))
            } else {
                out.removeSubrange(end...)
            }
        }
        out.append(UInt8(ascii: "]"))
        return out
    }

    /// Whether the client asks for descending order, and the build knows how.
    func descends(_ context: Context) throws(APIError) -> Bool {
        guard configuration.apiBuild == .current else { return false }
        return try context.query.boolean("asc") == false
    }

    /// Returns rows sorted by a property, equal ones by identity.
    ///
    /// `rows` are in the order of identity, by which a missing or unknown name sorts too. `number` returns
    /// the value of a property, or `nil` when it is compared as text.
    static func sorted<Row, Property: RowProperty>(
        _ rows: [Row],
        by name: String?,
        descends: Bool,
        number: (Property, Row) -> Int64?,
        text: (Property, Row, inout [UInt8]) -> Void
    ) -> [Row] {
        let chosen = name.flatMap(Property.named) ?? Property.identity
        guard chosen != Property.identity, let first = rows.first else {
            return descends ? rows.reversed() : rows
        }
        if number(chosen, first) != nil {
            return order(rows, descends) { number(chosen, $0) ?? 0 }
        }
        return order(rows, descends) { row in
            var bytes: [UInt8] = []
            text(chosen, row, &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private static func order<Row, Key: Comparable>(
        _ rows: [Row],
        _ descends: Bool,
        _ key: (Row) -> Key
    ) -> [Row] {
        let keyed = rows.indices.map { (key: key(rows[$0]), position: $0) }
        let ordered = keyed.sorted { ($0.key, $0.position) < ($1.key, $1.position) }
        let result = ordered.map { rows[$0.position] }
        return descends ? result.reversed() : result
    }
}

/// The page tokens in use, each for one next page, one query and one user (docs/hpcpack-api.md#paging).
struct ContinuationTokens: Sendable {
    private var listings: [String: Listing] = [:]
    private var random: SeededRandom
    private let lifetimeSeconds: Int64

    /// The limits of abandoned listings.
    private static let maxListings = 10_000
    private static let maxHeldRows = 20_000_000

    /// A listing of which some pages have been read.
    struct Listing: Sendable {
        let user: String
        /// The path and the parameters of the first request.
        let query: [String]
        /// The keys of all rows in their order; `nil` when the listing is live.
        let rows: [UInt64]?
        /// The first row of the next page.
        let nextRow: Int
        /// When the token expires, in real seconds.
        var deadline: Int64 = 0
    }

    init(seed: UInt64, lifetimeSeconds: Int64) {
        random = SeededRandom(seed: seed)
        self.lifetimeSeconds = lifetimeSeconds
    }

    /// Returns a new token for the next page of `listing`.
    mutating func issue(_ listing: Listing, at now: Int64) -> String {
        makeRoom(at: now)
        var listing = listing
        listing.deadline = now + lifetimeSeconds
        var token = ""
        for _ in 0..<2 { token += String(random.next(), radix: 36) }
        listings[token] = listing
        return token
    }

    private mutating func makeRoom(at now: Int64) {
        listings = listings.filter { $0.value.deadline > now }
        var held = listings.values.reduce(0) { $0 + ($1.rows?.count ?? 0) }
        while listings.count >= Self.maxListings || held > Self.maxHeldRows,
            let oldest = listings.min(by: { $0.value.deadline < $1.value.deadline })
        {
            held -= oldest.value.rows?.count ?? 0
            listings[oldest.key] = nil
        }
    }

    /// Consumes a token.
    ///
    /// - Returns: Its listing, or `nil` when the token is unknown, used, expired or another user's.
    /// - Throws: 400 when the other parameters are not those of the first request; the token is
    ///   then still good.
    mutating func redeem(
        _ token: String,
        user: String,
        query: [String],
        at now: Int64
    ) throws(APIError) -> Listing? {
        guard let listing = listings[token], listing.deadline > now, listing.user == user else {
            return nil
        }
        guard listing.query == query else {
            throw .badRequest("The queryId belongs to a request with other parameters.")
        }
        listings[token] = nil
        return listing
    }

    /// Removes every token, as a restart of the service does.
    mutating func removeAll() {
        listings = [:]
    }
}
