/// One row, as the reader fills it and lends it to the callback.
///
/// It cannot be copied and is only ever lent, so nothing outlives the callback but what the
/// callback takes out of it.
public struct Row: ~Copyable, Sendable {
    /// The number of columns a row can have: one bit each in `present`.
    static let maximumColumns = 64

    /// Where a value stands in `text`.
    struct Slot: BitwiseCopyable {
        /// The first byte.
        var start: UInt32 = 0
        /// The byte after the last.
        var end: UInt32 = 0
    }

    /// The decoded bytes of the row's values, of which only the first `used` count.
    ///
    /// It grows as needed and stays for the next row.
    var text = [UInt8](repeating: 0, count: 1024)

    /// How much of `text` is taken.
    var used = 0

    /// The values by column; meaningful only where `present` says so.
    var slots = [Slot](repeating: Slot(), count: Row.maximumColumns)

    /// One bit a column: whether it has a value.
    var present: UInt64 = 0

    /// Whether a property stood in the row with a value other than null.
    ///
    /// - Parameter column: the property's index in the `ColumnSet`, or 0 for bare strings.
    /// - Returns: false also for a column that no row has.
    public func isPresent(_ column: Int) -> Bool {
        column >= 0 && column < Self.maximumColumns && present & (1 << UInt64(column)) != 0
    }

    /// The value of a property, decoded.
    ///
    /// - Parameter column: the property's index in the `ColumnSet`, or 0 for bare strings.
    /// - Returns: valid UTF-8, empty when absent.
    @_lifetime(borrow self)
    public func bytes(_ column: Int) -> Span<UInt8> {
        text.span.extracting(range(column))
    }

    /// The value of a property as a string.
    ///
    /// - Parameter column: the property's index in the `ColumnSet`, or 0 for bare strings.
    /// - Returns: the decoded text, empty when absent.
    public func string(_ column: Int) -> String {
        String(decoding: text[range(column)], as: UTF8.self)
    }

    /// Where the value of a column stands in `text`; empty when absent.
    private func range(_ column: Int) -> Range<Int> {
        guard isPresent(column) else { return 0..<0 }
        let slot = slots[column]
        return Int(slot.start)..<Int(slot.end)
    }

    /// Empties the row and keeps its memory.
    mutating func clear() {
        used = 0
        present = 0
    }

    /// Gives a column the bytes from `start` to `end` of `text`.
    ///
    /// Both fit: a row's decoded text is never longer than the row, which `JSONLimits.rowBytes`
    /// holds to 1 GiB.
    mutating func set(_ column: Int, from start: Int, to end: Int) {
        slots[column] = Slot(
            start: UInt32(truncatingIfNeeded: start),
            end: UInt32(truncatingIfNeeded: end)
        )
        present |= 1 << UInt64(column)
    }

    /// Takes the value of a column away.
    mutating func remove(_ column: Int) {
        present &= ~(1 << UInt64(column))
    }

    /// Makes room for `count` more bytes, and for the rest of a word that is stored or loaded whole.
    mutating func reserve(_ count: Int) {
        let needed = used + count + ByteWord.count
        guard text.count < needed else { return }
        text.append(contentsOf: repeatElement(0, count: max(text.count, needed - text.count)))
    }

    /// The bytes of `text`, the unused ones as well.
    var textBytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // Safe: a UInt8 has no padding.
            unsafe text.span.bytes
        }
    }

    /// Adds one byte to the text.
    mutating func append(_ byte: UInt8) {
        reserve(1)
        text[used] = byte
        used += 1
    }

    /// Adds a character to the text, as UTF-8.
    mutating func append(_ scalar: Unicode.Scalar) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
    }

    /// Adds the plain text that begins at `index` of a string, a few hundred bytes at most.
    ///
    /// - Returns: the index of the byte at which it stopped; less than a word before `stop`, it
    ///   stops at any byte.
    mutating func appendPlain(_ bytes: borrowing RawSpan, from index: Int, to stop: Int) -> Int {
        let most = 256
        reserve(most)
        var index = index
        var end = used
        let stop = min(stop, index + most)
        precondition(index >= 0 && stop <= bytes.byteCount)
        var target = text.mutableSpan
        // Safe: a UInt8 has no padding, and each store checks its bounds.
        var room = unsafe target.mutableBytes
        while index + ByteWord.count <= stop {
            // In bounds: a word's length from `index` ends at `stop` at most, and that within the bytes.
            let word = unsafe ByteWord(unchecked: bytes, at: index)
            room.storeBytes(of: word.bits.littleEndian, toByteOffset: end, as: UInt64.self)
            let length = word.special.firstByteFound
            end += length
            index += length
            if length < ByteWord.count { break }
        }
        used = end
        return index
    }
}

extension RawSpan {
    /// Passes over the plain text that begins at `index` of a string.
    ///
    /// - Returns: the index of the byte at which it stopped; less than a word before `stop`, it
    ///   stops at any byte.
    func skipPlain(from index: Int, to stop: Int) -> Int {
        var index = index
        while index + ByteWord.count <= stop {
            let length = ByteWord(self, at: index).special.firstByteFound
            index += length
            if length < ByteWord.count { break }
        }
        return index
    }
}
