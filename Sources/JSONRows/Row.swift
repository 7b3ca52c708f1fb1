/// One row of a text.
///
/// A row cannot be copied, and is borrowed by the callback: what the callback keeps, it must copy.
public struct Row: ~Copyable, Sendable {
    /// The greatest number of columns: each has a bit in `present`.
    static let maximumColumns = 64

    /// The range of a value in `text`.
    struct Slot: BitwiseCopyable {
        var start: UInt32 = 0
        var end: UInt32 = 0
    }

    /// The decoded bytes of the values, in the first `used` bytes; the memory is reused for the next row.
    var text = [UInt8](repeating: 0, count: 1024)

    /// The number of bytes of `text` that are in use.
    var used = 0

    /// The ranges of the values by column, for the columns in `present`; in the second half, for plain objects, what
    /// the columns are.
    ///
    /// A row has no more than four words, which the callback gets in registers.
    private var slots = [Slot](repeating: Slot(), count: 2 * Row.maximumColumns)

    /// The columns that have a value, one bit each.
    var present: UInt64 = 0

    /// The byte between the items of an array: the control character U+001F, which no name holds.
    public static let separator: UInt8 = 0x1F

    /// What a column of a plain object is.
    public enum ValueKind: UInt32, Sendable {
        /// The object has no such member.
        case missing
        /// A string, a number or a boolean.
        case scalar
        /// Null.
        case null
        /// An array of strings and nulls.
        case list
        /// An object, or an array of anything else.
        case other
    }

    /// Returns what a column is.
    ///
    /// - Parameter column: The column's index, as the shape numbers them.
    /// - Returns: For other shapes than plain objects, `scalar` or `missing`.
    public func kind(_ column: Int) -> ValueKind {
        guard column >= 0, column < Self.maximumColumns else { return .missing }
        let kind = ValueKind(rawValue: slots[Self.maximumColumns + column].start) ?? .missing
        return kind == .missing && isPresent(column) ? .scalar : kind
    }

    /// Returns whether the row has a property, with a value other than null.
    ///
    /// - Parameter column: The property's index in the `ColumnSet`, or 0 for bare strings.
    /// - Returns: `false` also for a column that no row has.
    public func isPresent(_ column: Int) -> Bool {
        column >= 0 && column < Self.maximumColumns && present & (1 << UInt64(column)) != 0
    }

    /// Returns the decoded value of a property.
    ///
    /// - Parameter column: The property's index in the `ColumnSet`, or 0 for bare strings.
    /// - Returns: Valid UTF-8, empty when the value is absent.
    @_lifetime(borrow self)
    public func bytes(_ column: Int) -> Span<UInt8> {
        text.span.extracting(range(column))
    }

    /// Returns the value of a property as a string.
    ///
    /// - Parameter column: The property's index in the `ColumnSet`, or 0 for bare strings.
    /// - Returns: The decoded text, empty when the value is absent.
    public func string(_ column: Int) -> String {
        String(decoding: text[range(column)], as: UTF8.self)
    }

    /// A hash of all that the row tells, the same for equal rows of one shape within a process.
    ///
    /// It has 64 bits: that two different rows share it happens once in 2⁶⁴ comparisons.
    ///
    /// - Parameter columns: The columns of a shape whose values have kinds; 0 for other shapes.
    /// - Returns: The hash.
    public func fingerprint(plainColumns columns: Int = 0) -> Int {
        var hasher = Hasher()
        unsafe text.withUnsafeBytes { bytes in
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes[..<used]))
        }
        hasher.combine(present)
        var rest = present
        while rest != 0 {
            let slot = slots[rest.trailingZeroBitCount]
            hasher.combine(UInt64(slot.start) << 32 | UInt64(slot.end))
            rest &= rest - 1
        }
        for column in 0..<columns {
            hasher.combine(slots[Self.maximumColumns + column].start)
        }
        return hasher.finalize()
    }

    /// Returns the range of a value in `text`; empty when the value is absent.
    private func range(_ column: Int) -> Range<Int> {
        guard isPresent(column) else { return 0..<0 }
        let slot = slots[column]
        return Int(slot.start)..<Int(slot.end)
    }

    /// Removes all values, and keeps the memory.
    mutating func clear() {
        used = 0
        present = 0
    }

    /// Forgets what a column of a plain object is, so that it is missing.
    mutating func forget(_ column: Int) {
        remove(column)
        slots[Self.maximumColumns + column].start = 0
    }

    /// Notes that a column of a plain object is anything but a scalar.
    mutating func note(_ kind: ValueKind, _ column: Int) {
        slots[Self.maximumColumns + column].start = kind.rawValue
    }

    /// Sets the value of a column to a range of `text`.
    ///
    /// Both bounds fit: the decoded text is never longer than the row, and `JSONLimits.rowBytes` is at most 1
    /// GiB.
    mutating func set(_ column: Int, from start: Int, to end: Int) {
        slots[column] = Slot(
            start: UInt32(truncatingIfNeeded: start),
            end: UInt32(truncatingIfNeeded: end)
        )
        present |= 1 << UInt64(column)
    }

    /// Removes the value of a column.
    mutating func remove(_ column: Int) {
        present &= ~(1 << UInt64(column))
    }

    /// Reserves memory for `count` more bytes, and for a whole word to be stored or loaded at the last of
    /// them.
    mutating func reserve(_ count: Int) {
        let needed = used + count + ByteWord.count
        guard text.count < needed else { return }
        text.append(contentsOf: repeatElement(0, count: max(text.count, needed - text.count)))
    }

    /// The bytes of `text`, including those not in use.
    var textBytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // Safe: a UInt8 has no padding.
            unsafe text.span.bytes
        }
    }

    /// Appends one byte to the text.
    mutating func append(_ byte: UInt8) {
        reserve(1)
        text[used] = byte
        used += 1
    }

    /// Appends a character to the text, as UTF-8.
    mutating func append(_ scalar: Unicode.Scalar) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
    }

    /// Appends the plain text (see `ByteWord.special`) at an index of a string, a few hundred bytes at most.
    ///
    /// - Returns: The index after the appended bytes: that of a special byte, or any where fewer than a
    ///   word's bytes are left before `stop`.
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
            let length = word.special.firstByteIndex
            end += length
            index += length
            if length < ByteWord.count { break }
        }
        used = end
        return index
    }
}

extension RawSpan {
    /// Skips the plain text (see `ByteWord.special`) at an index of a string.
    ///
    /// - Returns: The index after the skipped bytes: that of a special byte, or any where fewer than a word's
    ///   bytes are left before `stop`.
    func skipPlain(from index: Int, to stop: Int) -> Int {
        var index = index
        while index + ByteWord.count <= stop {
            let length = ByteWord(self, at: index).special.firstByteIndex
            index += length
            if length < ByteWord.count { break }
        }
        return index
    }
}
