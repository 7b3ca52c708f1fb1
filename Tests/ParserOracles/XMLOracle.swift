@testable import HPCPackSimulator

extension ParserOracle {
    /// The reader of job XML: as Expat reads it, within the reader's own bounds, and a job or a
    /// refusal in words.
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
        let reference = ReferenceXML.read(bytes)
        do throws(MalformedText) {
            let root = try XMLNode(document: bytes)
            switch reference {
            case .document(let expected, _):
                guard PlainElement(root) == expected else {
                    return .wrong("\(PlainElement(root)), not \(expected)")
                }
            // Expat knows the names of an older edition, so it may not judge the newer ones.
            case .malformed where bytes.contains { $0 >= 0x80 }: break
            case .malformed(let sentence):
                return .wrong("accepted, and Expat says: \(sentence)")
            }
            return job(root)
        } catch {
            guard !error.message.isEmpty, error.message.utf8.count < 700 else {
                return .wrong("refused with '\(error.message)'")
            }
            if case .document(_, isWithinBounds: true) = reference {
                return .wrong("refused and well formed: \(error.message)")
            }
            return .refused
        }
    }

    /// What the scheduler makes of a well-formed document.
    private static func job(_ root: XMLNode) -> ParserOracle.Verdict {
        do throws(APIError) {
            let file = try JobFile(root)
            guard root.name == "Job", file.tasks.count <= JobFile.maxTasks else {
                return .wrong("a job of \(file.tasks.count) tasks from '\(root.name)'")
            }
            let tasks = root.children.filter { $0.name == "Tasks" }
                .flatMap { $0.children.filter { $0.name == "Task" } }
            guard file.tasks.count == tasks.count else {
                return .wrong("\(file.tasks.count) tasks, not \(tasks.count)")
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

extension PlainElement {
    fileprivate init(_ node: XMLNode) {
        self.init(
            name: node.name,
            attributes: node.attributes.map { ($0.name, $0.value) }
        )
        children = node.children.map { PlainElement($0) }
        text = node.text
    }
}
