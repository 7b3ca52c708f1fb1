/// The text of `hpcpack-simulator --help`.
enum SimulatorHelp {
    private static let width = 98

    static var text: String {
        var text = """
            Usage: hpcpack-simulator [flags]

            Simulates the head node of a Microsoft HPC Pack cluster behind the REST API of HPC Pack 2016.

            """
        for group in SimulatorFlag.Group.allCases {
            text += "\n\(group.rawValue):\n"
            for flag in SimulatorFlag.all where flag.group == group {
                text += "  \(flag.usage)\n" + wrapped(flag.help)
            }
            if group == .faults { text += faults }
            if group == .addresses { text += control }
        }
        return text + "\nExit codes: 0 ended as asked, 2 unusable flags.\n"
    }

    private static var control: String {
        var text = "\n  Calls of the control endpoint:\n"
        for call in ControlCall.all { text += "    \(call.usage)\n" + wrapped(call.meaning, 8) }
        return text
    }

    private static var faults: String {
        var text = "\n  Kinds:\n"
        for line in FaultReference.kinds { text += "    \(line.form)\n" + wrapped(line.meaning, 8) }
        text += "\n  Options:\n"
        for line in FaultReference.options {
            text += "    \(line.form)\n" + wrapped(line.meaning, 8)
        }
        return text + "\n  A DURATION is 250ms, 5s, 2m or 1h.\n"
    }

    private static func wrapped(_ text: String, _ indent: Int = 6) -> String {
        let margin = String(repeating: " ", count: indent)
        var out = ""
        var line = margin
        for word in text.split(separator: " ") {
            if line.count + word.count + 1 > width, line.count > indent {
                out += line + "\n"
                line = margin
            }
            line += line.count == indent ? String(word) : " \(word)"
        }
        return out + line + "\n"
    }
}
