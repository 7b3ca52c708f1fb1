extension FlagTable {
    /// A file of the program's variables for `EnvironmentFile=` of systemd.exec(5), with each setting as a comment.
    ///
    /// A flag that stands alone has no line: it asks for something once and is no setting.
    var environmentFile: String {
        var text = """
            # Settings of \(program): remove the # of a line to change one. Each shows the default, or, in
            # capitals, what is to be written there. Single quotes keep a backslash as it is.

            """
        for group in groups {
            var lines = ""
            for flag in group.flags where flag.kind != .presence {
                guard let variable = variable(of: flag) else { continue }
                for line in Self.wrapped(flag.help, indent: 0).split(separator: "\n") {
                    lines += "# \(line)\n"
                }
                lines += "#\(variable)='\(flag.defaultValue ?? flag.placeholder)'\n\n"
            }
            if !lines.isEmpty { text += "\n## \(group.name)\n\n" + lines.dropLast() }
        }
        return text
    }
}
