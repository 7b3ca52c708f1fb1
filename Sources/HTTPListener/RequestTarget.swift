/// A request target in one of the forms that a server takes (RFC 9112 §3.2).
struct RequestTarget: Sendable, Equatable {
    /// The target as it was sent.
    let text: String

    /// The path, `/` where an absolute target has none, `*` for the asterisk form.
    let path: String

    /// What follows the first `?`.
    let query: String?

    /// Host and port of an absolute target; `nil` in the other forms.
    let authority: String?

    /// Whether this is the asterisk form.
    var isAsterisk: Bool { path == "*" }

    /// Reads a target in origin, absolute or asterisk form.
    ///
    /// - Parameter text: The target; `nil` comes back for any text that is not one.
    init?(_ text: String) {
        if text == "*" {
            self.init(text: text, path: "*", query: nil, authority: nil)
            return
        }
        guard Self.isWellFormed(text) else { return nil }
        if text.utf8.first == UInt8(ascii: "/") {
            self.init(text: text, authority: nil, rest: text[...])
            return
        }
        guard let start = Self.authorityStart(in: text) else { return nil }
        let rest = text[start...]
        let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
        let authority = rest[..<(end ?? rest.endIndex)]
        guard !authority.isEmpty, authority.utf8.first != UInt8(ascii: ":"),
            HostField.isValid(authority)
        else { return nil }
        self.init(text: text, authority: String(authority), rest: rest[(end ?? rest.endIndex)...])
    }

    /// Takes any text as a path with a query, for requests that did not come over the wire.
    init(unchecked text: String) {
        self.init(text: text, authority: nil, rest: text[...])
    }

    private init(text: String, path: String, query: String?, authority: String?) {
        self.text = text
        self.path = path
        self.query = query
        self.authority = authority
    }

    private init(text: String, authority: String?, rest: Substring) {
        let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
        let path = rest[..<(mark ?? rest.endIndex)]
        self.init(
            text: text,
            path: path.isEmpty ? "/" : String(path),
            query: mark.map { String(rest[rest.utf8.index(after: $0)...]) },
            authority: authority
        )
    }

    /// Whether all bytes may stand in a target and each `%` has its two digits.
    private static func isWellFormed(_ text: String) -> Bool {
        var digitsDue = 0
        for byte in text.utf8 {
            if digitsDue > 0 {
                guard ASCII.hexValue(byte) != nil else { return false }
                digitsDue -= 1
            } else if byte == UInt8(ascii: "%") {
                digitsDue = 2
            } else if !ASCII.isTarget(byte) {
                return false
            }
        }
        return digitsDue == 0
    }

    /// Where the authority of an `http://` or `https://` target starts.
    private static func authorityStart(in text: String) -> String.Index? {
        for scheme in ["http://", "https://"] {
            guard
                let end = text.utf8.index(
                    text.startIndex,
                    offsetBy: scheme.utf8.count,
                    limitedBy: text.endIndex
                )
            else { continue }
            if HTTPHeaders.areEqual(text[..<end], scheme) { return end }
        }
        return nil
    }
}
