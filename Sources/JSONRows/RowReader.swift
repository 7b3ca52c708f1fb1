/// A streaming parser that reads rows from JSON text that arrives in chunks.
///
/// It builds no tree, and keeps one row in memory. It accepts what RFC 8259 accepts, and a byte order mark
/// before it; anything else is an error, also in members that are skipped. Rows and errors do not depend on
/// where the text is split into chunks.
///
/// For `[{"Properties":[{"Name":"Id","Value":"7"}]}]` the open containers grow like this:
///
///     [                 rows
///       {"Properties":  row
///         [             properties
///           {           property: a name and a value, in either order
///
/// and every other array or object is skipped as a `list` or an `object`. A row that is a plain object is a
/// `record`, with the `items` of its columns that are arrays, and a `nested` object.
public struct RowReader: ~Copyable, Sendable {
    /// The number of rows that have been passed to `onRow`.
    public internal(set) var rows = 0

    let shape: RowShape
    let limits: JSONLimits
    let columns: ColumnSet

    /// The position in the grammar.
    var state = State.start
    /// The open containers, the outermost first.
    var open: [Container] = []
    /// The meaning of the last key.
    var member = Member.other
    /// The purpose of the string, number or literal being read.
    var purpose = Purpose.skip
    /// The string, number or literal being read.
    var token = Token()
    /// The property being read.
    var property = Property()
    /// The row being read.
    var row = Row()
    /// The known segments: the text between two values.
    var segments = Segments()
    /// The segment being recorded; `nil` when it cannot be reused, or began in an earlier chunk.
    var recording: Recording?
    /// The offset at which the row becomes too long; `nil` between rows.
    var rowLimit: Int?

    /// The offset of the chunk being read, in bytes from the start of the text.
    var base = 0
    /// The error that every further call throws.
    var failure: JSONRowsError?

    // At the end: what other shapes need most stays close together.

    /// The object in a plain object whose members are columns.
    let nested: NestedColumns?
    /// The column of a plain object being read.
    var memberColumn = MemberColumn()

    /// Creates a reader of one text.
    ///
    /// - Parameters:
    ///   - shape: The shape that the text must have.
    ///   - limits: The sizes at which reading fails.
    public init(shape: RowShape, limits: JSONLimits = .init()) {
        self.shape = shape
        self.limits = limits
        switch shape {
        case .objects(let columns), .properties(let columns):
            (self.columns, nested) = (columns, nil)
        case .plainObjects(let columns, let nested): (self.columns, self.nested) = (columns, nested)
        case .strings, .string: (columns, nested) = (ColumnSet([]), nil)
        }
        let width = columns.names.count + (nested?.columns.names.count ?? 0)
        precondition(width <= Row.maximumColumns, "A row has at most 64 columns.")
        open.reserveCapacity(8)
    }

    /// Reads the next chunk of the text.
    ///
    /// - Parameters:
    ///   - bytes: The chunk, of any length.
    ///   - onRow: Called for each row that ends in this chunk, in order.
    /// - Throws: The error in the text; each later call throws it again.
    public mutating func feed(
        _ bytes: Span<UInt8>,
        onRow: (borrowing Row) -> Void
    ) throws(JSONRowsError) {
        if let failure { throw failure }
        recording = nil
        segments.forgetLatest()
        do throws(JSONRowsError) {
            var index = 0
            while index < bytes.count {
                // A row that reaches its limit is an error at that byte, wherever chunks end.
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
    /// - Parameter onRow: Called for a row that only the end of the text completes.
    /// - Throws: `incomplete` when the text is not complete, or the error of an earlier chunk.
    public mutating func finish(onRow: (borrowing Row) -> Void) throws(JSONRowsError) {
        if let failure { throw failure }
        guard state == .end else {
            let error = error(.incomplete, at: 0)
            failure = error
            throw error
        }
    }

    /// Returns an error at an index of the chunk being read.
    func error(_ kind: JSONRowsError.Kind, at index: Int) -> JSONRowsError {
        JSONRowsError(kind: kind, offset: base + index)
    }
}

/// The shape of a text.
public enum RowShape: Sendable {
    /// An array of objects with a list of properties each:
    /// `[{"Properties":[{"Name":"Id","Value":"1"}, …]}, …]`; a row is one object.
    case objects(ColumnSet)

    /// One list of properties, `[{"Name":"Id","Value":"1"}, …]`, which is one row.
    case properties(ColumnSet)

    /// An array of objects whose members are the columns, `[{"Name":"CN001","Cores":8,"Groups":["A"]}, …]`; a row
    /// is one object.
    ///
    /// Numbers and booleans are text as they are written; null is no value. An array of strings is its items with a
    /// `Row.separator` between them, nulls left out. Any other array, and an object, is no value
    /// (`Row.ValueKind.other`). The columns of `nested` follow those of the object itself.
    case plainObjects(ColumnSet, nested: NestedColumns? = nil)

    /// An array of strings, `["CN001","CN002"]`; a row is one string, in column 0.
    case strings

    /// One string, `"HEADNODE"`; it is one row, in column 0.
    case string
}

/// An object within a plain object, whose members are columns too, such as `Metrics` in
/// `[{"NodeName":"CN001","Metrics":{"HPCCoresInUse":4}}]`.
public struct NestedColumns: Sendable {
    /// The name of the object, as the only column of a set, and its columns; in an array, since a shape is stored by
    /// every reader.
    private let sets: [ColumnSet]

    /// The columns, numbered after those of the object around.
    public var columns: ColumnSet { sets[1] }
    /// The name of the object, as the only column of a set.
    var name: ColumnSet { sets[0] }

    /// Creates a description of a nested object.
    ///
    /// - Parameters:
    ///   - name: The name of the member that holds the object, in any ASCII case.
    ///   - columns: The names of its members to read.
    public init(_ name: String, _ columns: ColumnSet) {
        sets = [ColumnSet([name]), columns]
    }
}

/// The sizes at which reading a text fails.
///
/// Values are clamped to the range of each limit, so that no sum of an offset and a limit can overflow.
public struct JSONLimits: Sendable {
    /// The greatest depth of nested arrays and objects, the outermost included.
    public let depth: Int

    /// The greatest length of a string or number, in bytes of the text without the quotes.
    public let stringBytes: Int

    /// The greatest length of a row, in bytes of the text, skipped parts included.
    public let rowBytes: Int

    /// Creates limits.
    ///
    /// - Parameters:
    ///   - depth: Nested arrays and objects, 1 to 1,048,576.
    ///   - stringBytes: Bytes of a string or number, 0 to 1,073,741,824.
    ///   - rowBytes: Bytes of a row, 1 to 1,073,741,824.
    public init(depth: Int = 64, stringBytes: Int = 1 << 20, rowBytes: Int = 4 << 20) {
        self.depth = min(max(depth, 1), 1 << 20)
        self.stringBytes = min(max(stringBytes, 0), 1 << 30)
        self.rowBytes = min(max(rowBytes, 1), 1 << 30)
    }
}
