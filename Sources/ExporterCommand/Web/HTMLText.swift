import Basics

/// Formats values and text for HTML.
enum HTMLText {
    /// What is shown for an unknown number; never 0.
    static let unknown = #"<span class="dim">unknown</span>"#

    /// Escapes text for use between tags or in a quoted attribute.
    ///
    /// It compares Unicode scalars: a `<` with a combining mark is a `Character` other than `<`, and still opens a
    /// tag. Control characters and those that change the direction of text become U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\t", "\n": result.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
                "\u{2066}"..."\u{2069}":
                result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// A number with commas between thousands.
    static func number(_ value: Int?) -> String {
        guard let value else { return unknown }
        var text = ""
        for (index, digit) in String(value.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + String(text.reversed())
    }

    /// The time since a moment, such as `5 min`; `0 s` for a moment to come.
    ///
    /// - Parameters:
    ///   - time: The moment in Unix seconds.
    ///   - now: When the page was rendered, in Unix seconds.
    /// - Returns: Whole seconds, minutes, hours or days.
    static func age(_ time: Double, at now: Double) -> String {
        let seconds = Int(exactly: max(0, now - time).rounded(.down)) ?? 0
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86400) d"
        }
    }

    /// A moment such as `2026-11-24 08:18:00 UTC`.
    static func moment(_ time: Double) -> String {
        guard let seconds = Int(exactly: time.rounded(.down)),
            (0..<253_402_300_800).contains(seconds)
        else { return unknown }
        let time = CivilTime(unixSeconds: seconds)
        let (month, day) = (
            CivilTime.twoDigits(time.date.month), CivilTime.twoDigits(time.date.day)
        )
        return "\(time.date.year)-\(month)-\(day) \(time.clock) UTC"
    }
}
