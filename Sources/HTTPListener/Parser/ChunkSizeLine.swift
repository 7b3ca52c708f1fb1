import Basics

/// The line before each chunk of a body: a size, and extensions that are checked and ignored.
///
/// `1a;name=value;other="a \"quoted\" one"` (RFC 9112 §7.1).
enum ChunkSizeLine {
    /// Reads the size from a line.
    ///
    /// - Parameter line: The line without CRLF.
    /// - Returns: The size in bytes; one that exceeds `Int` is `Int.max`.
    /// - Throws: 400 for a malformed line.
    static func size(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) -> Int {
        var rest = line
        var size = 0
        while let digit = rest.first?.hexadecimalDigit {
            size = size >= Int.max >> 4 ? Int.max : size << 4 | digit
            rest = rest.dropFirst()
        }
        guard rest.startIndex > line.startIndex, areExtensions(rest) else {
            throw HTTPRefusal(400, "malformed chunk size")
        }
        return size
    }

    /// Whether the bytes are any number of `;name`, `;name=token` and `;name="text"`.
    private static func areExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            skipBlanks(&rest)
            guard rest.popFirst() == UInt8(ascii: ";") else { return false }
            skipBlanks(&rest)
            guard skipToken(&rest) else { return false }
            var ahead = rest
            skipBlanks(&ahead)
            guard ahead.first == UInt8(ascii: "=") else { continue }
            rest = ahead.dropFirst()
            skipBlanks(&rest)
            guard rest.first == UInt8(ascii: "\"") ? skipQuoted(&rest) : skipToken(&rest) else {
                return false
            }
        }
        return true
    }

    private static func skipBlanks(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop { $0 == .space || $0 == .tab }
    }

    private static func skipToken(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let after = rest.drop(while: \.isTokenCharacter)
        defer { rest = after }
        return after.startIndex > rest.startIndex
    }

    /// Skips a quoted string (RFC 9110 §5.6.4), whose bytes are known to be allowed in a field value.
    private static func skipQuoted(_ rest: inout ArraySlice<UInt8>) -> Bool {
        rest = rest.dropFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\"), rest.popFirst() == nil { return false }
        }
        return false
    }
}
