/// Eight bytes that are processed in parallel, as one integer in little-endian order.
///
/// The masks below have the highest bit of each matching byte set. A borrow can also set bits above the first
/// matching byte, so only the lowest set bit is exact.
struct ByteWord {
    /// The number of bytes in a word.
    static let count = 8

    /// The bytes, the first in the lowest bits.
    let bits: UInt64

    /// Loads the bytes at `index`; traps when they are not all within bounds.
    init(_ bytes: borrowing RawSpan, at index: Int) {
        // Safe: the load checks its bounds, and every bit pattern is a UInt64.
        bits = UInt64(
            littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        )
    }

    /// Loads the bytes at `index`, without checking bounds.
    ///
    /// - Parameters:
    ///   - bytes: Bytes of which at least a word's length follows `index`, as the caller has checked.
    ///   - index: The index of the first byte.
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

    /// Returns a word of eight equal bytes.
    private static func all(_ byte: UInt8) -> UInt64 { ones &* UInt64(byte) }

    /// The mask of the bytes that are not plain text in a string: the quote, the backslash, control
    /// characters and everything beyond ASCII.
    var special: UInt64 {
        let quote = bits ^ Self.all(UInt8(ascii: "\""))
        let backslash = bits ^ Self.all(UInt8(ascii: "\\"))
        let control = bits &- Self.all(0x20)
        let found = (quote &- Self.ones) & ~quote | (backslash &- Self.ones) & ~backslash
        return (found | control & ~bits | bits) & Self.tops
    }

    /// The word with ASCII letters in lower case.
    var asciiLowercased: ByteWord {
        let low = bits & ~Self.tops
        let isAfterZ = low &+ Self.all(0x7F - UInt8(ascii: "Z"))
        let isFromA = low &+ Self.all(0x80 - UInt8(ascii: "A"))
        return ByteWord(bits: bits | ((isFromA ^ isAfterZ) & ~bits & Self.tops) >> 2)
    }

    /// Returns the first `count` bytes, followed by zeros.
    func prefix(_ count: Int) -> ByteWord {
        count >= Self.count ? self : ByteWord(bits: bits & (1 << UInt64(8 * count) &- 1))
    }
}

extension UInt64 {
    /// The index of the first byte in a mask of `ByteWord`; 8 for an empty mask.
    var firstByteIndex: Int { trailingZeroBitCount / 8 }
}
