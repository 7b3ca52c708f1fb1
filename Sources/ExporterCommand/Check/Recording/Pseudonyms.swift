import Basics

/// Replaces each word by another of the same form, and the same word always by the same one.
///
/// A word is a run of letters and digits; what separates words stays. So `CN001.example.com` and `cn001` may become
/// `XQ734.vbnwoql.rtz` and `xq734`: names still match in lists, DNS names and paths, and as far as case goes.
/// Replacements are drawn at random and kept nowhere.
struct Pseudonyms {
    private var generator: any RandomNumberGenerator
    private var replacements: [[Unicode.Scalar]: [Unicode.Scalar]] = [:]
    private var taken: Set<[Unicode.Scalar]> = []

    init(generator: some RandomNumberGenerator = SystemRandomNumberGenerator()) {
        self.generator = generator
    }

    /// Whether a word has been replaced somewhere, in any case.
    func hasReplaced(_ word: some StringProtocol) -> Bool {
        replacements[word.unicodeScalars.map(Self.folded)] != nil
    }

    /// The text with every word replaced.
    mutating func replace(_ text: some StringProtocol) -> String {
        var scalars = text.unicodeScalars.map { $0 }
        for word in Self.words(scalars) { replace(&scalars, word) }
        return String(scalars: scalars)
    }

    /// Replaces one word in place where the replacement is as long, as it is but for the shortest words.
    ///
    /// - Returns: By how much the text grew.
    @discardableResult
    mutating func replace(_ scalars: inout [Unicode.Scalar], _ word: Range<Int>) -> Int {
        let replacement = replacement(of: scalars[word])
        scalars.replaceSubrange(word, with: replacement)
        return replacement.count - word.count
    }

    /// The replacement of a word, with its case.
    mutating func replacement(of word: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        let key = word.map(Self.folded)
        var result = replacements[key] ?? draw(for: key)
        for (index, scalar) in zip(result.indices, word) where Self.folded(scalar) != scalar {
            result[index] = Self.uppercased(result[index])
        }
        return result
    }

    /// Draws the replacement of a new word: another one than the word itself, and of no other word.
    private mutating func draw(for key: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var tries = 0
        while true {
            var drawn = key.map { random(like: $0) }
            // All words of one letter or digit may be taken.
            tries += 1
            for _ in 0..<(tries / 100) { drawn.append(random(like: key[key.count - 1])) }
            guard drawn != key, replacements[drawn] == nil || tries > 1000,
                taken.insert(drawn).inserted
            else { continue }
            replacements[key] = drawn
            return drawn
        }
    }

    /// A scalar of the same kind, and of as many bytes of UTF-8.
    private mutating func random(like scalar: Unicode.Scalar) -> Unicode.Scalar {
        let range: ClosedRange<UInt32> =
            switch scalar.value {
            case 0x30...0x39: 0x30...0x39
            case 0..<0x80: 0x61...0x7A
            case 0x80..<0x800: 0xE0...0xF6
            case 0x800..<0x10000: 0x4E00...0x9FA5
            default: 0x20000...0x2A6D6
            }
        return Unicode.Scalar(UInt32.random(in: range, using: &generator)) ?? "x"
    }

    /// The ranges of the words in a text.
    ///
    /// Every scalar beyond ASCII that is no space and no invisible mark is part of a word.
    static func words(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        for index in scalars.indices {
            if isWordScalar(scalars[index]) {
                start = start ?? index
            } else if let begun = start {
                words.append(begun..<index)
                start = nil
            }
        }
        if let start { words.append(start..<scalars.count) }
        // From the end, so that a replacement of another length moves no word that is still to come.
        return words.reversed()
    }

    static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        if let byte = UInt8(exactly: scalar.value), byte < 0x80 {
            return byte.isASCIILetter || byte.isASCIIDigit
        }
        return !isMark(scalar)
    }

    /// Whether a scalar beyond ASCII is a space or a mark of direction, as dates hold them.
    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x80: false
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: scalar.properties.isWhitespace
        }
    }

    /// The lower case of a scalar that has one of the same size, and is the upper case of it.
    static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.value < 0x80 {
            return Unicode.Scalar(UInt8(scalar.value).lowercasedASCII)
        }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        guard let first = lower.first, lower.count == 1,
            first.utf8.count == scalar.utf8.count,
            first.properties.uppercaseMapping.unicodeScalars.elementsEqual([scalar])
        else { return scalar }
        return first
    }

    private static func uppercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let upper = scalar.properties.uppercaseMapping.unicodeScalars
        guard let first = upper.first, upper.count == 1 else { return scalar }
        return first
    }
}

extension String {
    /// The text of some scalars.
    init(scalars: some Sequence<Unicode.Scalar>) {
        var view = UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}

extension Unicode.Scalar {
    /// The bytes of the scalar in UTF-8.
    fileprivate var utf8: [UInt8] { Array(String(self).utf8) }
}
