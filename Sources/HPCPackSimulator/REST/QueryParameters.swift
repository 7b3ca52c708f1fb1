import Basics

/// The decoded query of a request.
///
/// Names are matched in any letter case, as ASP.NET does.
struct QueryParameters: Sendable {
    /// Pairs of lower-case name and value, in the order sent.
    let pairs: [(name: String, value: String)]

    /// All parameters but the page token, which is bound to them.
    let fingerprint: [String]

    /// Decodes a query.
    ///
    /// - Throws: 400 when an escape is broken.
    init(_ query: String?) throws(APIError) {
        var pairs: [(name: String, value: String)] = []
        for part in (query ?? "").split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(halves[0], plusIsSpace: true),
                let value = PercentCoding.decode(
                    halves.count > 1 ? halves[1] : "",
                    plusIsSpace: true
                )
            else { throw .badRequest("The query string is not correctly encoded.") }
            pairs.append((name.lowercased(), value))
        }
        self.init(pairs: pairs)
    }

    private init(pairs: [(name: String, value: String)]) {
        self.pairs = pairs
        fingerprint =
            pairs.filter { $0.name != "queryid" }.map { "\($0.name)=\($0.value)" }.sorted()
    }

    private init(pairs: [(name: String, value: String)], fingerprint: [String]) {
        self.pairs = pairs
        self.fingerprint = fingerprint
    }

    /// Returns the parameters without `name`; page tokens stay bound to all that were sent.
    func without(_ name: String) -> QueryParameters {
        QueryParameters(pairs: pairs.filter { $0.name != name }, fingerprint: fingerprint)
    }

    /// Returns the first value of `name`, given in lower case, or `nil` when it is absent or empty.
    func text(_ name: String) -> String? {
        guard let value = pairs.first(where: { $0.name == name })?.value, !value.isEmpty else {
            return nil
        }
        return value
    }

    /// Returns the value of `name` as a whole number.
    ///
    /// - Throws: 400 when it is none.
    func integer(_ name: String) throws(APIError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let value = Int(text) else {
            throw .badRequest("The value '\(text)' is not valid for \(name).")
        }
        return value
    }

    /// Returns the value of `name` as a Boolean.
    ///
    /// - Throws: 400 when it is neither `true` nor `false`, in any letter case.
    func boolean(_ name: String) throws(APIError) -> Bool? {
        guard let text = text(name) else { return nil }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw .badRequest("The value '\(text)' is not valid for \(name).")
        }
    }

    /// Returns the elements of a comma-separated list, or `nil` when it is absent or empty.
    func list(_ name: String) -> [String]? {
        guard let text = text(name) else { return nil }
        let parts = text.split(separator: ",").map { part in
            String(part.trimmingBlanks())
        }
        let named = parts.filter { !$0.isEmpty }
        return named.isEmpty ? nil : named
    }
}

/// The clauses of a `$filter`, which has no other form than `Name eq Value[ and Name eq Value]`
/// (docs/hpcpack-api.md#filters-and-times).
///
/// A value runs until ` and ` is followed by another `Name eq `, so that a group may be called
/// `Research and Development`: `NodeGroup eq Research and Development and JobState eq Queued`.
struct FilterClauses: Sendable {
    /// The names in lower case with their values, in the order sent.
    let clauses: [(name: String, value: String)]

    /// Parses a filter; a clause without a value is ignored, and so is one whose value is blank.
    ///
    /// - Parameters:
    ///   - text: The decoded filter; `nil` or empty for none.
    ///   - allowed: The names that this listing filters by, in lower case.
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
            guard start + 1 < words.count, Self.isName(words[start]), words[start + 1] == "eq"
            else {
                throw .badRequest("The filter '\(text)' is not valid.")
            }
            var end = start + 2
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
            guard !clauses.contains(where: { $0.name == name }) else {
                throw .badRequest("The filter '\(text)' is not valid.")
            }
            if value.contains(where: { $0 != " " }) { clauses.append((name, value)) }
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

    /// Returns `ChangeTimeFrom` in Unix seconds.
    func changeTimeFrom() throws(APIError) -> Int64? {
        guard let text = value("changetimefrom") else { return nil }
        guard let time = CivilTime.unixSeconds(sentByClient: text) else {
            throw .badRequest("The value '\(text)' is not valid for the filter ChangeTimeFrom.")
        }
        return time
    }

    /// Returns a value as a state.
    func state<State>(_ name: String, _ make: (String) -> State?) throws(APIError) -> State? {
        guard let text = value(name) else { return nil }
        guard let state = make(text) else {
            throw .badRequest("The value '\(text)' is not valid for the filter \(name).")
        }
        return state
    }
}
