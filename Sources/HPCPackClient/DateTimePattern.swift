import Basics

/// A .NET date-time pattern, such as `M/d/yyyy h:mm:ss tt`, that reads times as UTC.
///
/// The server tells its pattern (`GET /cluster/info/dateTimeFormat`) and writes times in UTC, without a
/// zone marker, in its own culture (FACTS: Filters and times). Example: with `dd.MM.yyyy HH:mm:ss` the text
/// `24.11.2026 08:18:00` is read part by part: `dd` takes 24, `.` is skipped, `MM` takes 11, and so on.
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
    /// The short way for plain texts, where the pattern allows one.
    private let plain: PlainDateTime?
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

    /// Reads a time.
    ///
    /// Year 1, as well as anything else before 1970 or after 2105, means that no time was set
    /// (FACTS: Values). A text in ISO 8601 is read whatever the pattern.
    ///
    /// - Parameter text: The value as the API sent it.
    /// - Returns: The time, or how it fails to be one.
    public func read(_ text: Span<UInt8>) -> DateTimeReading {
        let trimmed = text.trimmed()
        if trimmed.count == 0 { return .absent }
        if let seconds = plain?.read(trimmed) { return .seconds(seconds) }
        return readAtLength(trimmed)
    }

    /// The long way, for everything that the short one leaves.
    func readAtLength(_ trimmed: Span<UInt8>) -> DateTimeReading {
        var reader = DateTimeReader(trimmed)
        if let reading = reader.read(parts) { return reading }
        var standard = DateTimeReader(trimmed)
        return standard.readISO8601() ?? .unreadable
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
