/// A `$filter` taken apart: `Name eq Value[ and Name eq Value]`, nothing else (FACTS: Filters).
///
/// A value runs until ` and ` is followed by another `Name eq `, so that a group may be called
/// `Research and Development`: `NodeGroup eq Research and Development and JobState eq Queued`.
struct FilterClauses: Sendable {
    /// Lower-case names with their values, in the order sent.
    let clauses: [(name: String, value: String)]

    /// - Parameters:
    ///   - text: the decoded filter; nil or empty for none.
    ///   - allowed: the names this listing filters by, in lower case.
    /// - Throws: 400 for another shape, an unknown name or a name given twice.
    init(_ text: String?, allowed: Set<String>) throws(APIError) {
        guard let text, !text.isEmpty else {
            clauses = []
            return
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        var clauses: [(name: String, value: String)] = []
        var start = 0
        while start < words.count {
            guard start + 2 < words.count, Self.isName(words[start]), words[start + 1] == "eq"
            else {
                throw .badRequest("The filter '\(text)' is not valid.")
            }
            var end = start + 3
            while end < words.count,
                !(words[end] == "and" && end + 2 < words.count && Self.isName(words[end + 1])
                    && words[end + 2] == "eq")
            {
                end += 1
            }
            let name = words[start].lowercased()
            let value = words[(start + 2)..<end].joined(separator: " ")
            guard allowed.contains(name) else {
                throw .badRequest("The filter '\(words[start])' is not supported.")
            }
            guard !value.isEmpty, !clauses.contains(where: { $0.name == name }) else {
                throw .badRequest("The filter '\(text)' is not valid.")
            }
            clauses.append((name, value))
            start = end < words.count ? end + 1 : end
        }
        self.clauses = clauses
    }

    private static func isName(_ word: String) -> Bool {
        !word.isEmpty
            && word.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
            }
    }

    func value(_ name: String) -> String? {
        clauses.first { $0.name == name }?.value
    }

    /// `ChangeTimeFrom` in Unix seconds.
    func changeTimeFrom() throws(APIError) -> Int64? {
        guard let text = value("changetimefrom") else { return nil }
        guard let time = CivilTime(changeTimeFrom: text) else {
            throw .badRequest("The value '\(text)' is not valid for the filter ChangeTimeFrom.")
        }
        return time.unix
    }

    /// A value as a state.
    func state<State>(_ name: String, _ make: (String) -> State?) throws(APIError) -> State? {
        guard let text = value(name) else { return nil }
        guard let state = make(text) else {
            throw .badRequest("The value '\(text)' is not valid for the filter \(name).")
        }
        return state
    }
}
