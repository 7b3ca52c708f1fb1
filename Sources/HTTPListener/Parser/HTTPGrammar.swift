import Basics

/// The classes into which the grammar of HTTP sorts bytes.
extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    private static let delete: UInt8 = 0x7F

    /// Whether the byte may occur in a token, such as a method or a field name (RFC 9110 §5.6.2).
    var isTokenCharacter: Bool {
        if isASCIIDigit || isASCIILetter { return true }
        switch Unicode.Scalar(self) {
        case "!", "#", "$", "%", "&", "'", "*", "+", "-", ".", "^", "_", "`", "|", "~": return true
        default: return false
        }
    }

    /// Whether the byte may occur in a field value: visible, blank or beyond ASCII (RFC 9110 §5.5).
    var isFieldValueCharacter: Bool {
        self >= .space && self != .delete || self == .tab
    }

    /// Whether the byte is a control character that is allowed nowhere in a request head.
    ///
    /// CR and LF are not among them, since line ends consist of them.
    var isForbiddenControl: Bool {
        !isFieldValueCharacter && self != .carriageReturn && self != .lineFeed
    }

    /// Whether the byte may occur in a registered host name (RFC 3986 §3.2.2), `%` aside.
    var isHostNameCharacter: Bool {
        if isASCIIDigit || isASCIILetter { return true }
        switch Unicode.Scalar(self) {
        case "-", ".", "_", "~", "!", "$", "&", "'", "(", ")", "*", "+", ",", ";", "=": return true
        default: return false
        }
    }

    /// Whether the byte may occur in the path or query of a request target, `%` aside.
    ///
    /// RFC 3986 allows fewer. Browsers and people with curl also send brackets, braces, bars, carets
    /// and backticks as they are (`?match[]=up`); these delimit nothing in a request line, so they
    /// are accepted. Blanks, controls, quotes, angle brackets, backslashes, `#` and bytes beyond ASCII
    /// are not.
    var isTargetCharacter: Bool {
        guard self > .space && self < .delete else { return false }
        switch Unicode.Scalar(self) {
        case "\"", "#", "<", ">", "\\": return false
        default: return true
        }
    }
}

extension Collection<UInt8> {
    /// Whether every byte is allowed as it is or part of a percent-encoded one (RFC 3986 §2.1).
    func isPercentEncoded(allowing isAllowed: (UInt8) -> Bool) -> Bool {
        var digitsLeft = 0
        for byte in self {
            if digitsLeft > 0 {
                guard byte.hexadecimalDigit != nil else { return false }
                digitsLeft -= 1
            } else if byte == UInt8(ascii: "%") {
                digitsLeft = 2
            } else if !isAllowed(byte) {
                return false
            }
        }
        return digitsLeft == 0
    }
}

extension StringProtocol {
    /// Whether two texts are equal when the case of ASCII letters is ignored.
    func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
        let (left, right) = (utf8, other.utf8)
        return left.count == right.count
            && zip(left, right).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }
}
