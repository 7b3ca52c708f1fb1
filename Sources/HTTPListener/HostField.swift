/// The grammar of the `Host` field: `uri-host [ ":" port ]` (RFC 9110 §7.2).
enum HostField {
    /// Whether a value is a valid host with an optional port.
    ///
    /// An empty value is valid: a client without an authority must send it (RFC 9112 §3.2).
    static func isValid(_ value: some StringProtocol) -> Bool {
        let bytes = value.utf8
        guard bytes.first == UInt8(ascii: "[") else {
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            return isName(bytes[..<colon]) && isPort(bytes[colon...])
        }
        guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
        let literal = bytes[bytes.index(after: bytes.startIndex)..<end]
        return isLiteral(literal) && isPort(bytes[bytes.index(after: end)...])
    }

    private static func isName(_ bytes: some Collection<UInt8>) -> Bool {
        var digitsDue = 0
        for byte in bytes {
            if digitsDue > 0 {
                guard ASCII.hexValue(byte) != nil else { return false }
                digitsDue -= 1
            } else if byte == UInt8(ascii: "%") {
                digitsDue = 2
            } else if !ASCII.isHostName(byte) {
                return false
            }
        }
        return digitsDue == 0
    }

    /// Whether the bytes between brackets look like an IPv6 address or an address of the future.
    ///
    /// Nothing here depends on the address, so its groups are not counted.
    private static func isLiteral(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first else { return false }
        if ASCII.lowercased(first) == UInt8(ascii: "v") {
            return bytes.allSatisfy { ASCII.isHostName($0) || $0 == UInt8(ascii: ":") }
        }
        return bytes.contains(UInt8(ascii: ":"))
            && bytes.allSatisfy {
                ASCII.hexValue($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
    }

    /// Whether the bytes are nothing, or a colon and a port; the port may be empty (RFC 3986 §3.2.3).
    private static func isPort(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        guard first == UInt8(ascii: ":") else { return false }
        var port = 0
        for byte in bytes.dropFirst() {
            guard ASCII.isDigit(byte) else { return false }
            port = port * 10 + Int(byte - UInt8(ascii: "0"))
            guard port <= 65_535 else { return false }
        }
        return true
    }
}
