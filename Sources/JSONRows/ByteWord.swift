/// Eight bytes looked at together, the first in the lowest place.
///
/// The masks below have the highest bit of a byte set where the byte is one that is looked for. A
/// mask can also have bits set above the first true one (a borrow runs upwards), so only its lowest
/// set bit counts.
struct ByteWord {
    /// How many bytes a word has.
    static let count = 8

    /// The bytes, the first lowest.
    let bits: UInt64

    /// Loads the bytes from `index` on, all of which must be there; it stops the process if not.
    init(_ bytes: borrowing RawSpan, at index: Int) {
        // Safe: the load checks its bounds, and every bit pattern is a UInt64.
        bits = UInt64(
            littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        )
    }

    /// Loads the bytes from `index` on without looking whether they are there.
    ///
    /// - Parameters:
    ///   - bytes: bytes that reach a word's length beyond `index`: the caller has made sure.
    ///   - index: the place of the first.
    @unsafe
    @inline(__always)
    init(unchecked bytes: borrowing RawSpan, at index: Int) {
        unsafe bits = UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index,
                as: UInt64.self
            )
        )
    }

    init(bits: UInt64) {
        self.bits = bits
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The same byte in every place.
    private static func all(_ byte: UInt8) -> UInt64 { ones &* UInt64(byte) }

    /// The bytes that end a run of plain text in a string: the quote, the backslash, control
    /// characters and everything beyond ASCII.
    var special: UInt64 {
        let quote = bits ^ Self.all(UInt8(ascii: "\""))
        let backslash = bits ^ Self.all(UInt8(ascii: "\\"))
        let control = bits &- Self.all(0x20)
        let found = (quote &- Self.ones) & ~quote | (backslash &- Self.ones) & ~backslash
        return (found | control & ~bits | bits) & Self.tops
    }

    /// The bytes with ASCII capitals in lower case.
    var asciiLowercased: ByteWord {
        let low = bits & ~Self.tops
        let isAfterZ = low &+ Self.all(0x7F - UInt8(ascii: "Z"))
        let isFromA = low &+ Self.all(0x80 - UInt8(ascii: "A"))
        return ByteWord(bits: bits | ((isFromA ^ isAfterZ) & ~bits & Self.tops) >> 2)
    }

    /// The first `count` bytes, zero in the places of the others.
    func prefix(_ count: Int) -> ByteWord {
        count >= Self.count ? self : ByteWord(bits: bits & (1 << UInt64(8 * count) &- 1))
    }
}

extension UInt64 {
    /// The place of the first byte that a mask of `ByteWord` found; 8 if it found none.
    var firstByteFound: Int { trailingZeroBitCount / 8 }
}
