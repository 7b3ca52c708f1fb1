import Basics

/// A request target in origin, absolute or asterisk form (RFC 9112 §3.2).
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

    /// Parses a target; `nil` for a text that is none.
    ///
    /// - Parameter text: The target as it was sent.
    init?(_ text: String) {
        if text == "*" {
            self.init(text: text, path: "*", query: nil, authority: nil)
            return
        }
        guard text.utf8.isPercentEncoded(allowing: \.isTargetCharacter) else { return nil }
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

    /// Splits any text into path and query, for requests that did not come over the wire.
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
            if text[..<end].equalsIgnoringCase(scheme) { return end }
        }
        return nil
    }
}

/// The grammar of the `Host` field: `uri-host [ ":" port ]` (RFC 9110 §7.2).
enum HostField {
    /// Whether a value is a valid host with an optional port.
    ///
    /// An empty value is valid: a client without an authority must send it (RFC 9112 §3.2).
    static func isValid(_ value: some StringProtocol) -> Bool {
        let bytes = value.utf8
        guard bytes.first == UInt8(ascii: "[") else {
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            return bytes[..<colon].isPercentEncoded(allowing: \.isHostNameCharacter)
                && isPort(bytes[colon...])
        }
        guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
        let literal = bytes[bytes.index(after: bytes.startIndex)..<end]
        return isLiteral(literal) && isPort(bytes[bytes.index(after: end)...])
    }

    /// Whether the bytes between brackets look like an IPv6 address or a future kind of address.
    ///
    /// Nothing here depends on the address, so its groups are not counted.
    private static func isLiteral(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first else { return false }
        if first.lowercasedASCII == UInt8(ascii: "v") {
            return bytes.allSatisfy { $0.isHostNameCharacter || $0 == UInt8(ascii: ":") }
        }
        let percent = bytes.firstIndex(of: UInt8(ascii: "%")) ?? bytes.endIndex
        let address = bytes[..<percent]
        return address.contains(UInt8(ascii: ":"))
            && address.allSatisfy {
                $0.hexadecimalDigit != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            } && isZone(bytes[percent...])
    }

    /// Whether the bytes are nothing, or `%25` and the interface of a link-local address (RFC 6874 §2).
    private static func isZone(_ bytes: some Collection<UInt8>) -> Bool {
        guard !bytes.isEmpty else { return true }
        let zone = bytes.dropFirst(3)
        return bytes.starts(with: "%25".utf8) && !zone.isEmpty
            && zone.isPercentEncoded {
                $0.isASCIILetter || $0.isASCIIDigit || "-._~".utf8.contains($0)
            }
    }

    /// Whether the bytes are nothing, or a colon and a port; the port may be empty (RFC 3986 §3.2.3).
    private static func isPort(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        guard first == UInt8(ascii: ":") else { return false }
        var port = 0
        for byte in bytes.dropFirst() {
            guard let digit = byte.decimalDigit else { return false }
            port = port * 10 + digit
            guard port <= 65_535 else { return false }
        }
        return true
    }
}
