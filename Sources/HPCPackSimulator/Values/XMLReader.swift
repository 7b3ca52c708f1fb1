/// Reads XML 1.0 without document types: elements, attributes, text, CDATA, comments and processing
/// instructions.
struct XMLReader {
    let bytes: [UInt8]
    var position = 0
    private var elementsLeft = 100_000

    private static let maxDepth = 32
    private static let maxAttributes = 256
    private static let maxNameBytes = 256

    /// - Throws: for a character that XML does not have, wherever it stands.
    init(_ text: String) throws(MalformedText) {
        bytes = Array(text.utf8)
        for (index, scalar) in zip(text.unicodeScalars.indices, text.unicodeScalars)
        where !scalar.isXML {
            position = text.utf8.distance(from: text.startIndex, to: index)
            throw failure("a character is not allowed in XML")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The root element of a whole document.
    mutating func document() throws(MalformedText) -> XMLNode {
        try skipDeclaration()
        try skipMisc()
        guard next == UInt8(ascii: "<") else { throw failure("an element is expected") }
        let root = try element()
        try skipMisc()
        guard position == bytes.count else { throw failure("something follows the element") }
        return root
    }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    func failure(_ what: String) -> MalformedText {
        MalformedText("The XML is not well formed: \(what), at byte \(position).")
    }

    func comes(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in unsafe bytes[position...].starts(with: wanted) }
    }

    /// Moves behind the next `text`.
    mutating func skip(past text: StaticString) throws(MalformedText) {
        while position < bytes.count {
            if comes(text) {
                position += text.utf8CodeUnitCount
                return
            }
            position += 1
        }
        throw failure("'\(text)' is missing")
    }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    /// An element and all in it.
    ///
    /// Open elements are kept in a list, so that depth costs no stack.
    private mutating func element() throws(MalformedText) -> XMLNode {
        var open: [(node: XMLNode, tag: String)] = []
        while true {
            if comes("</") {
                guard let (node, tag) = open.popLast() else { throw failure("nothing is open") }
                try endTag(tag)
                guard !open.isEmpty else { return node }
                open[open.count - 1].node.children.append(node)
            } else if comes("<!--") {
                try skipComment()
            } else if comes("<![CDATA[") {
                position += 9
                let start = position
                try skip(past: "]]>")
                open[open.count - 1].node.text += Self.withLineFeeds(bytes[start..<(position - 3)])
            } else if comes("<?") {
                try skipInstruction()
            } else if next == UInt8(ascii: "<") {
                let (node, tag, isClosed) = try startTag()
                if !isClosed {
                    guard open.count < Self.maxDepth else {
                        throw failure("it is nested too deeply")
                    }
                    open.append((node, tag))
                } else if open.isEmpty {
                    return node
                } else {
                    open[open.count - 1].node.children.append(node)
                }
            } else if next == nil {
                throw failure("an element is not closed")
            } else {
                let text = try characters(until: UInt8(ascii: "<"), isAttribute: false)
                open[open.count - 1].node.text += text
            }
        }
    }

    private mutating func startTag() throws(MalformedText) -> (XMLNode, String, Bool) {
        guard elementsLeft > 0 else { throw failure("it has too many elements") }
        elementsLeft -= 1
        position += 1
        let tag = try name()
        var node = XMLNode(name: Self.localName(tag))
        var seen: Set<String> = []
        while true {
            let before = position
            skipSpace()
            if next == UInt8(ascii: ">") {
                position += 1
                return (node, tag, false)
            }
            if comes("/>") {
                position += 2
                return (node, tag, true)
            }
            guard position > before else { throw failure("a space is missing in a tag") }
            let attribute = try name()
            skipSpace()
            guard next == UInt8(ascii: "=") else { throw failure("an attribute has no value") }
            position += 1
            skipSpace()
            guard let quote = next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
                throw failure("an attribute's value is not quoted")
            }
            position += 1
            let value = try characters(until: quote, isAttribute: true)
            position += 1
            guard seen.insert(attribute).inserted else { throw failure("an attribute comes twice") }
            guard seen.count <= Self.maxAttributes else { throw failure("too many attributes") }
            guard attribute != "xmlns", !attribute.hasPrefix("xmlns:") else { continue }
            node.attributes.append(
                XMLNode.Attribute(name: Self.localName(attribute), value: value)
            )
        }
    }

    private mutating func endTag(_ tag: String) throws(MalformedText) {
        position += 2
        guard try name() == tag else { throw failure("</\(tag)> is expected") }
        skipSpace()
        guard next == UInt8(ascii: ">") else { throw failure("a tag is not closed") }
        position += 1
    }

    private static func localName(_ name: String) -> String {
        name.split(separator: ":").last.map(String.init) ?? name
    }

    /// A name; a colon is a character like others.
    mutating func name() throws(MalformedText) -> String {
        let start = position
        var name = Substring()
        if position < bytes.count {
            // The bytes are UTF-8, so a name that is within its limit is not cut in a character.
            let rest = bytes[position...].prefix(Self.maxNameBytes + 4)
            name = String(decoding: rest, as: UTF8.self)[...]
            name = Substring(name.unicodeScalars.prefix { $0.isXMLNamePart })
        }
        position += name.utf8.count
        guard let first = name.unicodeScalars.first, first.isXMLNameStart,
            position - start <= Self.maxNameBytes
        else {
            position = start
            throw failure("a name is expected")
        }
        return String(name)
    }

    /// Every line end is read as a line feed (XML 1.0 §2.11).
    private static func withLineFeeds(_ bytes: ArraySlice<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var previous: UInt8 = 0
        for byte in bytes {
            if byte != 0x0A || previous != 0x0D { out.append(byte == 0x0D ? 0x0A : byte) }
            previous = byte
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Text with its references replaced, up to `end`, which is not taken.
    private mutating func characters(
        until end: UInt8,
        isAttribute: Bool
    ) throws(MalformedText) -> String {
        var out: [UInt8] = []
        while let byte = next, byte != end {
            switch byte {
            case UInt8(ascii: "&"): out += try reference().utf8
            case UInt8(ascii: "<"): throw failure("'<' stands in a value")
            case UInt8(ascii: "]") where !isAttribute && comes("]]>"):
                throw failure("']]>' stands in a text")
            case 0x09, 0x0A:
                out.append(isAttribute ? 0x20 : byte)
                position += 1
            case 0x0D:
                // Every line end is read as a line feed (XML 1.0 §2.11).
                position += 1
                if next != 0x0A { out.append(isAttribute ? 0x20 : 0x0A) }
            default:
                out.append(byte)
                position += 1
            }
        }
        guard next == end || !isAttribute else { throw failure("a value is not closed") }
        return String(decoding: out, as: UTF8.self)
    }

    /// One of the five predefined entities, or a character by its number.
    private mutating func reference() throws(MalformedText) -> String {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: ";"), position - start < 12 { position += 1 }
        guard next == UInt8(ascii: ";") else { throw failure("a reference is not closed") }
        let name = String(decoding: bytes[start..<position], as: UTF8.self)
        position += 1
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let digits = name.dropFirst(name.hasPrefix("#x") ? 2 : 1)
            guard name.hasPrefix("#"), digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
                let value = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10),
                let scalar = Unicode.Scalar(value), scalar.isXML
            else { throw failure("the entity '\(name)' is not known") }
            return String(scalar)
        }
    }
}
