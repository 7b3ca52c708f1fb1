/// The decoded query of a request.
///
/// Names are matched in any letter case, as ASP.NET does.
struct QueryParameters: Sendable {
    /// Pairs of lower-case name and value, in the order sent.
    let pairs: [(name: String, value: String)]

    /// What a continuation token is bound to: every parameter but the token itself.
    let fingerprint: [String]

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

    /// The same without the parameter `name`; tokens are bound to all that was sent.
    func without(_ name: String) -> QueryParameters {
        QueryParameters(pairs: pairs.filter { $0.name != name }, fingerprint: fingerprint)
    }

    /// The first value of `name`, which is written in lower case here; nil when absent or empty.
    func text(_ name: String) -> String? {
        guard let value = pairs.first(where: { $0.name == name })?.value, !value.isEmpty else {
            return nil
        }
        return value
    }

    /// - Throws: 400 when the value is not a whole number.
    func integer(_ name: String) throws(APIError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let value = Int(text) else {
            throw .badRequest("The value '\(text)' is not valid for \(name).")
        }
        return value
    }

    /// - Throws: 400 when the value is neither `true` nor `false`, in any letter case.
    func boolean(_ name: String) throws(APIError) -> Bool? {
        guard let text = text(name) else { return nil }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw .badRequest("The value '\(text)' is not valid for \(name).")
        }
    }

    /// A comma-separated list; nil when absent or empty.
    func list(_ name: String) -> [String]? {
        guard let text = text(name) else { return nil }
        let parts = text.split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let named = parts.filter { !$0.isEmpty }
        return named.isEmpty ? nil : named
    }
}
