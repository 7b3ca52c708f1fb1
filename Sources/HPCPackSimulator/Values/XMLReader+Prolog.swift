/// What stands around and between elements: the declaration, comments and processing instructions.
extension XMLReader {
    /// Skips the declaration, which may stand at the very start and nowhere else (XML 1.0 §2.8).
    ///
    /// The encoding that it names is not asked about: the bytes are UTF-8.
    mutating func skipDeclaration() throws(MalformedText) {
        guard comes("<?xml") else { return }
        let start = position
        position += 5
        guard let byte = next, Self.isSpace(byte) else {
            // An instruction whose target begins so.
            position = start
            return
        }
        guard try hasPart("version"), Self.isVersion(try quoted()) else {
            throw failure("the declaration has no version 1.x")
        }
        if try hasPart("encoding") {
            guard Self.isEncoding(try quoted()) else { throw failure("the encoding is no name") }
        }
        if try hasPart("standalone") {
            guard ["yes", "no"].contains(try quoted()) else {
                throw failure("standalone is neither yes nor no")
            }
        }
        skipSpace()
        guard comes("?>") else { throw failure("the declaration is not closed") }
        position += 2
    }

    /// Skips what may stand around the root element.
    mutating func skipMisc() throws(MalformedText) {
        while true {
            skipSpace()
            if comes("<!--") {
                try skipComment()
            } else if comes("<?") {
                try skipInstruction()
            } else if comes("<!") {
                throw failure("a document type is not accepted")
            } else {
                return
            }
        }
    }

    mutating func skipComment() throws(MalformedText) {
        position += 4
        try skip(past: "--")
        guard next == UInt8(ascii: ">") else { throw failure("'--' stands in a comment") }
        position += 1
    }

    mutating func skipInstruction() throws(MalformedText) {
        position += 2
        guard try name().lowercased() != "xml" else {
            throw failure("a declaration stands where none may be")
        }
        guard comes("?>") || next.map(Self.isSpace) == true else {
            throw failure("an instruction's name is not closed")
        }
        try skip(past: "?>")
    }

    /// Whether a space and `name=` come; moves behind them if so, and stays otherwise.
    private mutating func hasPart(_ wanted: StaticString) throws(MalformedText) -> Bool {
        let start = position
        skipSpace()
        guard position > start, comes(wanted) else {
            position = start
            return false
        }
        position += wanted.utf8CodeUnitCount
        skipSpace()
        guard next == UInt8(ascii: "=") else { throw failure("'=' is missing") }
        position += 1
        skipSpace()
        return true
    }

    /// The text between two quotes of a kind.
    private mutating func quoted() throws(MalformedText) -> String {
        guard let quote = next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let end = bytes[(position + 1)...].firstIndex(of: quote)
        else { throw failure("a value is not quoted") }
        let text = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
        position = end + 1
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private static func isVersion(_ text: String) -> Bool {
        text.hasPrefix("1.") && text.utf8.count > 2
            && text.utf8.dropFirst(2).allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isEncoding(_ text: String) -> Bool {
        text.utf8.first.map { (0x61...0x7A).contains($0 | 0x20) } == true
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0)
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
                    || $0 == UInt8(ascii: "-")
            }
    }
}
