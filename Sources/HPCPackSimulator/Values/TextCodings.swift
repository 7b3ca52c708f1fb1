import Basics

/// Percent-decoding of path segments and query values (RFC 3986 §2.1).
enum PercentCoding {
    /// Returns the decoded text, or `nil` when an escape is broken or the bytes are not UTF-8.
    ///
    /// In a query .NET reads `+` as a space: there `plusIsSpace` is `true`.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> String? {
        var out: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = bytes.next()?.hexadecimalDigit,
                    let low = bytes.next()?.hexadecimalDigit
                else { return nil }
                out.append(UInt8(high << 4 | low))
            case UInt8(ascii: "+") where plusIsSpace: out.append(UInt8(ascii: " "))
            default: out.append(byte)
            }
        }
        return String(validating: out, as: UTF8.self)
    }
}
