import HPCPackClient

/// Finds the set of a `NodeGroups` value without asking the shared table for each row.
struct GroupSetMemo {
    private let table: GroupTable
    private var known: [String: GroupTable.GroupSet] = [:]
    private var lastText: [UInt8] = []
    private var lastSet: GroupTable.GroupSet = 0

    init(_ table: GroupTable) { self.table = table }

    /// The set that the bytes name.
    mutating func set(naming bytes: Span<UInt8>) -> GroupTable.GroupSet {
        if bytes.count == 0 { return 0 }
        // Neighbours in a listing mostly name the same groups.
        if equalsLast(bytes) { return lastSet }
        let text = String(copying: bytes)
        let set: GroupTable.GroupSet
        if let seen = known[text] {
            set = seen
        } else {
            set = table.set(naming: text)
            known[text] = set
        }
        lastText = Array(text.utf8)
        lastSet = set
        return set
    }

    private func equalsLast(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count == lastText.count else { return false }
        for index in bytes.indices where bytes[index] != lastText[index] { return false }
        return true
    }
}
