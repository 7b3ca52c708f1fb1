/// Reads rows out of JSON text that arrives in pieces.
///
/// It builds no tree and keeps no more than one row. It accepts what RFC 8259 accepts, and a byte
/// order mark before it; nothing else passes, not even in members that are skipped. Where the text
/// is cut into pieces makes no difference to the rows or to the error.
///
/// For `[{"Properties":[{"Name":"Id","Value":"7"}]}]` the open containers grow like this:
///
///     [                 rows
///       {"Properties":  row
///         [             properties
///           {           property: a name and a value, in either order
///
/// and every other array or object is skipped as a `list` or an `object`.
public struct RowReader: ~Copyable, Sendable {
    /// How many rows have been handed out.
    public internal(set) var rows = 0

    let shape: RowShape
    let limits: JSONLimits
    let columns: ColumnSet

    /// The place in the grammar.
    var state = State.start
    /// The containers that stand open, outermost first.
    var open: [Container] = []
    /// What the key just read is to its object.
    var member = Member.other
    /// What the string, number or literal being read is for.
    var purpose = Purpose.skip
    /// What is being read of a string, number or literal.
    var token = Token()
    /// The property being read.
    var property = Property()
    /// The row being read.
    var row = Row()
    /// The stretches between two values that have been met.
    var segments = Segments()
    /// The one that is being read; nil if it is out of the ordinary or began in an earlier piece.
    var recording: Recording?
    /// The offset at which the row becomes too long; nil between rows.
    var rowLimit: Int?

    /// The offset of the piece being read: the bytes of all pieces before it.
    var base = 0
    /// The error that ended the reading.
    var failure: JSONRowsError?

    /// Makes a reader of one text.
    ///
    /// - Parameters:
    ///   - shape: what the text must be.
    ///   - limits: the sizes at which to give up.
    public init(shape: RowShape, limits: JSONLimits = .init()) {
        self.shape = shape
        self.limits = limits
        if case .objects(let columns) = shape {
            self.columns = columns
        } else {
            columns = ColumnSet([])
        }
        open.reserveCapacity(8)
    }

    /// Reads the next piece of the text.
    ///
    /// - Parameters:
    ///   - bytes: the piece, of any length.
    ///   - onRow: called for each row that ends in this piece, in order.
    /// - Throws: what is wrong with the text, and again at each later call.
    public mutating func feed(
        _ bytes: Span<UInt8>,
        onRow: (borrowing Row) -> Void
    ) throws(JSONRowsError) {
        if let failure { throw failure }
        recording = nil
        segments.lose()
        do throws(JSONRowsError) {
            var index = 0
            while index < bytes.count {
                // A row that reaches its limit is an error at that very byte, wherever pieces end.
                var stop = bytes.count
                if let rowLimit {
                    stop = min(stop, rowLimit - base)
                    guard index < stop else { throw error(.rowTooLong, at: index) }
                }
                index = try advance(bytes, from: index, to: stop, onRow: onRow)
            }
            base += bytes.count
        } catch {
            failure = error
            throw error
        }
    }

    /// Ends the text.
    ///
    /// - Parameter onRow: called for a row that only the end of the text completes.
    /// - Throws: `incomplete` if the text is not whole, or the error of an earlier piece.
    public mutating func finish(onRow: (borrowing Row) -> Void) throws(JSONRowsError) {
        if let failure { throw failure }
        guard state == .end else {
            let error = error(.incomplete, at: 0)
            failure = error
            throw error
        }
    }

    /// An error at an index of the piece being read.
    func error(_ kind: JSONRowsError.Kind, at index: Int) -> JSONRowsError {
        JSONRowsError(kind: kind, offset: base + index)
    }
}
