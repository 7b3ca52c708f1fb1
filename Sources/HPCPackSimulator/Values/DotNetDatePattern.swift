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

    /// Reads a time as clients send it: `MM/dd/yyyy HH:mm:ss` in UTC, whatever the server's culture.
    ///
    /// One-digit fields are accepted, as by .NET.
    ///
    /// - Returns: Unix seconds, or `nil` for another form or a time that does not exist.
    static func unixSeconds(sentByClient text: String) -> Int64? {
        let halves = text.split(separator: " ", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let date = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        let time = halves[1].split(separator: ":", omittingEmptySubsequences: false)
        guard date.count == 3, time.count == 3, date[2].utf8.count == 4 else { return nil }
        let fields = (date + time).map { part -> Int in
            (1...4).contains(part.utf8.count) && part.utf8.allSatisfy(\.isASCIIDigit)
                ? Int(part) ?? -1 : -1
        }
        guard fields[2] > 0, let day = CivilDate(year: fields[2], month: fields[0], day: fields[1]),
            (0...23).contains(fields[3]), (0...59).contains(fields[4]), (0...59).contains(fields[5])
        else { return nil }
        return Int64(day.daysSince1970 * 86_400 + fields[3] * 3600 + fields[4] * 60 + fields[5])
    }
}
