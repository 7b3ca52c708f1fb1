import Basics

/// Remembers the numbers of texts that the rows of a listing repeat, which saves most rows a look-up.
struct TextCache {
    private struct Entry {
        var text: [UInt8] = []
        var number: UInt32 = 0
    }

    private static let slots = 64

    private let resolve: (String) -> UInt32
    private var known: [String: UInt32] = [:]
    /// The latest texts, each in the slot given by its length and three of its bytes.
    private var recent = [Entry](repeating: Entry(), count: Self.slots)

    /// Creates an empty cache.
    ///
    /// - Parameter resolve: The number of a text that is not empty; that of the empty text is 0.
    init(_ resolve: @escaping (String) -> UInt32) { self.resolve = resolve }

    /// The number of the text in some bytes.
    subscript(bytes: Span<UInt8>) -> UInt32 {
        mutating get {
            if bytes.count == 0 { return 0 }
            let slot = Self.slot(bytes)
            if Self.equals(recent[slot].text, bytes) { return recent[slot].number }
            let text = String(copying: bytes)
            let number = known[text] ?? resolve(text)
            known[text] = number
            recent[slot] = Entry(text: Array(text.utf8), number: number)
            return number
        }
    }

    private static func slot(_ bytes: Span<UInt8>) -> Int {
        let last = bytes.count - 1
        let mixed = Int(bytes[last]) &* 31 &+ Int(bytes[last / 2]) &* 7 &+ Int(bytes[last / 4 * 3])
        return (mixed &+ bytes.count) & (slots - 1)
    }

    private static func equals(_ text: [UInt8], _ bytes: Span<UInt8>) -> Bool {
        guard bytes.count == text.count else { return false }
        for index in bytes.indices where bytes[index] != text[index] { return false }
        return true
    }
}
