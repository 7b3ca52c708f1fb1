/// The bytes of the HTTP grammar and the classes they fall into.
enum ASCII {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let delete: UInt8 = 0x7F

    /// The byte with an upper-case letter turned to lower case.
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// Whether the byte is `0` to `9`.
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Whether the byte is a letter.
    static func isLetter(_ byte: UInt8) -> Bool { lowercased(byte) &- UInt8(ascii: "a") < 26 }

    /// The value of a hexadecimal digit, or `nil` for any other byte.
    static func hexValue(_ byte: UInt8) -> Int? {
        if isDigit(byte) { return Int(byte - UInt8(ascii: "0")) }
        let offset = lowercased(byte) &- UInt8(ascii: "a")
        return offset < 6 ? Int(offset) + 10 : nil
    }

    /// Whether the byte may stand in a token, such as a method or a field name (RFC 9110 §5.6.2).
    static func isToken(_ byte: UInt8) -> Bool {
        if isDigit(byte) || isLetter(byte) { return true }
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
            UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }

    /// Whether the byte may stand in a field value: visible, blank or beyond ASCII (RFC 9110 §5.5).
    static func isFieldValue(_ byte: UInt8) -> Bool {
        byte >= space && byte != delete || byte == tab
    }

    /// Whether the byte is a control character that no part of a request head may hold.
    ///
    /// CR and LF are not among them: they are judged by where they stand.
    static func isForbiddenControl(_ byte: UInt8) -> Bool {
        !isFieldValue(byte) && byte != carriageReturn && byte != lineFeed
    }

    /// Whether the byte may stand in a registered host name (RFC 3986 §3.2.2), `%` aside.
    static func isHostName(_ byte: UInt8) -> Bool {
        if isDigit(byte) || isLetter(byte) { return true }
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
            UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="):
            return true
        default:
            return false
        }
    }

    /// Whether the byte may stand in the path or query of a request target, `%` aside.
    ///
    /// RFC 3986 allows fewer. Browsers and people with curl also send brackets, braces, bars, carets
    /// and backticks as they are (`?match[]=up`); these delimit nothing in a request line, so they
    /// pass. Blanks, controls, quotes, angle brackets, backslashes, `#` and bytes beyond ASCII do not.
    static func isTarget(_ byte: UInt8) -> Bool {
        guard byte > space && byte < delete else { return false }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "\\"):
            return false
        default:
            return true
        }
    }
}
