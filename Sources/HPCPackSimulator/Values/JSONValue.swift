import Basics

/// A JSON document as a tree (RFC 8259), for the small bodies that clients send.
package enum JSONValue: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number as it was written.
    case number(String)
    /// A string, its escapes replaced.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// An object, its members in document order.
    case object([Member])

    /// A member of an object.
    package struct Member: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// Its value.
        package let value: JSONValue
    }

    /// Parses a whole document.
    ///
    /// - Parameters:
    ///   - bytes: The document in UTF-8; a byte order mark is skipped.
    ///   - maxValues: The most values that it may hold.
    /// - Throws: `MalformedText` for anything that is not JSON, and beyond 16 levels.
    package init(_ bytes: [UInt8], maxValues: Int = 200_000) throws(MalformedText) {
        var reader = Reader(bytes: bytes, valuesLeft: maxValues)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        self = try reader.document()
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0
        var valuesLeft: Int

        static let maxDepth = 16

        init(bytes: [UInt8], valuesLeft: Int) {
            self.bytes = bytes
            self.valuesLeft = valuesLeft
        }

        var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func document() throws(MalformedText) -> JSONValue {
            let value = try value(depth: 0)
            skipSpace()
            guard position == bytes.count else { throw failure("something follows the value") }
            return value
        }

        func failure(_ what: String) -> MalformedText {
            MalformedText("The body is not valid JSON: \(what), at byte \(position).")
        }

        mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
                position += 1
            }
        }

        /// Skips white space, and then `byte` if it is next.
        ///
        /// - Returns: Whether it was.
        mutating func consume(_ byte: UInt8) -> Bool {
            skipSpace()
            guard next == byte else { return false }
            position += 1
            return true
        }

        mutating func value(depth: Int) throws(MalformedText) -> JSONValue {
            guard depth < Self.maxDepth else { throw failure("it is nested too deeply") }
            guard valuesLeft > 0 else { throw failure("it holds too many values") }
            valuesLeft -= 1
            skipSpace()
            switch next {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .boolean(true))
            case UInt8(ascii: "f"): return try word("false", .boolean(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            default: return .number(try number())
            }
        }

        mutating func word(_ text: String, _ value: JSONValue) throws(MalformedText) -> JSONValue {
            guard bytes[position...].starts(with: text.utf8) else {
                throw failure("a value is expected")
            }
            position += text.utf8.count
            return value
        }

        mutating func array(depth: Int) throws(MalformedText) -> JSONValue {
            position += 1
            var elements: [JSONValue] = []
            if consume(UInt8(ascii: "]")) { return .array([]) }
            repeat { elements.append(try value(depth: depth + 1)) } while consume(UInt8(ascii: ","))
            guard consume(UInt8(ascii: "]")) else { throw failure("a list is not closed") }
            return .array(elements)
        }

        mutating func object(depth: Int) throws(MalformedText) -> JSONValue {
            position += 1
            var members: [Member] = []
            if consume(UInt8(ascii: "}")) { return .object([]) }
            repeat {
                skipSpace()
                guard next == UInt8(ascii: "\"") else { throw failure("a name is expected") }
                let name = try string()
                guard consume(UInt8(ascii: ":")) else { throw failure("a colon is expected") }
                members.append(Member(name: name, value: try value(depth: depth + 1)))
            } while consume(UInt8(ascii: ","))
            guard consume(UInt8(ascii: "}")) else { throw failure("an object is not closed") }
            return .object(members)
        }

        /// A number by RFC 8259 §6, kept as text.
        mutating func number() throws(MalformedText) -> String {
            let start = position
            func digits() throws(MalformedText) {
                guard next?.isASCIIDigit == true else { throw failure("a value is expected") }
                while next?.isASCIIDigit == true { position += 1 }
            }
            if next == UInt8(ascii: "-") { position += 1 }
            let first = next
            let firstPosition = position
            try digits()
            guard first != UInt8(ascii: "0") || position == firstPosition + 1 else {
                throw failure("a number begins with 0")
            }
            if next == UInt8(ascii: ".") {
                position += 1
                try digits()
            }
            if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
                position += 1
                if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
                try digits()
            }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        mutating func string() throws(MalformedText) -> String {
            position += 1
            var out: [UInt8] = []
            while let byte = next {
                position += 1
                switch byte {
                case UInt8(ascii: "\""):
                    guard let text = String(validating: out, as: UTF8.self) else {
                        throw failure("a string is not UTF-8")
                    }
                    return text
                case UInt8(ascii: "\\"): try escape(into: &out)
                case 0..<0x20: throw failure("a control character stands in a string")
                default: out.append(byte)
                }
            }
            throw failure("a string is not closed")
        }

        mutating func escape(into out: inout [UInt8]) throws(MalformedText) {
            guard let byte = next else { throw failure("a string is not closed") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = try hexDigits()
                if (0xD800..<0xDC00).contains(scalar) {
                    guard next == UInt8(ascii: "\\"), position + 1 < bytes.count,
                        bytes[position + 1] == UInt8(ascii: "u")
                    else { throw failure("half a character is escaped") }
                    position += 2
                    let low = try hexDigits()
                    guard (0xDC00..<0xE000).contains(low) else {
                        throw failure("half a character is escaped")
                    }
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                }
                guard let unicode = Unicode.Scalar(scalar) else {
                    throw failure("half a character is escaped")
                }
                out += String(unicode).utf8
            default: throw failure("an unknown escape stands in a string")
            }
        }

        mutating func hexDigits() throws(MalformedText) -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<4 {
                guard let digit = next?.hexadecimalDigit else {
                    throw failure("an escape needs four digits")
                }
                value = value << 4 | UInt32(digit)
                position += 1
            }
            return value
        }
    }
}
