/// Percent-encoding of path parts and query values (RFC 3986 §2.1).
enum PercentEncoding {
    /// Encodes one part of a path, so that a name with `/`, `?`, `#`, `%` or any Unicode stays one part.
    static func pathPart(_ text: String) -> String {
        // "." and ".." would be resolved away as path steps (RFC 3986 §5.2.4).
        if text == "." { return "%2E" }
        if text == ".." { return "%2E%2E" }
        return encode(text, keeping: { _ in false })
    }

    /// Encodes the value of a query parameter; a comma separates property names and stays.
    static func queryValue(_ text: String) -> String {
        encode(text, keeping: { $0 == UInt8(ascii: ",") })
    }

    private static func encode(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || isKept(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexadecimal[Int(byte >> 4)])
                bytes.append(hexadecimal[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 3986 §2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
