/// Bytes padded with zeros to whole words, so that they are copied a word at a time.
///
/// The first words are stored inline: most labels and names need no allocation, and copying such a value changes
/// no reference count.
struct PaddedBytes: Sendable {
    /// How many words stand in the value itself.
    static let inlineWords = 5

    /// How many bytes it has, the zeros not counted.
    let count: Int
    /// The first words, the first byte of each lowest; zeros where there are none.
    private(set) var first = InlineArray<5, UInt64>(repeating: 0)
    /// The words after those.
    private(set) var rest: [UInt64]?

    init(_ bytes: some Collection<UInt8>) {
        count = bytes.count
        let words = (bytes.count + 7) / 8
        if words > Self.inlineWords {
            rest = [UInt64](repeating: 0, count: words - Self.inlineWords)
        }
        for (place, byte) in bytes.enumerated() {
            let part = UInt64(byte) << UInt64(place % 8 * 8)
            if place / 8 < Self.inlineWords {
                first[place / 8] |= part
            } else {
                rest?[place / 8 - Self.inlineWords] |= part
            }
        }
    }

    init(_ text: String) { self.init(Array(text.utf8)) }
}

extension PaddedBytes: Hashable, Comparable {
    /// Compares byte by byte; what ends first is less.
    static func < (left: PaddedBytes, right: PaddedBytes) -> Bool {
        for index in left.first.indices where left.first[index] != right.first[index] {
            return left.first[index].byteSwapped < right.first[index].byteSwapped
        }
        for (own, other) in zip(left.rest ?? [], right.rest ?? []) where own != other {
            return own.byteSwapped < other.byteSwapped
        }
        return left.count < right.count
    }

    static func == (left: PaddedBytes, right: PaddedBytes) -> Bool {
        left.count == right.count && left.rest == right.rest
            && left.first.indices.allSatisfy { left.first[$0] == right.first[$0] }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for index in first.indices { hasher.combine(first[index]) }
        hasher.combine(rest)
    }
}
