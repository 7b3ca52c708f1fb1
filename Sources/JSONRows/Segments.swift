/// The effect of a segment: the text between the values of two properties.
///
/// In `…"Value":"1"},{"Name":"State","Value":"Queued"}…` the segment is `},{"Name":"State","Value":"`, from
/// after a closing quote to after an opening quote. The same bytes in the same state always have the same
/// effect, so a known segment is compared instead of parsed. The rows of a listing consist of few different
/// segments.
struct Segment {
    /// The length in bytes.
    var length = 0

    /// Whether the name of the first property comes before its value, and so before the segment.
    var startsNamed = false
    /// The column of the first property when its name is in the segment; -1 for none.
    var firstColumn = -1
    /// The columns of properties without a value in the same row, one bit each.
    var removed: UInt64 = 0

    /// Whether the row ends in the segment and another begins, and the index of its first byte.
    var endsRow = false
    var rowStart = 0

    /// Whether the name of the last property comes before its value, and so in the segment.
    var endsNamed = false
    /// The column of that name; -1 for none.
    var lastColumn = -1

    /// The index of the segment that followed the last time; -1 for none.
    var next = -1
}

/// A segment that is being recorded while it is parsed.
struct Recording {
    /// The index of the segment in the chunk.
    let start: Int
    /// The effect so far.
    var segment = Segment()
    /// Whether the first property has ended.
    var hasEndedFirst = false

    init(start: Int, startsNamed: Bool) {
        self.start = start
        segment.startsNamed = startsNamed
    }
}

/// The known segments, of which the oldest is replaced.
struct Segments {
    /// The greatest number of segments.
    static let capacity = 64
    // The lengths of a segment in bytes.
    static let maximumLength = 192
    static let minimumLength = ByteWord.count

    /// The bytes of the segments, each at a multiple of `maximumLength`.
    private var text: [UInt8] = []
    private(set) var list: [Segment] = []
    /// The index of the next segment to add or replace.
    private var oldest = 0
    /// The index of the segment that ends at the last value; -1 for none.
    private var latest = -1

    /// Finds the segment at a position.
    ///
    /// - Returns: The index in `list` of a segment that ends at `stop` or before, or `nil`.
    mutating func match(
        _ bytes: borrowing RawSpan,
        at position: Int,
        to stop: Int,
        startsNamed: Bool
    ) -> Int? {
        if latest >= 0 {
            let guess = list[latest].next
            if guess >= 0, isMatch(guess, bytes, at: position, to: stop, startsNamed: startsNamed) {
                latest = guess
                return guess
            }
        }
        for index in list.indices
        where isMatch(index, bytes, at: position, to: stop, startsNamed: startsNamed) {
            if latest >= 0 { list[latest].next = index }
            latest = index
            return index
        }
        return nil
    }

    /// Returns whether a segment is at a position, and ends at `stop` or before.
    private func isMatch(
        _ index: Int,
        _ bytes: borrowing RawSpan,
        at position: Int,
        to stop: Int,
        startsNamed: Bool
    ) -> Bool {
        let length = list[index].length
        guard stop - position >= length, list[index].startsNamed == startsNamed else {
            return false
        }
        // Safe: a UInt8 has no padding.
        let known = unsafe text.span.bytes
        let start = index * Self.maximumLength
        let last = length - ByteWord.count
        precondition(
            position >= 0 && stop <= bytes.byteCount && last >= 0
                && start + length <= known.byteCount
        )
        // In bounds: no load reaches beyond `start + length` of one or `position + length` of the other,
        // which the precondition checks.
        var difference =
            unsafe ByteWord(unchecked: known, at: start + last).bits
            ^ ByteWord(unchecked: bytes, at: position + last).bits
        var offset = 0
        while offset < last {
            difference |=
                unsafe ByteWord(unchecked: known, at: start + offset).bits
                ^ ByteWord(unchecked: bytes, at: position + offset).bits
            offset += ByteWord.count
        }
        return difference == 0
    }

    /// Adds a segment, in place of the oldest one.
    mutating func insert(_ segment: Segment, _ bytes: borrowing Span<UInt8>) {
        guard bytes.count >= Self.minimumLength, bytes.count <= Self.maximumLength else {
            latest = -1
            return
        }
        if list.isEmpty {
            text = [UInt8](repeating: 0, count: Self.capacity * Self.maximumLength)
        }
        let index = oldest
        oldest = (oldest + 1) % Self.capacity
        for offset in bytes.indices { text[index * Self.maximumLength + offset] = bytes[offset] }
        var segment = segment
        segment.length = bytes.count
        if index < list.count { list[index] = segment } else { list.append(segment) }
        if latest >= 0 { list[latest].next = index }
        latest = index
    }

    /// Forgets the segment that was matched or added last, as what follows does not follow it.
    mutating func forgetLatest() {
        latest = -1
    }
}
