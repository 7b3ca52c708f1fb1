/// A stretch of text from behind the closing quote of one property's value to behind the opening
/// quote of the next one's, and what the reader did on its way through.
///
/// In `…"Value":"1"},{"Name":"State","Value":"Queued"}…` it is `},{"Name":"State","Value":"`. The
/// same bytes after the same state lead to the same state, so a reader that meets them again need
/// not take them apart again. Rows of one listing are made of few such stretches.
struct Segment {
    /// Its length in bytes.
    var length = 0

    /// Whether the name of the first property stood before its value.
    var startsNamed = false
    /// The column of the first property if its name stands in the segment; -1 if unwanted.
    var firstColumn = -1
    /// The columns of properties without a value that follow in the same row, one bit each.
    var removed: UInt64 = 0

    /// Whether the row ends and another begins here, and where that begins.
    var endsRow = false
    var rowStart = 0

    /// Whether the name of the last property stands before its value.
    var endsNamed = false
    /// The column of the last property if it does; -1 if unwanted.
    var lastColumn = -1

    /// The segment that followed last time; -1 if none has.
    var next = -1
}

/// The segment that is being read, as far as it is known.
struct Recording {
    /// The index behind the closing quote.
    let start: Int
    /// What is known so far.
    var segment = Segment()
    /// Whether the first property has ended.
    var hasEndedFirst = false

    init(start: Int, startsNamed: Bool) {
        self.start = start
        segment.startsNamed = startsNamed
    }
}

/// The segments that a reader has met, a bounded number.
struct Segments {
    /// How many are remembered, and how long they can be.
    static let capacity = 64
    static let maximumLength = 192
    static let minimumLength = ByteWord.count

    /// The bytes of each, one after the other at multiples of `maximumLength`.
    private var text: [UInt8] = []
    private(set) var list: [Segment] = []
    /// Where the next new one goes.
    private var oldest = 0
    /// The one that was met last; -1 before the first and after anything else.
    private var latest = -1

    /// Finds the segment that begins at an index.
    ///
    /// - Returns: its place in `list`, or nil if none is known that ends before `stop`.
    mutating func match(
        _ bytes: borrowing RawSpan,
        at index: Int,
        to stop: Int,
        startsNamed: Bool
    ) -> Int? {
        if latest >= 0 {
            let guess = list[latest].next
            if guess >= 0, isMatch(guess, bytes, at: index, to: stop, startsNamed: startsNamed) {
                latest = guess
                return guess
            }
        }
        for place in list.indices
        where isMatch(place, bytes, at: index, to: stop, startsNamed: startsNamed) {
            if latest >= 0 { list[latest].next = place }
            latest = place
            return place
        }
        return nil
    }

    /// Whether a segment begins at an index and ends before `stop`.
    private func isMatch(
        _ place: Int,
        _ bytes: borrowing RawSpan,
        at index: Int,
        to stop: Int,
        startsNamed: Bool
    ) -> Bool {
        let length = list[place].length
        guard stop - index >= length, list[place].startsNamed == startsNamed else { return false }
        // Safe: a UInt8 has no padding.
        let known = unsafe text.span.bytes
        let start = place * Self.maximumLength
        let last = length - ByteWord.count
        precondition(
            index >= 0 && stop <= bytes.byteCount && last >= 0
                && start + length <= known.byteCount
        )
        // In bounds: no load reaches beyond `start + length` here or `index + length` there, which the
        // lines above hold below the ends.
        var difference =
            unsafe ByteWord(unchecked: known, at: start + last).bits
            ^ ByteWord(unchecked: bytes, at: index + last).bits
        var offset = 0
        while offset < last {
            difference |=
                unsafe ByteWord(unchecked: known, at: start + offset).bits
                ^ ByteWord(unchecked: bytes, at: index + offset).bits
            offset += ByteWord.count
        }
        return difference == 0
    }

    /// Remembers a segment in place of the oldest.
    mutating func remember(_ segment: Segment, _ bytes: borrowing Span<UInt8>) {
        guard bytes.count >= Self.minimumLength, bytes.count <= Self.maximumLength else {
            latest = -1
            return
        }
        if list.isEmpty {
            text = [UInt8](repeating: 0, count: Self.capacity * Self.maximumLength)
        }
        let place = oldest
        oldest = (oldest + 1) % Self.capacity
        for index in bytes.indices { text[place * Self.maximumLength + index] = bytes[index] }
        var segment = segment
        segment.length = bytes.count
        if place < list.count { list[place] = segment } else { list.append(segment) }
        if latest >= 0 { list[latest].next = place }
        latest = place
    }

    /// Forgets where in the text it is.
    mutating func lose() {
        latest = -1
    }
}
