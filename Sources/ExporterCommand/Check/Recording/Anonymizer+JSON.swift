import Basics

/// Bodies in JSON.
extension Anonymizer {
    /// Replaces the texts of a JSON body; everything between its tokens stays.
    mutating func json(_ bytes: [UInt8], call: String, isError: Bool) -> [UInt8] {
        let tokens = JSONTokens(bytes)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        var names = NameChoices()
        for token in tokens.tokens {
            result += bytes[position..<token.range.lowerBound]
            position = token.range.upperBound
            let raw = bytes[token.range]
            guard token.isString else {
                result += bare(raw)
                continue
            }
            let content = JSONText(raw.dropFirst().dropLast(token.isWhole ? 1 : 0))
            result.append(UInt8(ascii: "\""))
            if isName(token, content.text, tokens, bytes, &names) {
                if !AllowedValues.isProperty(content.text) { report.keepName(content.text) }
                result += raw.dropFirst().dropLast()
            } else if token.isKey {
                result += replaced(content)
            } else {
                let property = tokens.property(of: token).map {
                    Self.text(of: tokens.tokens[$0], bytes)
                }
                // Half a value could look like an allowed one.
                let isJudged = !isError && token.isWhole
                result += value(content, of: isJudged ? property ?? call : nil)
            }
            if token.isWhole { result.append(UInt8(ascii: "\"")) }
        }
        result += bytes[position...]
        return result
    }

    private static func text(of token: JSONTokens.Token, _ bytes: [UInt8]) -> String {
        JSONText(bytes[token.range].dropFirst().dropLast(token.isWhole ? 1 : 0)).text
    }

    /// What was found of the containers of one body.
    private struct NameChoices {
        /// Whether the keys in a container may be names that someone chose.
        var isFree: [Int: Bool] = [:]
    }

    /// Whether a string is the name of a property.
    ///
    /// Documented names are. Others are where they look like one, name nothing elsewhere, and do not stand where
    /// people choose names, as for variables.
    private func isName(
        _ token: JSONTokens.Token,
        _ text: String,
        _ tokens: JSONTokens,
        _ bytes: [UInt8],
        _ choices: inout NameChoices
    ) -> Bool {
        guard token.isWhole else { return false }
        let container = tokens.containers[token.container]
        if token.isKey {
            if AllowedValues.isProperty(text) { return true }
            // What leads to an object may be a name among others, such as that of a node.
            return Self.looksLikeProperty(text) && !token.namesObject
                && !pseudonyms.hasReplaced(text)
                && !isFree(token.container, tokens, bytes, &choices)
        }
        guard tokens.isPair(token.container), let name = container.name,
            tokens.tokens[name].range == token.range
        else { return false }
        if isFree(token.container, tokens, bytes, &choices) { return false }
        if AllowedValues.isProperty(text) { return true }
        let list = tokens.property(ofContainer: token.container).map {
            Self.text(of: tokens.tokens[$0], bytes).lowercased()
        }
        return list == "properties" && Self.looksLikeProperty(text)
            && !pseudonyms.hasReplaced(text)
    }

    /// Whether people choose the keys in a container: those of variables and of custom properties.
    private func isFree(
        _ container: Int,
        _ tokens: JSONTokens,
        _ bytes: [UInt8],
        _ choices: inout NameChoices
    ) -> Bool {
        if let known = choices.isFree[container] { return known }
        var path: [Int] = []
        var current = container
        var result = false
        while current != 0 {
            if let known = choices.isFree[current] {
                result = known
                break
            }
            path.append(current)
            if let property = tokens.property(ofContainer: current) {
                let text = Self.text(of: tokens.tokens[property], bytes).lowercased()
                if ["variable", "environment", "custom"].contains(where: text.contains) {
                    result = true
                    break
                }
            }
            current = tokens.containers[current].parent
        }
        for container in path { choices.isFree[container] = result }
        return result
    }

    /// Whether a name is made of letters as those of .NET are, not of capitals alone.
    static func looksLikeProperty(_ text: String) -> Bool {
        text.utf8.count <= 60 && text.utf8.allSatisfy(\.isASCIILetter)
            && text.utf8.contains { $0 >= UInt8(ascii: "a") }
    }

    /// A number or a word of JSON; anything else is no JSON and replaced.
    private mutating func bare(_ raw: ArraySlice<UInt8>) -> [UInt8] {
        let text = String(decoding: raw, as: UTF8.self)
        if AllowedValues.isNeutral(text) || AllowedValues.isNumber(text) {
            report.keep(text, of: "numbers, true, false and null outside of quotes")
            return Array(raw)
        }
        return Array(pseudonyms.replace(text).utf8)
    }

    /// The value of a property; without a property it is replaced whatever it is.
    private mutating func value(_ content: JSONText, of property: String?) -> [UInt8] {
        let text = content.text
        if AllowedValues.isNeutral(text) {
            if !text.isEmpty { report.keep(text, of: property ?? "texts of errors") }
            return Array(content.raw)
        }
        guard let property, let kind = AllowedValues.kind(of: property) else {
            return replaced(content)
        }
        if case .date = kind, AllowedValues.isDateLike(text) {
            return date(content, of: property)
        }
        if AllowedValues.allows(text, kind) {
            report.keep(text, of: property)
            return Array(content.raw)
        }
        if case .words = kind { report.note(unknownWord: text, of: property) }
        return replaced(content)
    }

    private mutating func replaced(_ content: JSONText) -> [UInt8] {
        content.replacing(Pseudonyms.words) { pseudonyms.replacement(of: $0) }
    }

    /// A date with all its numbers; a word that dates are not known to be written with is replaced.
    private mutating func date(_ content: JSONText, of property: String) -> [UInt8] {
        let unknown = Self.dateWords(content.text.unicodeScalars.map { $0 }).map(\.text)
            .filter { !AllowedValues.isDateWord($0) }
        guard !unknown.isEmpty else {
            report.keep(content.text, of: property)
            return Array(content.raw)
        }
        for word in unknown { report.note(unknownWord: word, of: property) }
        return content.replacing { scalars in
            Self.dateWords(scalars).filter { !AllowedValues.isDateWord($0.text) }.map(\.range)
        } by: {
            pseudonyms.replacement(of: $0)
        }
    }

    /// The runs of letters in a date, from the last to the first.
    private static func dateWords(_ scalars: [Unicode.Scalar]) -> [(
        range: Range<Int>, text: String
    )] {
        var words: [(range: Range<Int>, text: String)] = []
        var index = scalars.count
        while index > 0 {
            let end = index
            while index > 0, Pseudonyms.isWordScalar(scalars[index - 1]),
                !AllowedValues.isDigit(scalars[index - 1])
            { index -= 1 }
            if index < end {
                words.append((index..<end, String(scalars: scalars[index..<end])))
            } else {
                index -= 1
            }
        }
        return words
    }
}
