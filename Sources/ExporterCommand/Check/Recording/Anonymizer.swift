import Basics
import HPCPackClient

/// Replaces every text of exchanges that may name something, and reports what it left in.
///
/// What stays is decided by lists of what is known to name nothing (`AllowedValues`); all else is replaced. So what
/// was not thought of is replaced, too.
struct Anonymizer {
    var pseudonyms: Pseudonyms
    var report = AnonymizerReport()

    /// Replaces the texts of all exchanges.
    ///
    /// It goes through them twice, so that a property's name which is also a name somewhere is known as one at once.
    ///
    /// - Parameters:
    ///   - exchanges: The exchanges as recorded.
    ///   - generator: Draws the replacements.
    /// - Returns: The exchanges to be shown, and what was left in.
    static func anonymize(
        _ exchanges: [Exchange],
        generator: some RandomNumberGenerator = SystemRandomNumberGenerator()
    ) -> (exchanges: [Exchange], report: AnonymizerReport) {
        var anonymizer = Anonymizer(pseudonyms: Pseudonyms(generator: generator))
        for exchange in exchanges { _ = anonymizer.anonymize(exchange) }
        anonymizer.report = AnonymizerReport()
        let result = exchanges.map { anonymizer.anonymize($0) }
        return (result, anonymizer.report)
    }

    private mutating func anonymize(_ exchange: Exchange) -> Exchange {
        var result = exchange
        if Int(exchange.headNode) == nil { result.headNode = "1" }
        result.path = path(exchange.path, template: exchange.pathTemplate)
        result.query = exchange.query.map { ($0.name, queryValue($0.value, of: $0.name)) }
        result.headers = exchange.headers.compactMap { name, value in
            fieldValue(value, of: name).map { (name, $0) }
        }
        switch BodyKind(exchange.body) {
        case .json:
            result.body = json(
                exchange.body,
                call: exchange.pathTemplate,
                isError: exchange.status != 200
            )
        case .markup: result.body = markup(exchange.body)
        case .text: result.body = plain(exchange.body)
        case .binary:
            result.body = []
            result.isWhole = exchange.body.isEmpty
        }
        return result
    }

    /// The form of a body.
    private enum BodyKind {
        case json, markup, text
        /// Not UTF-8; it is left out.
        case binary

        init(_ body: [UInt8]) {
            let start = body.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            switch body[start...].first(where: { !$0.isASCIISpace }) {
            case _ where body.contains(0): self = .binary
            case UInt8(ascii: "<"): self = .markup
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): self = .json
            default:
                let text = body.count < 40 ? String(decoding: body[start...], as: UTF8.self) : "?"
                self = AllowedValues.isNeutral(text) || AllowedValues.isNumber(text) ? .json : .text
            }
        }
    }
}
