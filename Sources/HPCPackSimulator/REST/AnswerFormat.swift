/// The shape of an answer, which determines its XML.
enum AnswerShape: Sendable {
    case text, number, texts, objects, properties, refusal
    /// A plain JSON value; the name of its root element.
    case plain(String)
}

/// The format of an answer: what `Accept` asks for, else that of the request's body, else JSON.
struct AnswerFormat: Sendable, Equatable {
    /// The media type in lower case, without parameters.
    let mediaType: String

    static let json = AnswerFormat("application/json")

    var isXML: Bool { mediaType.hasSuffix("/xml") }

    private init(_ mediaType: String) {
        self.mediaType = mediaType
    }

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

    /// Returns the format of a media type, or `nil` for one that is neither JSON nor XML.
    static func format(of mediaType: Substring) -> AnswerFormat? {
        let name = mediaType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        let known = ["application/json", "text/json", "application/xml", "text/xml"]
        return known.contains(name) ? AnswerFormat(name) : nil
    }
}

extension APIResponse {
    /// Returns the answer in another format.
    func written(in format: AnswerFormat, as shape: AnswerShape) -> APIResponse {
        guard format != .json, !body.isEmpty else { return self }
        var answer = self
        if format.isXML {
            guard let value = try? JSONValue(body, maxValues: .max) else { return self }
            var out = XMLAnswer()
            out.write(value, as: shape)
            answer.body = out.bytes
        }
        answer.headers = answer.headers.map { name, value in
            (name, name == "Content-Type" ? "\(format.mediaType); charset=utf-8" : value)
        }
        return answer
    }
}

/// Writes answers as .NET's `DataContractSerializer` does for the product's own contracts.
///
/// These are the classes `Property` and `Object` in the namespace of HPC Server 2008 R2, which the product's
/// published sample client for this API reads.
struct XMLAnswer {
    private(set) var bytes: [UInt8] = []

    private static let common = "http://schemas.microsoft.com/HPCS2008R2/common"
    private static let primitives = "http://schemas.microsoft.com/2003/10/Serialization/"
    private static let instance = "http://www.w3.org/2001/XMLSchema-instance"

    mutating func write(_ value: JSONValue, as shape: AnswerShape) {
        switch (shape, value) {
        case (.text, .string(let text)):
            element("string", Self.primitives, isArray: false) { $0.append(text) }
        case (.number, .number(let text)):
            element("int", Self.primitives, isArray: false) { $0.append(text) }
        case (.texts, .array(let texts)):
            element("ArrayOfstring", Self.primitives + "Arrays", isArray: true) { out in
                for text in texts { out.element("string") { $0.append(Self.text(of: text)) } }
            }
        case (.objects, .array(let rows)):
            element("ArrayOfObject", Self.common, isArray: true) { out in
                for row in rows {
                    out.element("Object") { out in
                        out.element("Properties") { $0.properties(Self.member("Properties", row)) }
                    }
                }
            }
        case (.plain(let root), _): plain(value, root)
        case (.properties, _):
            element("ArrayOfProperty", Self.common, isArray: true) { $0.properties(value) }
        default:
            element("Error") { out in
                out.element("Message") { $0.append(Self.text(of: Self.member("Message", value))) }
            }
        }
    }

    /// Writes a value as an element: the members of an object in their order, and the elements of an array under
    /// the name of their type.
    private mutating func plain(_ value: JSONValue, _ name: String) {
        element(name) { out in
            switch value {
            case .null: break
            case .boolean(let flag): out.append(flag ? "true" : "false")
            case .number(let text), .string(let text): out.append(text)
            case .object(let members):
                for member in members { out.plain(member.value, member.name) }
            case .array(let values):
                let prefix = "ArrayOf"
                let item = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : "Item"
                for value in values {
                    if case .string = value {
                        out.plain(value, "string")
                    } else {
                        out.plain(value, item)
                    }
                }
            }
        }
    }

    private mutating func properties(_ value: JSONValue) {
        guard case .array(let pairs) = value else { return }
        for pair in pairs {
            element("Property") { out in
                for name in ["Name", "Value"] {
                    out.element(name) { $0.append(Self.text(of: Self.member(name, pair))) }
                }
            }
        }
    }

    private mutating func element(
        _ name: String,
        _ namespace: String? = nil,
        isArray: Bool = false,
        _ content: (inout XMLAnswer) -> Void
    ) {
        bytes += "<\(name)".utf8
        if let namespace { bytes += " xmlns=\"\(namespace)\"".utf8 }
        if isArray { bytes += " xmlns:i=\"\(Self.instance)\"".utf8 }
        bytes.append(UInt8(ascii: ">"))
        content(&self)
        bytes += "</\(name)>".utf8
    }

    private mutating func append(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": bytes.append("&amp;")
            case "<": bytes.append("&lt;")
            case ">": bytes.append("&gt;")
            case "\r": bytes.append("&#xD;")
            case "\t", "\n": bytes.append(UInt8(scalar.value))
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                // XML 1.0 has no such character.
                bytes += "\u{FFFD}".utf8
            default: bytes += String(scalar).utf8
            }
        }
    }

    private static func member(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .object(let members) = value else { return .null }
        return members.first { $0.name == name }?.value ?? .null
    }

    private static func text(of value: JSONValue) -> String {
        if case .string(let text) = value { text } else { "" }
    }
}
