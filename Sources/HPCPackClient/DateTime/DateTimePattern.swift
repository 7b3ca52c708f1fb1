import Basics

/// A .NET date-time pattern, such as `M/d/yyyy h:mm:ss tt`, that reads times as UTC.
///
/// The server tells its pattern (`GET /cluster/info/dateTimeFormat`) and writes times in UTC, without a
/// zone marker, in its own culture (docs/hpcpack-api.md#filters-and-times). Example: with `dd.MM.yyyy HH:mm:ss` the text
/// `24.11.2026 08:18:00` is read part by part: `dd` reads 24, `.` is skipped, `MM` reads 11, and so on.
///
/// Cultures write separators, spaces and designators in more ways than the pattern shows: `/` and `:` stand
/// for the culture's own separators, a space may come back as a no-break space, and `tt` as `AM`, `a. m.` or
/// `上午`. So separators match any one mark, spaces any run of white space, and designators a list of words.
public struct DateTimePattern: Sendable, Equatable {
    /// One part of a pattern.
    enum Part: Equatable, Sendable {
        case year(digits: Int), month, monthName, day, dayName, hour24, hour12, minute, second,
            fraction
        case designator, offset
        /// The culture's own separator of dates or of times.
        case separator(UInt8)
        case space
        case literal([UInt8])
    }

    let parts: [Part]
    /// The fast path for plain texts, where the pattern allows one.
    private var plain: PlainDateTime?
    /// The calendar of the dates.
    public private(set) var calendar = ServerCalendar.gregorian
    /// The pattern as the server sent it.
    public let text: String

    /// Compiles a pattern.
    ///
    /// The result is `nil` for a pattern that names no full date and time of day.
    ///
    /// - Parameter text: A custom pattern, or one of the standard letters `s`, `u`, `o`.
    public init?(_ text: String) {
        self.text = text
        let custom =
            switch text {
            case "s": "yyyy'-'MM'-'dd'T'HH':'mm':'ss"
            case "u": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'"
            case "o", "O": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffff"
            default: text
            }
        var compiler = DateTimePatternCompiler(custom)
        guard let parts = compiler.compile() else { return nil }
        self.parts = parts
        plain = PlainDateTime(parts)
    }

    /// The same pattern with dates in a calendar; .NET's standard letters are Gregorian in every culture.
    public func written(in calendar: ServerCalendar) -> DateTimePattern {
        var pattern = self
        pattern.calendar = isStandard ? .gregorian : calendar
        pattern.plain = pattern.calendar == .gregorian ? PlainDateTime(parts) : nil
        return pattern
    }

    private var isStandard: Bool { text.utf8.count == 1 }

    /// The numbers of a time that follows the pattern; `nil` for any other text, and for one that is Gregorian in
    /// every culture.
    func fields(of text: Span<UInt8>) -> DateTimeFields? {
        if isStandard { return nil }
        var reader = DateTimeReader(text.trimmed())
        return reader.read(parts)
    }

    /// Reads a time.
    ///
    /// The years 1, 1601, 1899 to 1970 and 9999 mean that no time was set (docs/hpcpack-api.md#values). A text in
    /// ISO 8601 is read whatever the pattern, by the Gregorian calendar.
    ///
    /// - Parameter text: The value as the API sent it.
    /// - Returns: The time, or how it fails to be one.
    public func read(_ text: Span<UInt8>) -> DateTimeReading {
        let trimmed = text.trimmed()
        if trimmed.count == 0 { return .absent }
        if let seconds = plain?.read(trimmed) { return .seconds(seconds) }
        return readGeneral(trimmed)
    }

    /// Reads what the fast path leaves.
    func readGeneral(_ trimmed: Span<UInt8>) -> DateTimeReading {
        var reader = DateTimeReader(trimmed)
        if let reading = reader.read(parts)?.reading(in: calendar) { return reading }
        var standard = DateTimeReader(trimmed)
        return standard.readISO8601()?.reading(in: .gregorian) ?? .unreadable
    }
}

