import Basics
import HPCPackClient

/// Finds the set of a `NodeGroups` value without asking the shared table for each row.
struct GroupSetMemo {
    /// A text that was met, and its set.
    private struct Known {
        var text: [UInt8] = []
        var set: GroupTable.GroupSet = 0
    }

    private static let places = 64

    private let table: GroupTable
    private var known: [String: GroupTable.GroupSet] = [:]
    /// The texts met last, each in the place that its length and a few of its bytes choose.
    private var recent = [Known](repeating: Known(), count: Self.places)

    init(_ table: GroupTable) { self.table = table }

    /// The set that the bytes name.
    mutating func set(naming bytes: Span<UInt8>) -> GroupTable.GroupSet {
        if bytes.count == 0 { return 0 }
        // The rows of a listing name few sets, so most of them are found by their bytes alone.
        let place = Self.place(bytes)
        if Self.equals(recent[place].text, bytes) { return recent[place].set }
        let text = String(copying: bytes)
        let set: GroupTable.GroupSet
        if let seen = known[text] {
            set = seen
        } else {
            set = table.set(naming: text)
            known[text] = set
        }
        recent[place] = Known(text: Array(text.utf8), set: set)
        return set
    }

    private static func place(_ bytes: Span<UInt8>) -> Int {
        let last = bytes.count - 1
        let mixed = Int(bytes[last]) &* 31 &+ Int(bytes[last / 2]) &* 7 &+ Int(bytes[last / 4 * 3])
        return (mixed &+ bytes.count) & (places - 1)
    }

    private static func equals(_ text: [UInt8], _ bytes: Span<UInt8>) -> Bool {
        guard bytes.count == text.count else { return false }
        for index in bytes.indices where bytes[index] != text[index] { return false }
        return true
    }
}
