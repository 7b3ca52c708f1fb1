/// Bodies in other forms than JSON.
extension Anonymizer {
    /// Replaces every word of a text.
    mutating func plain(_ bytes: [UInt8]) -> [UInt8] {
        Array(pseudonyms.replace(String(decoding: bytes, as: UTF8.self)).utf8)
    }

    /// Replaces every word of HTML or XML but those that tags are known to be made of.
    mutating func markup(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        var scalars = Array(text.unicodeScalars)
        let inTags = Self.tags(scalars)
        for word in Pseudonyms.words(scalars) {
            let name = String(scalars: scalars[word])
            let isEntity =
                word.lowerBound > 0 && scalars[word.lowerBound - 1] == "&"
                && word.upperBound < scalars.count && scalars[word.upperBound] == ";"
            if inTags[word.lowerBound], Self.isMarkupWord(name) { continue }
            if isEntity, Self.entities.contains(name) { continue }
            pseudonyms.replace(&scalars, word)
        }
        return scalars.flatMap { Array(String($0).utf8) }
    }

    /// For each scalar whether it stands in a tag, outside of the values of attributes.
    private static func tags(_ scalars: [Unicode.Scalar]) -> [Bool] {
        var result = [Bool](repeating: false, count: scalars.count)
        var isTag = false
        var quote: Unicode.Scalar?
        for (index, scalar) in scalars.enumerated() {
            if let open = quote {
                if scalar == open { quote = nil }
            } else if isTag {
                if scalar == ">" {
                    isTag = false
                } else if scalar == "\"" || scalar == "'" {
                    quote = scalar
                }
                result[index] = isTag && quote == nil
            } else if scalar == "<" {
                isTag = true
            }
        }
        return result
    }

    private static func isMarkupWord(_ word: String) -> Bool {
        markupWords.contains(word.lowercased()) || AllowedValues.isProperty(word)
    }

    private static let entities: Set<String> = ["amp", "lt", "gt", "quot", "apos", "nbsp", "copy"]

    private static let markupWords = Set(
        """
        a abbr address article aside b base blockquote body br button caption center cite code col dd div dl doctype dt
        em fieldset figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img input
        label legend li link main meta nav noscript ol optgroup option p pre script section select small span strong
        style sub sup svg table tbody td textarea tfoot th thead title tr tt u ul xml alt charset class cols colspan
        content dir for height href http equiv id lang media method name rel rows rowspan src style target title type
        value version width xmlns encoding standalone public dtd w3c
        arrayofstring string int boolean arrayofobject object arrayofproperty property nil q1 d2p1
        """.split { $0 == " " || $0 == "\n" }.map(String.init)
    )
}
