/// What an answer holds, which decides how it is written in XML.
enum AnswerShape: Sendable {
    case text, number, texts, objects, properties, refusal
}

/// JSON or XML: what `Accept` asks for, else what the content type brings, else JSON
/// (specification: "Produces application/json, application/xml").
enum AnswerFormat: Sendable, Equatable {
    case json, xml

    init(of request: APIRequest) {
        let sent = request.header("Content-Type").flatMap { Self.format(of: $0[...]) } ?? .json
        var best: (quality: Double, format: AnswerFormat)?
        for range in (request.header("Accept") ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let type = parts.first else { continue }
            let quality =
                parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }
                .map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            let isAny = type == "*/*" || type.lowercased() == "application/*"
            guard let format = isAny ? sent : Self.format(of: type[...]), quality > 0 else {
                continue
            }
            if quality > best?.quality ?? 0 { best = (quality, format) }
        }
        self = best?.format ?? sent
    }

    /// The format of a media type; nil for one that is neither.
    static func format(of mediaType: Substring) -> AnswerFormat? {
        let name = mediaType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        switch name {
        case "application/json", "text/json": return .json
        case "application/xml", "text/xml": return .xml
        default: return nil
        }
    }
}

extension APIResponse {
    /// The same answer in another format.
    func written(in format: AnswerFormat, as shape: AnswerShape) -> APIResponse {
        guard format == .xml, !body.isEmpty,
            let value = try? JSONValue(body, maxValues: .max)
        else { return self }
        var out = XMLAnswer()
        out.write(value, as: shape)
        var answer = self
        answer.body = out.bytes
        answer.headers = answer.headers.map { name, value in
            name == "Content-Type" ? (name, "application/xml; charset=utf-8") : (name, value)
        }
        return answer
    }
}
