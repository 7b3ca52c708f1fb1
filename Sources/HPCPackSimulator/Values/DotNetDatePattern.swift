/// A .NET custom date and time pattern, compiled once, that writes UTC times.
///
/// Example: `M/d/yyyy h:mm:ss tt` writes 1562317507 as `7/5/2019 9:05:07 AM`, and
/// `dd.MM.yyyy HH:mm:ss` writes it as `05.07.2019 09:05:07`. Names of months and days, and the
/// AM/PM designators, are those of the invariant culture.
package struct DotNetDatePattern: Sendable {
    /// The pattern as it was given, and as `/cluster/info/dateTimeFormat` answers it.
    package let text: String
    private let parts: [Part]

    private enum Part: Sendable {
        case literal([UInt8])
        case year(Int), month(Int), day(Int)
        case hour12(Int), hour24(Int), minute(Int), second(Int), designator(Int)
    }

    /// Compiles `pattern`.
    ///
    /// - Parameter pattern: the letters `y M d h H m s t`, quoted text, `\` escapes and separators.
    /// - Throws: `ConfigurationError` for another letter, an open quote or an empty pattern.
    package init(_ pattern: String) throws(ConfigurationError) {
        text = pattern
        var parts: [Part] = []
        var literal: [UInt8] = []
        let bytes = Array(pattern.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            var run = 1
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard let end = bytes[(index + 1)...].firstIndex(of: byte) else {
                    throw ConfigurationError("date format '\(pattern)': a quote is not closed")
                }
                literal += bytes[(index + 1)..<end]
                run = end - index + 1
            case UInt8(ascii: "\\"):
                guard index + 1 < bytes.count else {
                    throw ConfigurationError("date format '\(pattern)' ends with a backslash")
                }
                literal.append(bytes[index + 1])
                run = 2
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                while index + run < bytes.count, bytes[index + run] == byte { run += 1 }
                guard let part = Self.part(letter: byte, count: run) else {
                    throw ConfigurationError(
                        "date format '\(pattern)': '\(Character(UnicodeScalar(byte)))' is not supported"
                    )
                }
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = []
                parts.append(part)
            default:
                literal.append(byte)
            }
            index += run
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        guard !parts.isEmpty else { throw ConfigurationError("the date format is empty") }
        self.parts = parts
    }

    private static func part(letter: UInt8, count: Int) -> Part? {
        switch letter {
        case UInt8(ascii: "y"): .year(count)
        case UInt8(ascii: "M"): .month(count)
        case UInt8(ascii: "d"): .day(count)
        case UInt8(ascii: "h"): .hour12(count)
        case UInt8(ascii: "H"): .hour24(count)
        case UInt8(ascii: "m"): .minute(count)
        case UInt8(ascii: "s"): .second(count)
        case UInt8(ascii: "t"): .designator(count)
        default: nil
        }
    }

    func append(_ time: CivilTime, to out: inout [UInt8]) {
        for part in parts {
            switch part {
            case .literal(let bytes): out.appendEscaped(bytes)
            case .year(let count) where count <= 2:
                out.append(decimal: time.year % 100, width: count)
            case .year(let count): out.append(decimal: time.year, width: count)
            case .month(3): out.append(contentsOf: Self.months[time.month - 1].utf8.prefix(3))
            case .month(let count) where count > 3:
                out.append(contentsOf: Self.months[time.month - 1].utf8)
            case .month(let count): out.append(decimal: time.month, width: count)
            case .day(3): out.append(contentsOf: Self.days[time.weekday].utf8.prefix(3))
            case .day(let count) where count > 3:
                out.append(contentsOf: Self.days[time.weekday].utf8)
            case .day(let count): out.append(decimal: time.day, width: count)
            case .hour12(let count):
                out.append(decimal: (time.hour + 11) % 12 + 1, width: min(count, 2))
            case .hour24(let count): out.append(decimal: time.hour, width: min(count, 2))
            case .minute(let count): out.append(decimal: time.minute, width: min(count, 2))
            case .second(let count): out.append(decimal: time.second, width: min(count, 2))
            case .designator(let count):
                out.append(contentsOf: (time.hour < 12 ? "AM" : "PM").utf8.prefix(count))
            }
        }
    }

    /// The text of `unix` seconds.
    package func string(unix: Int64) -> String {
        var out: [UInt8] = []
        append(CivilTime(unix: unix), to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
    private static let days = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
}
