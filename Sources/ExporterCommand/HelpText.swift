/// The text of `--help`.
enum HelpText {
    /// The whole text: purpose, flags by group, environment, exit codes.
    static var text: String {
        var text = """
            Usage: hpcpack-exporter --hpcpack.url=URL [flags]
                   hpcpack-exporter check --hpcpack.url=URL [flags]

            Watches a Microsoft HPC Pack cluster through its REST API and serves what it sees to Prometheus.
            It only reads.

            """
        var group = ""
        for flag in Flag.all {
            if flag.group != group {
                group = flag.group
                text += "\n\(group):\n"
            }
            let shown =
                flag.standard.isEmpty || flag.kind == .mark
                ? flag.help : flag.help + " Default: \(flag.standard)."
            text += "  \(flag.usage)\n" + wrapped(shown, indent: 6)
        }
        text += """

            Every flag has an environment variable: --hpcpack.rows-per-read is
            HPCPACK_EXPORTER_HPCPACK_ROWS_PER_READ. A flag wins over its variable. Commas separate
            the values of a variable for a repeatable flag. --help and --version have none.
            The password may come from \(Flag.passwordVariable), never from a flag.

            SIGTERM and SIGINT end it within 5 seconds. SIGHUP begins a round at once, with the password
            file as it is then.

            Exit codes: 0 ended as asked, 1 failed while running, 2 unusable flags or files.

            """
        return text
    }

    private static func wrapped(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = [margin]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + word.count + 1 > 96 { lines.append(margin) }
            let separator = lines[lines.count - 1].count == indent ? "" : " "
            lines[lines.count - 1] += separator + word
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
