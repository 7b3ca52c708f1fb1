/// What a PromQL expression names: enough of the language to check selectors, windows and labels.
///
/// `sum by (job) (rate(x{a="b"}[5m]))` has one selector, `x` with the matcher `a="b"`, the window
/// `5m` taken by `rate`, and the grouping label `job`.
struct PromQLText {
    struct Matcher: Equatable {
        let label: String
        let comparison: String
        let value: String
    }

    struct Selector {
        let metric: String
        var matchers: [Matcher] = []
        var window: String?
        /// The function whose argument it is.
        let function: String
    }

    private(set) var selectors: [Selector] = []
    /// Labels of `by`, `without`, `on`, `ignoring`, `group_left` and `group_right`.
    private(set) var groupingLabels: [String] = []

    private static let listKeywords: Set = [
        "by", "without", "on", "ignoring", "group_left", "group_right",
    ]
    private static let words: Set = ["and", "or", "unless", "bool", "offset", "inf", "nan"]

    init(_ expression: String) {
        let tokens = Self.tokens(expression)
        var functions: [String] = []
        var index = 0
        func token(_ at: Int) -> String { at < tokens.count ? tokens[at] : "" }

        while index < tokens.count {
            let word = tokens[index]
            index += 1
            switch word {
            case "(": functions.append("")
            case ")": _ = functions.popLast()
            case _ where Self.listKeywords.contains(word):
                guard token(index) == "(" else { break }
                while index < tokens.count, token(index) != ")" {
                    if Self.isName(token(index)) { groupingLabels.append(token(index)) }
                    index += 1
                }
                index += 1
            case _ where Self.isName(word) && !Self.words.contains(word):
                if token(index) == "(" {
                    functions.append(word)
                    index += 1
                } else if token(index) != "by", token(index) != "without" {
                    // What "by" or "without" follows is an aggregation.
                    var selector = Selector(metric: word, function: functions.last ?? "")
                    index = Self.readBraces(tokens, index, into: &selector)
                    if token(index).hasPrefix("[") {
                        selector.window = String(token(index).dropFirst().dropLast())
                        index += 1
                    }
                    selectors.append(selector)
                }
            default: break
            }
        }
    }

    private static func readBraces(
        _ tokens: [String],
        _ start: Int,
        into selector: inout Selector
    ) -> Int {
        guard start < tokens.count, tokens[start] == "{" else { return start }
        var index = start + 1
        while index < tokens.count, tokens[index] != "}" {
            if tokens[index] == "," {
                index += 1
                continue
            }
            guard index + 2 < tokens.count else { return tokens.count }
            selector.matchers.append(
                Matcher(
                    label: tokens[index],
                    comparison: tokens[index + 1],
                    value: String(tokens[index + 2].dropFirst().dropLast())
                )
            )
            index += 3
        }
        return index + 1
    }

    static func isName(_ token: String) -> Bool {
        token.first.map { $0.isLetter || $0 == "_" || $0 == ":" } ?? false
    }

    /// Names, numbers, strings with their quotes, windows with their brackets, and operators.
    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var rest = Substring(text)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
                continue
            }
            if first == "\"" || first == "'" {
                let end = rest.dropFirst().firstIndex(of: first).map { rest.index(after: $0) }
                take(upTo: end ?? rest.endIndex)
            } else if first == "[" {
                take(upTo: rest.firstIndex(of: "]").map { rest.index(after: $0) } ?? rest.endIndex)
            } else if first.isLetter || first.isNumber || "_:$".contains(first) {
                // A variable of Grafana, such as $top, is one word and no name.
                take(upTo: rest.dropFirst().firstIndex { !isWord($0) } ?? rest.endIndex)
            } else if "=!<>".contains(first) {
                take(upTo: rest.firstIndex { !"=!<>~".contains($0) } ?? rest.endIndex)
            } else {
                take(upTo: rest.index(after: rest.startIndex))
            }
        }
        return tokens

        func take(upTo end: Substring.Index) {
            tokens.append(String(rest[..<end]))
            rest = rest[end...]
        }
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_:.".contains(character)
    }
}
