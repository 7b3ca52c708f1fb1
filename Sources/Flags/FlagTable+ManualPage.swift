extension FlagTable {
    /// The program's page for man(1), in the macros of man(7).
    ///
    /// It has no date, so that a build can be repeated bit by bit.
    var manualPage: String {
        let (usage, description) = Self.parts(of: introduction)
        let synopsis = usage.split(separator: "\n").map { line in
            let words = line.split(separator: " ").drop { $0 == "Usage:" }
            return ".B \(Self.roff(words.joined(separator: " ")))\n"
        }
        var page = """
            .TH \(program.uppercased()) 1 "" "\(Self.roff("\(program) \(BuildInfo.version)"))" "User Commands"
            .nh
            .SH NAME
            \(Self.roff(program)) \\- \(Self.roff(summary))
            .SH SYNOPSIS
            \(synopsis.joined(separator: ".br\n")).SH DESCRIPTION
            \(Self.paragraphs(description)).SH OPTIONS

            """
        for group in groups {
            page += ".SS \(Self.roff(group.name))\n"
            for flag in group.flags {
                page += ".TP\n.B \(Self.roff(flag.usage))\n\(Self.roff(flag.helpWithDefault))\n"
            }
            if !group.notes.isEmpty { page += ".PP\n.nf\n\(Self.roff(group.notes)).fi\n" }
        }
        page += notes
        if environmentPrefix != nil {
            page += ".SH ENVIRONMENT\n"
            for flag in flags {
                guard let variable = variable(of: flag) else { continue }
                page += ".TP\n.B \(Self.roff(variable))\nas \(Self.roff("--" + flag.name))\n"
            }
        }
        return page
    }

    /// The conclusion, in which exit codes have a section of their own.
    private var notes: String {
        var notes: [String] = []
        var codes: [String] = []
        var rest = conclusion[...]
        while !rest.isEmpty {
            let (paragraph, next) = Self.parts(of: String(rest))
            if paragraph.hasPrefix("Exit codes: ") {
                codes.append(String(paragraph.dropFirst(12)))
            } else {
                notes.append(paragraph)
            }
            rest = next[...]
        }
        return [("NOTES", notes), ("EXIT STATUS", codes)].filter { !$1.isEmpty }.map {
            title,
            texts in
            ".SH \(title)\n" + Self.paragraphs(texts.joined(separator: "\n\n"))
        }.joined()
    }

    /// The lines before the first empty one, and those after it.
    private static func parts(of text: String) -> (head: String, tail: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let head = lines.prefix { !$0.isEmpty }
        let tail = lines.dropFirst(head.count).drop(while: \.isEmpty)
        return (head.joined(separator: "\n"), tail.joined(separator: "\n"))
    }

    private static func paragraphs(_ text: String) -> String {
        let lines = roff(text).split(separator: "\n", omittingEmptySubsequences: false)
        let end = lines.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
        return lines.prefix(end).map { $0.isEmpty ? ".PP\n" : $0 + "\n" }.joined()
    }

    /// A text in which nothing is taken for a request or an escape, and each dash can be copied and searched for.
    private static func roff(_ text: String) -> String {
        var escaped = ""
        for character in text {
            let startsLine = escaped.isEmpty || escaped.last == "\n"
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "." where startsLine, "'" where startsLine: escaped += "\\&\(character)"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
