import Basics

/// The request, and the fields of the answer.
extension Anonymizer {
    /// The path with its parameters replaced; ids are numbers and stay.
    mutating func path(_ path: String, template: String) -> String {
        let wanted = template.split(separator: "/", omittingEmptySubsequences: false)
        let given = path.split(separator: "/", omittingEmptySubsequences: false)
        guard wanted.count == given.count else {
            return PercentText.encode(pseudonyms.replace(PercentText.decode(path)), keeping: "/")
        }
        return zip(wanted, given).map { wanted, given in
            guard wanted.hasPrefix("{") else { return String(wanted) }
            let text = PercentText.decode(given)
            if wanted.lowercased().hasSuffix("id}"), text.utf8.allSatisfy(\.isASCIIDigit) {
                report.keep(text, of: "ids in paths")
                return String(given)
            }
            return PercentText.encode(pseudonyms.replace(text))
        }
        .joined(separator: "/")
    }

    /// The value of a query parameter.
    mutating func queryValue(_ value: String, of name: String) -> String {
        switch name.lowercased() {
        case "properties", "metricnames":
            // The exporter's own choice, or what the server called a property.
            return value.split(separator: ",", omittingEmptySubsequences: false).map { word in
                AllowedValues.isProperty(String(word)) || Self.looksLikeProperty(String(word))
                    ? String(word) : pseudonyms.replace(word)
            }
            .joined(separator: ",")
        case "rowsperread", "startrow":
            return AllowedValues.isNumber(value) ? value : pseudonyms.replace(value)
        case "$filter": return filter(value)
        default:
            return AllowedValues.isNeutral(value) ? value : pseudonyms.replace(value)
        }
    }

    /// The terms of a filter, `Name eq Value and …`, by the property that each is about.
    private mutating func filter(_ text: String) -> String {
        var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        var start = 0
        while start < words.count {
            let end = words[start...].firstIndex { $0.lowercased() == "and" } ?? words.count
            let property = words[start]
            let isTerm = start + 2 <= end && words[start + 1].lowercased() == "eq"
            let isKnown = isTerm && AllowedValues.isProperty(property)
            let first = isTerm ? start + 2 : start
            if !isKnown, isTerm { words[start] = pseudonyms.replace(property) }
            let value = words[min(first, end)..<end].joined(separator: " ")
            if !(isKnown && isAllowed(value, of: property)) {
                for index in min(first, end)..<end {
                    words[index] = pseudonyms.replace(words[index])
                }
            }
            start = end + 1
        }
        return words.joined(separator: " ")
    }

    private func isAllowed(_ value: String, of property: String) -> Bool {
        guard let kind = AllowedValues.kind(of: property) else { return false }
        if case .date = kind {
            return AllowedValues.isDateLike(value)
                && value.unicodeScalars.allSatisfy {
                    AllowedValues.isDigit($0) || "/:.- TZ".unicodeScalars.contains($0)
                }
        }
        return AllowedValues.allows(value, kind)
    }

    // MARK: - Fields

    /// How the value of a field is treated.
    private enum FieldKind {
        /// These words stay; others are replaced.
        case words(Set<String>)
        /// A date of HTTP.
        case date
        /// Everything is replaced.
        case replaced
    }

    /// The value of a field, with every word replaced that is not known to name nothing.
    ///
    /// - Returns: `nil` for a field that is left out.
    mutating func fieldValue(_ value: String, of name: String) -> String? {
        guard let kind = kind(ofField: name) else {
            report.drop(field: name)
            return nil
        }
        var scalars = Array(value.unicodeScalars)
        var hasReplaced = false
        for word in Pseudonyms.words(scalars) {
            let text = String(scalars: scalars[word])
            let isKept =
                switch kind {
                case .words(let words): Self.isKept(text.lowercased(), words)
                case .date: text.utf8.allSatisfy(\.isASCIIDigit) || AllowedValues.isDateWord(text)
                case .replaced: false
                }
            if isKept { continue }
            hasReplaced = true
            pseudonyms.replace(&scalars, word)
        }
        if hasReplaced {
            report.replace(field: name)
        } else if !value.isEmpty {
            report.keep(value, of: "field \(name)")
        }
        return String(scalars: scalars)
    }