/// What a text says of a time.
public enum DateTimeReading: Sendable, Equatable {
    /// The time in Unix seconds, UTC.
    case seconds(UInt32)
    /// No time was set: empty, or a year that stands for “never”.
    case absent
    /// The text is not a time.
    case unreadable

    /// The time in Unix seconds, if there is one.
    public var seconds: UInt32? {
        if case .seconds(let value) = self { return value }
        return nil
    }
}

/// Turns the text of a .NET custom date-time pattern into parts.
///
/// Source: “Custom date and time format strings” of the .NET documentation: runs of one letter are one
/// specifier, quotes and backslashes make literals, `%` marks a single specifier.
struct DateTimePatternCompiler {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func compile() -> [DateTimePattern.Part]? {
        var parts: [DateTimePattern.Part] = []
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard let quoted = quoted(by: byte) else { return nil }
                Self.append(literal: quoted, to: &parts)
            case UInt8(ascii: "\\"):
                guard index + 1 < bytes.count else { return nil }
                Self.append(literal: [bytes[index + 1]], to: &parts)
                index += 2
            case UInt8(ascii: "%"):
                index += 1
            case UInt8(ascii: "/"), UInt8(ascii: ":"):
                parts.append(.separator(byte))
                index += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                guard let part = specifier() else { return nil }
                if let part = part.part { parts.append(part) }
            default:
                Self.append(literal: [byte], to: &parts)
                index += 1
            }
        }
        return Self.isComplete(parts) ? parts : nil
    }

    private mutating func quoted(by quote: UInt8) -> [UInt8]? {
        var text: [UInt8] = []
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == quote { return text }
            if byte == UInt8(ascii: "\\"), index < bytes.count {
                text.append(bytes[index])
                index += 1
            } else {
                text.append(byte)
            }
        }
        return nil
    }

    /// A specifier that was understood; it may stand for nothing in the text.
    private struct Specifier {
        let part: DateTimePattern.Part?
    }

    private mutating func specifier() -> Specifier? {
        let letter = bytes[index]
        var length = 0
        while index < bytes.count, bytes[index] == letter {
            length += 1
            index += 1
        }
        switch letter {
        case UInt8(ascii: "y"): return Specifier(part: .year(digits: length))
        case UInt8(ascii: "M"): return Specifier(part: length > 2 ? .monthName : .month)
        case UInt8(ascii: "d"): return Specifier(part: length > 2 ? .dayName : .day)
        case UInt8(ascii: "H"): return Specifier(part: .hour24)
        case UInt8(ascii: "h"): return Specifier(part: .hour12)
        case UInt8(ascii: "m"): return Specifier(part: .minute)
        case UInt8(ascii: "s"): return Specifier(part: .second)
        case UInt8(ascii: "f"), UInt8(ascii: "F"): return Specifier(part: .fraction)
        case UInt8(ascii: "t"): return Specifier(part: .designator)
        case UInt8(ascii: "z"), UInt8(ascii: "K"): return Specifier(part: .offset)
        // Any other letter stands for itself.
        default: return Specifier(part: .literal([UInt8](repeating: letter, count: length)))
        }
    }

    private static func append(literal bytes: [UInt8], to parts: inout [DateTimePattern.Part]) {
        guard !bytes.isEmpty else { return }
        if bytes.allSatisfy({ $0 == 0x20 }) {
            if parts.last != .space { parts.append(.space) }
        } else if case .literal(let before) = parts.last {
            parts[parts.count - 1] = .literal(before + bytes)
        } else {
            parts.append(.literal(bytes))
        }
    }

    private static func isComplete(_ parts: [DateTimePattern.Part]) -> Bool {
        func has(_ isIt: (DateTimePattern.Part) -> Bool) -> Bool { parts.contains(where: isIt) }
        return has { if case .year = $0 { true } else { false } }
            && has { $0 == .month || $0 == .monthName }
            && has { $0 == .day } && has { $0 == .hour24 || $0 == .hour12 } && has { $0 == .minute }
    }
}
