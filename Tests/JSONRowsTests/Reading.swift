import JSONRows

/// The rows that were read from a text, with `nil` for an absent value, and the error that ended it.
struct Reading: Equatable, CustomStringConvertible {
    var rows: [[String?]] = []
    var error: JSONRowsError?

    var description: String {
        "\(rows.map { row in row.map { value in value ?? "nil" } }) \(error?.description ?? "whole")"
    }

    /// Reads a text that arrives in chunks.
    static func of(
        _ chunks: some Sequence<ArraySlice<UInt8>>,
        _ shape: RowShape,
        limits: JSONLimits = .init()
    ) -> Reading {
        let width =
            switch shape {
            case .objects(let columns), .properties(let columns): columns.names.count
            case .plainObjects(let columns, let nested):
                columns.names.count + (nested?.columns.names.count ?? 0)
            case .strings, .string: 1
            }
        var reading = Reading()
        var reader = RowReader(shape: shape, limits: limits)
        func append(_ row: borrowing Row) {
            reading.rows.append(
                (0..<width).map { column in row.isPresent(column) ? row.string(column) : nil }
            )
        }
        do throws(JSONRowsError) {
            for chunk in chunks { try reader.feed(chunk.span) { row in append(row) } }
            try reader.finish { row in append(row) }
        } catch {
            reading.error = error
        }
        return reading
    }

    /// Reads a text whole, byte by byte, and split in two at every index.
    ///
    /// - Returns: The reading of the whole, and every split with another reading.
    static func ofAllSplits(
        _ text: [UInt8],
        _ shape: RowShape,
        limits: JSONLimits = .init()
    ) -> (whole: Reading, deviations: [String]) {
        let whole = Reading.of([text[...]], shape, limits: limits)
        var deviations: [String] = []
        let single = Reading.of(text.indices.map { text[$0...$0] }, shape, limits: limits)
        if single != whole { deviations.append("byte by byte: \(single)") }
        for index in text.indices {
            let parts = Reading.of([text[..<index], text[index...]], shape, limits: limits)
            if parts != whole { deviations.append("split at \(index): \(parts)") }
        }
        return (whole, deviations)
    }
}

/// The columns of most tests.
let jobColumns = RowShape.objects(ColumnSet(["Id", "State", "NodeGroups"]))

/// Returns a text of one row with one value, which is given as JSON.
func rowText(value: String) -> [UInt8] {
    Array(#"[{"Properties":[{"Name":"Id","Value":"#.utf8) + Array(value.utf8) + Array("}]}]".utf8)
}