    private static func isKept(_ word: String, _ words: Set<String>) -> Bool {
        words.contains(word)
            || words.contains("0") && word.utf8.count <= 10 && word.utf8.allSatisfy(\.isASCIIDigit)
    }

    private func kind(ofField name: String) -> FieldKind? {
        let name = name.lowercased()
        if let words = Self.fields[name] { return .words(words) }
        if Self.dateFields.contains(name) { return .date }
        if Self.replacedFields.contains(name) { return .replaced }
        // What HPC Pack may say beside what is known of it.
        let isOfService =
            name.hasPrefix("x-ms-")
            && name.utf8.allSatisfy { $0.isASCIILetter || $0 == UInt8(ascii: "-") }
            && !name.split(separator: "-").contains { pseudonyms.hasReplaced($0) }
        return isOfService ? .replaced : nil
    }

    private static let dateFields: Set<String> = ["date", "expires", "last-modified"]

    /// Fields that may name something in every word.
    private static let replacedFields: Set<String> = [
        "location", "content-location", "via", "etag", "link", "x-request-id",
    ]

    /// The words that stay in the values of a field; `0` stands for whole numbers.
    private static let fields: [String: Set<String>] = {
        let server = """
            0 microsoft httpapi iis kestrel asp net nginx apache haproxy envoy squid f5 bigip varnish litespeed
            """
        let lists = [
            "content-type": """
            0 application json xml text html plain problem charset utf 8 16 us ascii iso 8859 1 odata metadata
            minimal streaming boundary
            """,
            "content-length": "0", "x-ms-row-count": "0", "age": "0",
            "retry-after": """
            0 mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec gmt
            """,
            "server": server, "x-powered-by": server, "x-aspnet-version": "0",
            "x-aspnetmvc-version": "0",
            "transfer-encoding": "chunked gzip deflate identity",
            "content-encoding": "gzip deflate br zstd identity",
            "connection": "close keep alive upgrade", "keep-alive": "0 timeout max",
            "cache-control": """
            0 no cache store private public must revalidate proxy max age s maxage immutable transform
            """,
            "pragma": "no cache", "vary": "accept encoding origin cookie authorization",
            "allow": "get head post put patch delete options", "accept-ranges": "bytes none",
            "strict-transport-security": "0 max age includesubdomains preload",
            "x-content-type-options": "nosniff", "x-frame-options": "deny sameorigin",
            "www-authenticate":
                "basic negotiate ntlm bearer digest kerberos nego2 realm charset utf 8 error algorithm",
            "proxy-authenticate":
                "basic negotiate ntlm bearer digest kerberos realm charset utf 8",
            "set-cookie":
                "path httponly secure samesite lax strict none max age domain expires priority partitioned",
            "x-ms-continuation-queryid": "",
        ]
        return lists.mapValues { list in
            Set(list.split { $0 == " " || $0 == "\n" }.map(String.init))
        }
    }()
}

/// Percent-encoding of texts in addresses (RFC 3986 §2.1).
enum PercentText {
    /// The text that an encoded one stands for; what is no escape stays.
    static func decode(_ text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = bytes[index + 1].hexadecimalDigit,
                let low = bytes[index + 2].hexadecimalDigit
            {
                result.append(UInt8(high << 4 | low))
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text with escapes for all but unreserved characters and those of `kept`.
    static func encode(_ text: String, keeping kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            if byte.isASCIILetter || byte.isASCIIDigit || "-._~".utf8.contains(byte)
                || kept.utf8.contains(byte)
            {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
