/// The distinct `NodeGroups` texts of all jobs; a job keeps a position in this list.
///
/// The texts stay as jobs spell them: another letter case, a group twice, one no longer listed.
struct GroupLists: Sendable {
    /// The comma-separated texts; the empty one is always first.
    private(set) var texts = [""]
    /// For each text, the names in it as spelled.
    private(set) var names: [[String]] = [[]]
    /// For each text, the listed groups it names, once each, as positions in the group list.
    private(set) var listed: [[Int]] = [[]]
    private var positions = ["": 0]

    /// Whether `text` is among them.
    func knows(_ text: String) -> Bool {
        positions[text] != nil
    }

    /// The position of `text`, which is added when it is new; `groups` is the group list.
    mutating func position(of text: String, in groups: [NodeGroup]) -> Int {
        if let known = positions[text] { return known }
        let parts = text.split(separator: ",").map(String.init)
        var found: [Int] = []
        for part in parts {
            let wanted = part.lowercased()
            if let group = groups.firstIndex(where: { $0.name.lowercased() == wanted }),
                !found.contains(group)
            {
                found.append(group)
            }
        }
        texts.append(text)
        names.append(parts)
        listed.append(found)
        positions[text] = texts.count - 1
        return texts.count - 1
    }
}
