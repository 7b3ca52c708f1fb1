/// The names of the properties to read; the index of a name is its column.
///
/// Names are compared without regard to ASCII case: the server accepts them in any case, and writes them in
/// its own (docs/hpcpack-api.md#values).
public struct ColumnSet: Sendable {
    /// The names, in column order.
    public let names: [String]

    /// The names in lower case, each padded with zeros to whole words.
    private let words: [UInt64]

    /// The lengths of the names in bytes.
    private let lengths: [Int]
    /// The index of each name in `words`.
    private let starts: [Int]

    /// Creates a set of columns.
    ///
    /// - Parameter names: At most 64 different names; more names, or equal ones, are a programming error.
    public init(_ names: [String]) {
        precondition(names.count <= Row.maximumColumns, "A row has at most 64 columns.")
        self.names = names
        var words: [UInt64] = []
        var starts: [Int] = []
        for name in names {
            starts.append(words.count)
            let bytes = Array(name.utf8)
            for start in stride(from: 0, to: max(bytes.count, 1), by: ByteWord.count) {
                let part = bytes[start..<min(start + ByteWord.count, bytes.count)]
                let bits = part.reversed().reduce(0) { bits, byte in bits << 8 | UInt64(byte) }
                words.append(ByteWord(bits: bits).asciiLowercased.bits)
            }
        }
        self.words = words
        self.starts = starts
        lengths = names.map(\.utf8.count)
        let folded = Set(
            names.map { name in name.utf8.map { ByteWord(bits: UInt64($0)).asciiLowercased.bits } }
        )
        precondition(folded.count == names.count, "A column is named twice.")
    }

    /// Returns the column of a property name.
    ///
    /// - Parameters:
    ///   - bytes: Bytes that contain the name, and a word's length of any bytes after it.
    ///   - start: The index of the name.
    ///   - length: The length of the name in bytes.
    /// - Returns: The column, or `nil` for a name that is not in the set.
    func column(of bytes: borrowing RawSpan, from start: Int, length: Int) -> Int? {
        let head = ByteWord(bytes, at: start).prefix(length).asciiLowercased.bits
        for column in lengths.indices where lengths[column] == length {
            var word = starts[column]
            guard words[word] == head else { continue }
            var offset = ByteWord.count
            while offset < length {
                word += 1
                let part = ByteWord(bytes, at: start + offset).prefix(length - offset)
                guard words[word] == part.asciiLowercased.bits else { break }
                offset += ByteWord.count
            }
            if offset >= length { return column }
        }
        return nil
    }
}
