import HPCPackSimulator

extension ParserOracle {
    /// The parser of job XML: a tree within the limits that is the same when it is written and parsed again,
    /// and a job or a refusal in words.
    package static let xml = ParserOracle(
        name: "xml",
        dictionary: [
            "<", ">", "/>", "</", "<a>", "</a>", "<a/>", "=", "'", "\"", "&", ";", "&amp;", "&lt;",
            "&#65;", "&#x41;", "&#0;", "&#xD800;", "<!--", "-->", "--", "<![CDATA[", "]]>", "<?",
            "?>", "<?xml version=\"1.0\"?>", "<!DOCTYPE a>", "xmlns=\"u\"", "xmlns:j=\"u\"", "j:",
            "<Job Name=\"a\">", "</Job>", "<Tasks>", "</Tasks>", "<Task CommandLine=\"exit 0\"/>",
            "<EnvironmentVariables>", "<Variable>", "<CustomProperties>", "<Term>", "<Name>",
            "<Value>", "MinCores=\"1\"", "MaxCores=\"2\"", "RunUntilCanceled=\"true\"",
            "NodeGroups=\"a,b\"", "UnitType=\"Core\"", "\u{FEFF}", "\u{FFFE}", "é", "\r\n", "\t",
        ],
        compare: { bytes, _ in XMLOracle.check(bytes) }
    )
}

/// The comparisons behind ``ParserOracle/xml``.
private enum XMLOracle {
    static func check(_ bytes: [UInt8]) -> ParserOracle.Verdict {
        do throws(MalformedText) {
            let root = try XMLNode(document: bytes)
            return contradiction(root, bytes).map { .wrong($0) } ?? job(root)
        } catch {
            let isSentence =
                error.message.hasPrefix("The XML is not ") && error.message.hasSuffix(".")
            guard isSentence, error.message.utf8.count < 700 else {
                return .wrong("refused with '\(error.message)'")
            }
            return .refused
        }
    }

    /// What is wrong with a tree that was read from `bytes`.
    private static func contradiction(_ root: XMLNode, _ bytes: [UInt8]) -> String? {
        var count = 0
        guard root.isBounded(depth: 1, &count) else { return "a tree beyond the limits" }
        let appended = try? XMLNode(document: bytes + Array("\n<!-- end -->\n".utf8))
        guard appended == root else { return "a comment at the end changes the tree" }
        for extra in ["x", "<a/>", "</a>", "&#65;"] {
            guard (try? XMLNode(document: bytes + Array(extra.utf8))) == nil else {
                return "accepted with '\(extra)' behind the element"
            }
        }
        // Without their prefixes two attributes may be called the same, or a name may begin with a digit.
        guard root.hasPlainNames else { return nil }
        let written = root.markup
        guard let again = try? XMLNode(document: Array(written.utf8)) else {
            return "refused when written as '\(written)'"
        }
        return again == root ? nil : "\(again) when written as '\(written)'"
    }

    /// What the scheduler makes of a well-formed document.
    private static func job(_ root: XMLNode) -> ParserOracle.Verdict {
        do throws(APIError) {
            let file = try JobFile(root)
            guard root.name == "Job", file.taskCount <= JobFile.maxTasks else {
                return .wrong("a job of \(file.taskCount) tasks from '\(root.name)'")
            }
            let tasks = root.children.filter { $0.name == "Tasks" }
                .flatMap { $0.children.filter { $0.name == "Task" } }
            guard file.taskCount == tasks.count else {
                return .wrong("\(file.taskCount) tasks, not \(tasks.count)")
            }
            return .accepted
        } catch {
            guard error.status == 400, !error.message.isEmpty else {
                return .wrong("refused with \(error)")
            }
            return .refused
        }
    }
}

extension XMLNode {
    /// Whether depth, number of elements, attributes and names keep to the limits.
    fileprivate func isBounded(depth: Int, _ count: inout Int) -> Bool {
        count += 1
        guard depth <= 32, count <= 100_000, attributes.count <= 256, name.utf8.count <= 256,
            attributes.allSatisfy({ $0.name.utf8.count <= 256 })
        else { return false }
        return children.allSatisfy { $0.isBounded(depth: depth + 1, &count) }
    }

    /// Whether every name can be written again.
    fileprivate var hasPlainNames: Bool {
        let names = [name] + attributes.map(\.name)
        return names.allSatisfy {
            $0.utf8.first.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } ?? false
        }
            && !names.contains { $0.contains(":") || $0.hasPrefix("xmlns") }
            && Set(attributes.map(\.name)).count == attributes.count
            && children.allSatisfy(\.hasPlainNames)
    }

    /// The element as XML, its text before its children.
    fileprivate var markup: String {
        let attributes = attributes.map { " \($0.name)=\"\(Self.escaped($0.value))\"" }.joined()
        let content = Self.escaped(text) + children.map(\.markup).joined()
        return "<\(name)\(attributes)>\(content)</\(name)>"
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&", "<", ">", "\"", "\t", "\n", "\r": out += "&#\(scalar.value);"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
