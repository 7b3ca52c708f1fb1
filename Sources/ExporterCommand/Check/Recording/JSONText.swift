import Basics

/// The content of a JSON string, and how it is spelled.
struct JSONText {
    /// The bytes between the quotes.
    let raw: ArraySlice<UInt8>
    /// The text that they stand for; what is no valid escape or UTF-8 is U+FFFD.
    let text: String

    init(_ raw: ArraySlice<UInt8>) {
        self.raw = raw
        if !raw.contains(UInt8(ascii: "\\")), let text = String(validating: raw, as: UTF8.self) {
            self.text = text
        } else {
            var text = String.UnicodeScalarView()
            for piece in Self.pieces(raw) { text.append(piece.scalar) }
            self.text = String(text)
        }
    }

    /// The bytes with some words replaced; where an escape spelled a scalar, an escape spells its replacement.
    ///
    /// - Parameters:
    ///   - words: Finds the words to replace, from the last to the first.
    ///   - replacement: Makes the new word.
    /// - Returns: The bytes to stand between the quotes.
    func replacing(
        _ words: ([Unicode.Scalar]) -> [Range<Int>],
        by replacement: (ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar]
    ) -> [UInt8] {
        let pieces = Self.pieces(raw)
        let scalars = pieces.map(\.scalar)
        var spellings = pieces.map { Array($0.spelling) }
        for word in words(scalars) {
            let isEscaped = word.map { spellings[$0].first == UInt8(ascii: "\\") }
            let new = replacement(scalars[word]).enumerated().map { index, scalar in
                index < isEscaped.count && isEscaped[index]
                    ? Self.escape(scalar) : Array(String(scalar).utf8)
            }
            spellings.replaceSubrange(word, with: new)
        }
        return spellings.flatMap(\.self)
    }

    private static func pieces(_ bytes: ArraySlice<UInt8>) -> [(
        scalar: Unicode.Scalar, spelling: ArraySlice<UInt8>
    )] {
        var pieces: [(scalar: Unicode.Scalar, spelling: ArraySlice<UInt8>)] = []
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let (scalar, end) = scalar(bytes, at: position)
            pieces.append((scalar, bytes[position..<end]))
            position = end
        }
        return pieces
    }

    private static func scalar(_ bytes: ArraySlice<UInt8>, at start: Int) -> (Unicode.Scalar, Int) {
        let byte = bytes[start]
        if byte == UInt8(ascii: "\\"), start + 1 < bytes.endIndex {
            return escaped(bytes, at: start)
        }
        if byte < 0x80 { return (Unicode.Scalar(byte), start + 1) }
        // One scalar of UTF-8 has four bytes at most.
        for count in 2...4 where start + count <= bytes.endIndex {
            if let text = String(validating: bytes[start..<(start + count)], as: UTF8.self),
                let scalar = text.unicodeScalars.first
            {
                return (scalar, start + count)
            }
        }
        return ("\u{FFFD}", start + 1)
    }

    private static func escaped(_ bytes: ArraySlice<UInt8>, at start: Int) -> (Unicode.Scalar, Int)
    {
        let letter = bytes[start + 1]
        guard letter == UInt8(ascii: "u") else {
            let scalar: Unicode.Scalar =
                switch letter {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
                    Unicode.Scalar(letter)
                case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
                    UInt8(ascii: "t"):
                    "\n"
                // No escape of JSON: the letter may be one of a name.
                default: "\u{FFFD}"
                }
            return (scalar, start + 2)
        }
        guard let unit = unit(bytes, at: start + 2) else { return ("\u{FFFD}", start + 2) }
        if let scalar = Unicode.Scalar(unit) { return (scalar, start + 6) }
        if (0xD800..<0xDC00).contains(unit), start + 7 < bytes.endIndex,
            bytes[start + 6] == UInt8(ascii: "\\"), bytes[start + 7] == UInt8(ascii: "u"),
            let low = self.unit(bytes, at: start + 8), (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        {
            return (scalar, start + 12)
        }
        return ("\u{FFFD}", start + 6)
    }

    private static func unit(_ bytes: ArraySlice<UInt8>, at start: Int) -> UInt32? {
        guard start + 4 <= bytes.endIndex else { return nil }
        var value: UInt32 = 0
        for byte in bytes[start..<(start + 4)] {
            guard let digit = byte.hexadecimalDigit else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func escape(_ scalar: Unicode.Scalar) -> [UInt8] {
        String(scalar).utf16.flatMap { unit in
            let digits = String(unit, radix: 16)
            return Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
        }
    }
}
