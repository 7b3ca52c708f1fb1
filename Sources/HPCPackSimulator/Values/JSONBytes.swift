/// Writing JSON by appending bytes (RFC 8259); nothing here builds a tree.
extension [UInt8] {
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    mutating func append(decimal value: Int, width: Int = 1) {
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var rest = value.magnitude
        var count = 0
        // Twenty digits at most, eight to a word, lowest first: no heap for a number.
        repeat {
            let digit = UInt64(rest % 10) << UInt64(count % 8 * 8)
            switch count / 8 {
            case 0: digits.0 |= digit
            case 1: digits.1 |= digit
            default: digits.2 |= digit
            }
            rest /= 10
            count += 1
        } while rest > 0
        if value < 0 { append(UInt8(ascii: "-")) }
        if count < width {
            append(contentsOf: repeatElement(UInt8(ascii: "0"), count: width - count))
        }
        while count > 0 {
            count -= 1
            let word = count / 8 == 0 ? digits.0 : count / 8 == 1 ? digits.1 : digits.2
            append(
                UInt8(ascii: "0") + UInt8(truncatingIfNeeded: word >> UInt64(count % 8 * 8) & 0xF)
            )
        }
    }

    /// Appends the inside of a JSON string.
    mutating func appendEscaped(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20:
                append("\\u00")
                append(Self.hexDigits[Int(byte >> 4)])
                append(Self.hexDigits[Int(byte & 0xF)])
            default: append(byte)
            }
        }
    }

    /// Appends a whole JSON string, quotes included.
    mutating func append(jsonString text: String) {
        append(UInt8(ascii: "\""))
        appendEscaped(text.utf8)
        append(UInt8(ascii: "\""))
    }

    private static var hexDigits: [UInt8] { Array("0123456789abcdef".utf8) }
}
