/// The names that may stand in a certificate.
enum HostName {
    /// How a certificate spells the kind of a name (RFC 5280 §4.2.1.6).
    enum Kind: String {
        case name = "DNS"
        case address = "IP"
    }

    /// What a text names; `nil` when it can be neither a host name nor an address.
    ///
    /// Nothing but letters, digits, `-` and `.` (and one `*.` in front) passes for a name, so that a
    /// name cannot add anything else to the certificate.
    static func kind(of text: String) -> Kind? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 253 else { return nil }
        if bytes.contains(UInt8(ascii: ":")) {
            return bytes.allSatisfy { isHexDigit($0) || [0x3A, 0x2E].contains($0) } ? .address : nil
        }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if labels.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }) { return .address }
        for (position, label) in labels.enumerated() {
            if position == 0, label == "*", labels.count > 2 { continue }
            guard (1...63).contains(label.utf8.count), label.utf8.allSatisfy(isLabel),
                label.first != "-", label.last != "-"
            else { return nil }
        }
        return .name
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6
    }

    private static func isLabel(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }
}
