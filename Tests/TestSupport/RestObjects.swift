/// JSON as the specification's examples write it: `[{"Properties":[{"Name":…,"Value":…}]}]`.
public enum RestObjects {
    /// Writes rows.
    public static func json(_ rows: [[(String, String)]]) -> String {
        "["
            + rows.map { "{\"Properties\":[" + $0.map(property).joined(separator: ",") + "]}" }
            .joined(separator: ",") + "]"
    }

    /// Writes a list of strings.
    public static func strings(_ values: [String]) -> String {
        "[" + values.map(quoted).joined(separator: ",") + "]"
    }

    /// Writes a string.
    public static func quoted(_ text: String) -> String {
        // Most texts need no escape, and tests write many of them.
        if !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
            return "\"" + text + "\""
        }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case let control where control.value < 0x20:
                let hexadecimal = String(control.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func property(_ pair: (String, String)) -> String {
        "{\"Name\":\(quoted(pair.0)),\"Value\":\(quoted(pair.1))}"
    }
}
