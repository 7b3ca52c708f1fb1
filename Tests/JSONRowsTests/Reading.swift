import JSONRows

/// What became of a text: its rows, nil for an absent value, and the error that ended it.
struct Reading: Equatable, CustomStringConvertible {
    var rows: [[String?]] = []
    var error: JSONRowsError?

    var description: String {
        "\(rows.map { row in row.map { value in value ?? "nil" } }) \(error?.description ?? "whole")"
    }

    /// Reads a text that arrives in the given pieces.
    static func of(
        _ pieces: some Sequence<ArraySlice<UInt8>>,
        _ shape: RowShape,
        limits: JSONLimits = .init()
    ) -> Reading {
        let width = if case .objects(let columns) = shape { columns.names.count } else { 1 }
        var reading = Reading()
        var reader = RowReader(shape: shape, limits: limits)
        func take(_ row: borrowing Row) {
            reading.rows.append(
                (0..<width).map { column in row.isPresent(column) ? row.string(column) : nil }
            )
        }
        do throws(JSONRowsError) {
            for piece in pieces { try reader.feed(piece.span) { row in take(row) } }
            try reader.finish { row in take(row) }
        } catch {
            reading.error = error
        }
        return reading
    }

    /// Reads a text whole, byte by byte, and cut in two at every index.
    ///
    /// - Returns: every way of cutting that did not read as the whole does, and the whole's reading.
    static func ofAllCuts(
        _ text: [UInt8],
        _ shape: RowShape,
        limits: JSONLimits = .init()
    ) -> (whole: Reading, deviations: [String]) {
        let whole = Reading.of([text[...]], shape, limits: limits)
        var deviations: [String] = []
        let single = Reading.of(text.indices.map { text[$0...$0] }, shape, limits: limits)
        if single != whole { deviations.append("byte by byte: \(single)") }
        for cut in text.indices {
            let parts = Reading.of([text[..<cut], text[cut...]], shape, limits: limits)
            if parts != whole { deviations.append("cut at \(cut): \(parts)") }
        }
        return (whole, deviations)
    }
}

/// The columns that most tests ask for.
let jobColumns = RowShape.objects(ColumnSet(["Id", "State", "NodeGroups"]))

/// One row with one `Value`, given as JSON text.
func rowText(value: String) -> [UInt8] {
    Array(#"[{"Properties":[{"Name":"Id","Value":"#.utf8) + Array(value.utf8) + Array("}]}]".utf8)
}
