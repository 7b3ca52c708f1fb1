import JSONRows

/// Feeds the body of a response to a row reader.
final class RowSink: ResponseSink {
    private let shape: RowShape
    private let limits: JSONLimits
    private let onRow: (borrowing Row) -> Void
    private var reader: RowReader
    /// Called when a response begins: what an earlier try brought is void.
    var onBegin: () -> Void = {}
    /// The first thing that was wrong with the text.
    private(set) var error: JSONRowsError?
    /// Rows of the current response so far.
    private(set) var rows = 0

    init(shape: RowShape, limits: ClientLimits, onRow: @escaping (borrowing Row) -> Void) {
        self.shape = shape
        self.limits = JSONLimits(depth: limits.depth, stringBytes: limits.stringBytes)
        self.onRow = onRow
        reader = RowReader(shape: shape, limits: self.limits)
    }

    func begin() {
        reader = RowReader(shape: shape, limits: limits)
        error = nil
        rows = 0
        onBegin()
    }

    func receive(_ bytes: Span<UInt8>) -> Bool {
        guard error == nil else { return false }
        do {
            try reader.feed(bytes, onRow: onRow)
        } catch {
            self.error = error
        }
        rows = reader.rows
        return error == nil
    }

    /// The text has ended: says whether it was whole.
    func end() -> JSONRowsError? {
        guard error == nil else { return error }
        do {
            try reader.finish(onRow: onRow)
        } catch {
            self.error = error
        }
        rows = reader.rows
        return error
    }
}
