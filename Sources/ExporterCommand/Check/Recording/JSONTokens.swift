import Basics

/// The tokens of a JSON text, with what each stands for; a broken text gives tokens as well.
///
/// It is no parser: what an answer holds must not be able to keep its names from being replaced.
struct JSONTokens {
    /// A string, or a run of other characters that are neither white space nor punctuation of JSON.
    struct Token {
        /// The bytes, those of a string with its quotes.
        var range: Range<Int>
        var isString: Bool
        /// Whether a string ends with a quote.
        var isWhole = true
        /// Whether it is the name of a member.
        var isKey = false
        /// Whether it is the name of a member whose value is an object, or did not come.
        var namesObject = false
        /// The index of the array or object around it.
        var container: Int
        /// The index of the token that names it; `nil` outside objects.
        var key: Int?
    }

    /// An array or object; the first stands for the text as a whole.
    struct Container {
        var parent: Int
        var isObject: Bool
        /// The index of the token that names it in its parent.
        var key: Int?
        /// The last key that was read.
        var lastKey: Int?
        /// How many members it has.
        var members = 0
        /// The string of its member `Name`, and whether it has a member `Value`.
        var name: Int?
        var hasValue = false
    }

    private(set) var tokens: [Token] = []
    private(set) var containers = [Container(parent: 0, isObject: false)]

    init(_ bytes: [UInt8]) {
        var current = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                let isObject = byte == UInt8(ascii: "{")
                let key = valueKey(in: current)
                containers.append(Container(parent: current, isObject: isObject, key: key))
                current = containers.count - 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                current = containers[current].parent
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                position += 1
            case UInt8(ascii: "\""):
                let start = position
                position = Self.endOfString(bytes, from: start)
                let isWhole = position - start >= 2 && bytes[position - 1] == byte
                add(
                    Token(
                        range: start..<position,
                        isString: true,
                        isWhole: isWhole,
                        container: current
                    ),
                    bytes
                )
            case _ where byte.isASCIISpace: position += 1
            default:
                let start = position
                while position < bytes.count, !bytes[position].isASCIISpace,
                    !"{}[],:\"".utf8.contains(bytes[position])
                { position += 1 }
                add(Token(range: start..<position, isString: false, container: current), bytes)
            }
        }
    }

    private func valueKey(in container: Int) -> Int? {
        containers[container].isObject ? containers[container].lastKey : nil
    }

    private mutating func add(_ token: Token, _ bytes: [UInt8]) {
        var token = token
        let container = token.container
        if containers[container].isObject, token.isString,
            Self.next(bytes, from: token.range.upperBound) == UInt8(ascii: ":")
        {
            token.isKey = true
            let value = Self.next(bytes, from: token.range.upperBound, skippingColon: true)
            token.namesObject = value == nil || value == UInt8(ascii: "{")
            containers[container].lastKey = tokens.count
            containers[container].members += 1
            if Self.equals(bytes, token, "value") { containers[container].hasValue = true }
        } else {
            token.key = valueKey(in: container)
            if token.isString, let key = token.key, Self.equals(bytes, tokens[key], "name") {
                containers[container].name = tokens.count
            }
        }
        tokens.append(token)
    }

    /// Whether an object is the pair of a property's name and its value.
    func isPair(_ container: Int) -> Bool {
        let container = containers[container]
        return container.isObject && container.members == 2 && container.hasValue
            && container.name != nil
    }

    /// The token that names the property to which a value belongs, through the arrays around it.
    func property(of token: Token) -> Int? {
        property(in: token.container, key: token.key)
    }

    /// The token that names the property to which an array or object belongs.
    func property(ofContainer container: Int) -> Int? {
        property(in: containers[container].parent, key: containers[container].key)
    }

    private func property(in container: Int, key: Int?) -> Int? {
        var (container, key) = (container, key)
        while container != 0, !containers[container].isObject {
            (container, key) = (containers[container].parent, containers[container].key)
        }
        guard let key else { return nil }
        // The value of a pair, since its name is no value of a property.
        if isPair(container), containers[container].name.map({ tokens[$0].key != key }) == true {
            return containers[container].name
        }
        return key
    }

    private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
        var position = start + 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""): return position + 1
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        return bytes.count
    }

    /// The next byte that is no white space.
    private static func next(
        _ bytes: [UInt8],
        from start: Int,
        skippingColon: Bool = false
    ) -> UInt8? {
        var position = start
        while position < bytes.count,
            bytes[position].isASCIISpace || skippingColon && bytes[position] == UInt8(ascii: ":")
        { position += 1 }
        return position < bytes.count ? bytes[position] : nil
    }

    private static func equals(_ bytes: [UInt8], _ token: Token, _ word: String) -> Bool {
        token.range.count == word.utf8.count + 2
            && zip(bytes[token.range].dropFirst(), word.utf8).allSatisfy {
                $0.lowercasedASCII == $1
            }
    }
}
