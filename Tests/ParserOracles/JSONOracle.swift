import JSONRows

extension ParserOracle {
    /// JSONRows against a plain reader of RFC 8259: the text as a listing, a list of strings and a
    /// string, and as a value in the places of a listing where any value may stand.
    ///
    /// Accepted means that it is a JSON text.
    package static let json = ParserOracle(
        name: "json",
        dictionary: [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud83d\\ude00", "\\uD800", "null",
            "true", "false", "-", "0", "1e5", ".", "E+", "\u{FEFF}", " ", "\r\n\t", "é", "\u{0}",
            "\"Properties\":[", "{\"Id\":1,\"NodeGroups\":[\"a\",null]}",
            "\"Metrics\":{\"State\":1}", "{\"Name\":\"Id\",\"Value\":\"1\"}", "\"Name\":",
            "\"Value\":",
        ],
        compare: { JSONOracle.check($0, $1) }
    )
}

/// The comparisons behind ``ParserOracle/json``.
private enum JSONOracle {
    private static let names = ["Id", "State", "NodeGroups"]
    private static let nested = (name: "Metrics", columns: ["State", "Cpu"])
    private static let columns = ColumnSet(names)
    private static let nestedColumns = NestedColumns(nested.name, ColumnSet(nested.columns))
    private static var listing: RowShape { .objects(columns) }
    private static var plain: RowShape { .plainObjects(columns, nested: nestedColumns) }

    /// A listing and the place in it for a value.
    private static let places: [(before: String, after: String)] = [
        (#"[{"x":"#, "}]"),
        (#"[{"Properties":[{"Name":"Id","Value":"#, #"},{"Name":"State","Value":"a"}]}]"#),
    ]
    /// The same for plain objects: as a column, as an item of one, as the nested object and as a member of that.
    private static let plainPlaces: [(before: String, after: String)] = [
        (#"[{"Id":"#, #","State":"a"}]"#), (#"[{"Id":["a","#, #","b"],"State":[]}]"#),
        (#"[{"State":1,"Metrics":{"Cpu":2},"metrics":"#, #"}]"#),
        (#"[{"Metrics":{"STATE":"#, #","Cpu":0.5},"State":true},{}]"#),
    ]

    static func check(_ text: [UInt8], _ cuts: ParserOracle.Cuts) -> ParserOracle.Verdict {
        for (shape, rows) in [
            (listing, ReferenceReader.rows(text, columns: names)),
            (plain, ReferenceReader.plainRows(text, columns: names, nested: nested)),
            (.strings, ReferenceReader.strings(text)), (.string, ReferenceReader.string(text)),
        ] {
            if let wrong = compare(text, cuts, shape, rows) { return .wrong(wrong) }
        }
        var isJSON = true
        for place in places {
            let text = Array(place.before.utf8) + text + Array(place.after.utf8)
            let rows = ReferenceReader.rows(text, columns: names)
            if let wrong = compare(text, cuts, listing, rows) { return .wrong(wrong) }
            isJSON = isJSON && RowReading(whole: text, listing).error == nil
        }
        for place in plainPlaces {
            let text = Array(place.before.utf8) + text + Array(place.after.utf8)
            let rows = ReferenceReader.plainRows(text, columns: names, nested: nested)
            if let wrong = compare(text, cuts, plain, rows) { return .wrong(wrong) }
            isJSON = isJSON && RowReading(whole: text, plain).error == nil
        }
        return isJSON ? .accepted : .refused
    }

    private static func compare(
        _ text: [UInt8],
        _ cuts: ParserOracle.Cuts,
        _ shape: RowShape,
        _ rows: [[String?]]?
    ) -> String? {
        let whole = RowReading(whole: text, shape)
        for pieces in text.cut(cuts) {
            let reading = RowReading(pieces, shape)
            guard reading == whole else { return "in pieces \(reading), whole \(whole)" }
        }
        switch whole.error?.kind {
        // The reference has no limits.
        case .tooDeep, .stringTooLong, .rowTooLong: return nil
        default: break
        }
        guard (whole.error == nil) == (rows != nil) else {
            return "\(whole), and the reference \(rows == nil ? "refuses" : "accepts") it"
        }
        if let rows, rows != whole.rows { return "\(whole), and the reference reads \(rows)" }
        return nil
    }
}

/// What became of a text that came in pieces.
private struct RowReading: Equatable {
    var rows: [[String?]] = []
    var error: JSONRowsError?

    init(_ pieces: [ArraySlice<UInt8>], _ shape: RowShape) {
        let width =
            switch shape {
            case .objects(let columns), .properties(let columns): columns.names.count
            case .plainObjects(let columns, let nested):
                columns.names.count + (nested?.columns.names.count ?? 0)
            case .strings, .string: 1
            }
        var reader = RowReader(shape: shape)
        do throws(JSONRowsError) {
            for piece in pieces { try reader.feed(piece.span) { take($0, width) } }
            try reader.finish { take($0, width) }
        } catch {
            self.error = error
        }
    }

    init(whole text: [UInt8], _ shape: RowShape) { self.init([text[...]], shape) }

    private mutating func take(_ row: borrowing Row, _ width: Int) {
        var values: [String?] = []
        for column in 0..<width {
            values.append(row.isPresent(column) ? row.string(column) : nil)
        }
        rows.append(values)
    }
}
