import Glibc

/// A growing page of text.
///
/// One word of spare capacity always follows the end, so that padded bytes are stored in whole words; the padding
/// is overwritten by the next store.
struct PageBuffer: Sendable {
    /// The longest text of a number: a sign, 17 digits, a point and an exponent, or 20 digits.
    static let numberBytes = 32
    private static let wordBytes = 8

    private var bytes: [UInt8]
    /// The bytes of the page so far.
    private(set) var count = 0

    /// Begins a page.
    ///
    /// - Parameter expected: The bytes that it will come to; with a good guess it is never moved.
    init(expecting expected: Int) {
        bytes = [UInt8](repeating: 0, count: max(1024, expected) + Self.wordBytes)
    }

    /// Creates a buffer without storage, as a placeholder while a writer owns the real one.
    init() { bytes = [] }

    /// Reserves capacity for more bytes.
    mutating func reserve(_ more: Int) {
        let needed = count + more + Self.wordBytes
        guard bytes.count < needed else { return }
        bytes.append(contentsOf: repeatElement(0, count: max(bytes.count, needed - bytes.count)))
    }

    /// Appends padded bytes; the capacity must have been reserved.
    mutating func append(_ padded: PaddedBytes) {
        let start = count
        var offset = start
        // Safe: a UInt8 has no padding, and each store checks its bounds.
        var target = bytes.mutableSpan
        var room = unsafe target.mutableBytes
        for index in 0..<min(PaddedBytes.inlineWords, (padded.count + 7) / Self.wordBytes) {
            room.storeBytes(
                of: padded.first[index].littleEndian,
                toByteOffset: offset,
                as: UInt64.self
            )
            offset += Self.wordBytes
        }
        if let words = padded.rest {
            for word in words {
                room.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
                offset += Self.wordBytes
            }
        }
        count = start + padded.count
    }

    /// Appends a byte; the capacity must have been reserved.
    mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    /// Appends bytes of any kind.
    mutating func append(text: some Collection<UInt8>) {
        reserve(text.count)
        for byte in text { append(byte) }
    }

    /// Appends a whole number; the capacity must have been reserved.
    mutating func append(_ value: Int) {
        if value >= 0, value < 10 { return append(UInt8(ascii: "0") + UInt8(value)) }
        var magnitude = value.magnitude
        if value < 0 { append(UInt8(ascii: "-")) }
        var digits = 0
        var rest = magnitude
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        count += digits
        for place in 1...max(1, digits) {
            bytes[count - place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        }
    }

    /// Appends a number as Go's ParseFloat reads it; the capacity must have been reserved.
    ///
    /// A whole one has no point, any other the shortest form that reads back the same.
    mutating func append(_ value: Double) {
        if let whole = Int(exactly: value), whole.magnitude < 1 << 53 {
            append(whole)
        } else if value.isNaN {
            append(text: "NaN".utf8)
        } else if value.isInfinite {
            append(text: (value < 0 ? "-Inf" : "+Inf").utf8)
        } else {
            append(text: value.description.utf8)
        }
    }

    /// Takes the bytes from a place on away.
    mutating func cut(to place: Int) { count = place }

    /// Puts bytes in the place of the last ones.
    mutating func replace(from place: Int, with other: [UInt8]) {
        count = place
        append(text: other)
    }

    /// Whether the page is just these bytes.
    func holds(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return unsafe bytes.withUnsafeBytes { own in
            unsafe other.withUnsafeBytes { other in
                guard let own = own.baseAddress, let start = other.baseAddress else { return true }
                return unsafe memcmp(own, start, other.count) == 0
            }
        }
    }

    /// Some of the bytes.
    subscript(range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }

    /// Compares two label sections as lists of values: a quote ends a value, and what ends first is less.
    func isLess(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        // Safe: a UInt8 has no padding; the word behind the end is there for these loads.
        let all = unsafe bytes.span.bytes
        let common = min(left.count, right.count)
        var offset = 0
        while offset < common {
            let difference =
                all.word(at: left.lowerBound + offset) ^ all.word(at: right.lowerBound + offset)
            guard difference == 0 else {
                offset += difference.trailingZeroBitCount / 8
                break
            }
            offset += Self.wordBytes
        }
        guard offset < common else { return left.count < right.count }
        let (leftByte, rightByte) = (
            bytes[left.lowerBound + offset], bytes[right.lowerBound + offset]
        )
        if leftByte == UInt8(ascii: "\"") { return true }
        if rightByte == UInt8(ascii: "\"") { return false }
        return leftByte < rightByte
    }

    /// The page, without much room behind it.
    consuming func finished() -> [UInt8] {
        guard bytes.count - count <= count / 8 else { return Array(bytes[..<count]) }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

extension RawSpan {
    /// Eight bytes, the first lowest; it stops the process if they are not all there.
    fileprivate func word(at offset: Int) -> UInt64 {
        // Safe: the load checks its bounds, and every bit pattern is a UInt64.
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
