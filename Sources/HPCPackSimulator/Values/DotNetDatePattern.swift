import Basics

/// A .NET custom date and time pattern, compiled once, that formats UTC times.
///
/// Example: `M/d/yyyy h:mm:ss tt` writes 1562317507 as `7/5/2019 9:05:07 AM`, and
/// `dd.MM.yyyy HH:mm:ss` writes it as `05.07.2019 09:05:07`. Names of months and days, and the
/// AM/PM designators, are those of the invariant culture.
package struct DotNetDatePattern: Sendable {
    /// The pattern as it was given, which `/cluster/info/dateTimeFormat` answers.
    package let text: String
    private let parts: [Part]

    private enum Part: Sendable {
        case literal([UInt8])
        case year(Int), month(Int), day(Int)
        case hour12(Int), hour24(Int), minute(Int), second(Int), designator(Int)
    }

    /// Compiles `pattern`.
    ///
    /// - Parameter pattern: The letters `y M d h H m s t`, quoted text, `\` escapes and separators.
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

    /// Appends a time, escaped for the inside of a JSON string.
    func append(_ time: CivilTime, to out: inout [UInt8]) {
        for part in parts {
            switch part {
            case .literal(let bytes): out.appendEscaped(bytes)
            case .year(let count) where count <= 2:
                out.append(decimal: time.date.year % 100, width: count)
            case .year(let count): out.append(decimal: time.date.year, width: count)
            case .month(3): out.append(contentsOf: Self.months[time.date.month - 1].utf8.prefix(3))
            case .month(let count) where count > 3:
                out.append(contentsOf: Self.months[time.date.month - 1].utf8)
            case .month(let count): out.append(decimal: time.date.month, width: count)
            case .day(3): out.append(contentsOf: Self.days[time.weekday].utf8.prefix(3))
            case .day(let count) where count > 3:
                out.append(contentsOf: Self.days[time.weekday].utf8)
            case .day(let count): out.append(decimal: time.date.day, width: count)
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

    /// Formats a time.
    ///
    /// - Parameter unix: Unix seconds.
    /// - Returns: The text.
    package func string(unix: Int64) -> String {
        var out: [UInt8] = []
        append(CivilTime(unixSeconds: Int(unix)), to: &out)
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

extension CivilTime {
    /// What .NET writes for a time that was never set: `DateTime.MinValue`, the first second of year 1.
    static let never = CivilTime(unixSeconds: -62_135_596_800)

    /// The day of the week, 0 for Sunday to 6 for Saturday.
    var weekday: Int { ((date.daysSince1970 + 4) % 7 + 7) % 7 }

    /// Reads a time as clients send it, in UTC, whatever the server's culture.
    ///
    /// A date is `MM/dd/yyyy` or `yyyy-MM-dd`. A time may follow after a blank or `T`: `HH:mm:ss` or `HH:mm`,
    /// with a fraction of a second, with AM or PM, and with `Z` or an offset such as `+02:00`. One-digit
    /// fields are accepted, as by .NET.
    ///
    /// - Returns: Unix seconds, or `nil` for another form or a time that does not exist.
    static func unixSeconds(sentByClient text: String) -> Int64? {
        let words = text.trimmingBlanks().split { $0 == " " || $0 == "T" }
        guard let first = words.first, let day = date(first), words.count <= 3 else { return nil }
        let midnight = day.daysSince1970 * 86_400
        guard words.count > 1 else { return Int64(midnight) }
        guard let seconds = secondOfDay(words[1], designator: words.dropFirst(2).first) else {
            return nil
        }
        return Int64(midnight + seconds)
    }

    private static func date(_ text: Substring) -> CivilDate? {
        let separator: Character = text.contains("/") ? "/" : "-"
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        let yearIndex = separator == "/" ? 2 : 0
        guard parts.count == 3, parts[yearIndex].utf8.count == 4,
            let year = digits(parts[yearIndex]),
            year > 0, let month = digits(parts[separator == "/" ? 0 : 1]),
            let day = digits(parts[separator == "/" ? 1 : 2])
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// Returns the second of the day in UTC, which is negative or beyond the day where an offset has it so.
    private static func secondOfDay(_ text: Substring, designator: Substring?) -> Int? {
        let clock = text.prefix { $0.isNumber || $0 == ":" || $0 == "." }
        let halves = clock.split(separator: ".", omittingEmptySubsequences: false)
        guard let offset = offset(text.dropFirst(clock.count)), halves.count <= 2,
            halves.count == 1 || halves[1].utf8.allSatisfy(\.isASCIIDigit) && !halves[1].isEmpty
        else { return nil }
        var fields = halves[0].split(separator: ":", omittingEmptySubsequences: false).map(digits)
        if fields.count == 2, halves.count == 1 { fields.append(0) }
        guard fields.count == 3, var hour = fields[0], let minute = fields[1],
            let second = fields[2],
            hour < 24, minute < 60, second < 60
        else { return nil }
        if let designator {
            let name = designator.lowercased()
            guard (1...12).contains(hour), name == "am" || name == "pm" else { return nil }
            hour = hour % 12 + (name == "pm" ? 12 : 0)
        }
        return hour * 3600 + minute * 60 + second - offset
    }

    /// Returns the seconds that a zone is ahead of UTC: nothing, `Z` or `+02:00`.
    private static func offset(_ text: Substring) -> Int? {
        guard let sign = text.first, sign != "Z" else { return text.count <= 1 ? 0 : nil }
        let fields = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
            .map(digits)
        guard sign == "+" || sign == "-", fields.count == 2, let hours = fields[0], hours <= 14,
            let minutes = fields[1], minutes < 60
        else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// Returns a number of one to four digits.
    private static func digits(_ text: Substring) -> Int? {
        (1...4).contains(text.utf8.count) && text.utf8.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
    }
}
