import JSONRows

/// The plainest reading of RFC 8259 there is: one function a rule, whole texts only, a tree.
///
/// It exists to disagree with `RowReader`, and shares nothing with it.
package struct ReferenceReader {
    indirect enum Value {
        case null
        case raw(String)
        case text(String)
        case array([Value])
        case object([(key: String, value: Value)])
    }

    struct Refused: Error {}

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The rows of a listing of objects, or nil if the text is not one.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - columns: the names of the properties that a row is made of.
    /// - Returns: a value for each column of each row; `nil` where there is none.
    package static func rows(_ bytes: [UInt8], columns: [String]) -> [[String?]]? {
        guard case .array(let rows) = top(bytes) else { return nil }
        return try? rows.map { row in try read(row, columns) }
    }

    /// The rows of a listing of plain objects, or nil if the text is not one.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - columns: the names of the members that a row is made of.
    ///   - nested: the name of a member that is an object, and the names of its members, which follow the columns.
    /// - Returns: a value for each column of each row, with U+001F between the items of an array; `nil` where there
    ///   is none.
    package static func plainRows(
        _ bytes: [UInt8],
        columns: [String],
        nested: (name: String, columns: [String])
    ) -> [[String?]]? {
        guard case .array(let rows) = top(bytes) else { return nil }
        var result: [[String?]] = []
        for row in rows {
            guard case .object(let members) = row else { return nil }
            var inner: [(key: String, value: Value)] = []
            if let last = members.last(where: {
                $0.key.lowercasedASCII == nested.name.lowercasedASCII
            }),
                case .object(let members) = last.value
            {
                inner = members
            }
            result.append(
                columns.map { plainValue($0, members) }
                    + nested.columns.map { plainValue($0, inner) }
            )
        }
        return result
    }

    private static func plainValue(_ name: String, _ members: [(key: String, value: Value)])
        -> String?
    {
        switch members.last(where: { $0.key.lowercasedASCII == name.lowercasedASCII })?.value {
        case .text(let text), .raw(let text): return text
        case .array(let items):
            var texts: [String] = []
            for item in items {
                switch item {
                case .text(let text): texts.append(text)
                case .null: continue
                default: return nil
                }
            }
            return texts.joined(separator: "\u{1F}")
        default: return nil
        }
    }

    /// The strings of a list of strings, or nil if the text is not one.
    static func strings(_ bytes: [UInt8]) -> [[String?]]? {
        guard case .array(let elements) = top(bytes) else { return nil }
        let strings = elements.compactMap { element -> [String?]? in
            if case .text(let text) = element { [text] } else { nil }
        }
        return strings.count == elements.count ? strings : nil
    }

    /// The one string of a text, or nil if it is not one.
    static func string(_ bytes: [UInt8]) -> [[String?]]? {
        guard case .text(let text) = top(bytes) else { return nil }
        return [[text]]
    }

    /// The value that a text is, or nil if it is none.
    private static func top(_ bytes: [UInt8]) -> Value? {
        var reader = ReferenceReader(
            bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes
        )
        guard let top = try? reader.value(), reader.index == reader.bytes.count else { return nil }
        return top
    }

    private static func read(_ row: Value, _ columns: [String]) throws(Refused) -> [String?] {
        guard case .object(let members) = row else { throw Refused() }
        var values = [String?](repeating: nil, count: columns.count)
        for member in members where member.key.lowercasedASCII == "properties" {
            values = [String?](repeating: nil, count: columns.count)
            if case .null = member.value { continue }
            guard case .array(let properties) = member.value else { throw Refused() }
            for property in properties {
                guard case .object(let members) = property else { throw Refused() }
                let name = members.last { $0.key.lowercasedASCII == "name" }?.value
                let value = members.last { $0.key.lowercasedASCII == "value" }?.value
                guard case .text(let name) = name,
                    let column = columns.firstIndex(where: {
                        $0.lowercasedASCII == name.lowercasedASCII
                    })
                else { continue }
                switch value {
                case .text(let text), .raw(let text): values[column] = text
                default: values[column] = nil
                }
            }
        }
        return values
    }

    private var upcoming: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = upcoming, UInt32(byte) == character.value else { return false }
        index += 1
        return true
    }

    private mutating func space() {
        while let byte = upcoming, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            index += 1
        }
    }

    private mutating func value() throws(Refused) -> Value {
        space()
        defer { space() }
        for word in ["null", "true", "false"]
        where upcoming == word.utf8.first && bytes[index...].starts(with: Array(word.utf8)) {
            index += word.utf8.count
            return word == "null" ? .null : .raw(word)
        }
        if take("[") {
            var elements: [Value] = []
            space()
            if take("]") { return .array(elements) }
            repeat { elements.append(try value()) } while take(",")
            guard take("]") else { throw Refused() }
            return .array(elements)
        }
        if take("{") {
            var members: [(key: String, value: Value)] = []
            space()
            if take("}") { return .object(members) }
            repeat {
                space()
                let key = try string()
                space()
                guard take(":") else { throw Refused() }
                members.append((key, try value()))
            } while take(",")
            guard take("}") else { throw Refused() }
            return .object(members)
        }
        return upcoming == 0x22 ? .text(try string()) : .raw(try number())
    }

    private mutating func digits() throws(Refused) {
        guard let byte = upcoming, (0x30...0x39).contains(byte) else { throw Refused() }
        while let byte = upcoming, (0x30...0x39).contains(byte) { index += 1 }
    }

    private mutating func number() throws(Refused) -> String {
        let start = index
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func string() throws(Refused) -> String {
        guard take("\"") else { throw Refused() }
        var units: [UInt16] = []
        while !take("\"") {
            guard let byte = upcoming, byte >= 0x20 else { throw Refused() }
            if take("\\") {
                guard let escaped = upcoming else { throw Refused() }
                index += 1
                if escaped == UInt8(ascii: "u") {
                    guard index + 4 <= bytes.count else { throw Refused() }
                    let digits = bytes[index..<index + 4]
                    guard
                        digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }
                        ),
                        let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
                    else { throw Refused() }
                    units.append(unit)
                    index += 4
                } else {
                    let table: [UInt8: UInt16] = [
                        0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13,
                        0x74: 9,
                    ]
                    guard let unit = table[escaped] else { throw Refused() }
                    units.append(unit)
                }
                continue
            }
            if byte < 0x80 {
                units.append(UInt16(byte))
                index += 1
                continue
            }
            // The shortest valid character here, by the standard library's own validation.
            let lengths = (1...4).filter { index + $0 <= bytes.count }
            let character = lengths.lazy.compactMap { [self] length in
                String(validating: bytes[index..<index + length], as: UTF8.self)
            }.first
            guard let character else { throw Refused() }
            units.append(contentsOf: character.utf16)
            index += character.utf8.count
        }
        return String(decoding: units, as: UTF16.self)
    }
}

extension String {
    /// The text with A to Z in lower case and nothing else changed.
    fileprivate var lowercasedASCII: String {
        String(
            decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 },
            as: UTF8.self
        )
    }
}
