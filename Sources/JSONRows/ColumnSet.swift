/// The names of the wanted properties; a name's index is its column.
///
/// Names match without regard to ASCII case, for a server takes them in any case and answers in its
/// own (docs/hpcpack-api.md#values).
public struct ColumnSet: Sendable {
    /// The names as they were given, in column order.
    public let names: [String]

    /// The names in lower case, each filled up with zeros to whole words, one after the other.
    private let words: [UInt64]

    /// The names' lengths in bytes, and where each begins in `words`.
    private let lengths: [Int]
    private let starts: [Int]

    /// Makes a set of columns.
    ///
    /// - Parameter names: at most 64 different names; more, or one twice, is a mistake in the
    ///   calling code and stops the process.
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

    /// Finds the column of a property name.
    ///
    /// - Parameters:
    ///   - bytes: bytes that hold the name, and a word's length of any bytes after it.
    ///   - start: where the name begins.
    ///   - length: its length in bytes.
    /// - Returns: nil for a name that is not wanted.
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
