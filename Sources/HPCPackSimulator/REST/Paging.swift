/// Cutting listings into pages, by token or by `startRow` (FACTS: Paging).
extension HeadNode {
    /// One page of a listing.
    ///
    /// `keys` gives all rows of the listing as it is now, in order; it is not called when a token
    /// of a snapshot says which rows there are. `append` writes one row, or returns false when the
    /// row is gone.
    mutating func page(
        _ context: Context,
        keys: () -> [UInt64],
        append: (UInt64, inout [UInt8]) -> Bool
    ) throws(APIError) -> APIResponse {
        let asked = max(1, try context.query.integer("rowsperread") ?? 10)
        let count = min(asked, configuration.maxRowsPerRead ?? asked)
        if let startRow = try startRow(context) {
            let all = distortion.kept(keys(), context.query)
            let start = distortion.shifted(startRow, in: all)
            let rows = distortion.page(of: all, from: start, count)
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
        if let known { all = known } else { all = distortion.kept(keys(), context.query) }
        first = distortion.shifted(first, in: all)
        let next = first + min(count, all.count - first)
        let rows = distortion.page(of: all, from: first, next - first)
        var headers: [(name: String, value: String)] = []
        let goesOn =
            next < all.count || (configuration.endsWithEmptyPage && next - first == count)
        if goesOn {
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

    /// `startRow`, when the build knows it; paging by row ignores a `queryId`.
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

    /// True when the client asks for the last row first, and the build knows how.
    func descends(_ context: Context) throws(APIError) -> Bool {
        guard configuration.apiBuild == .current else { return false }
        return try context.query.boolean("asc") == false
    }

    /// Orders rows by a property, equal ones by identity.
    ///
    /// `rows` come in the order of identity, which nil and unknown names mean too. `number` gives
    /// the property as a number, or nil when it compares as text.
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
