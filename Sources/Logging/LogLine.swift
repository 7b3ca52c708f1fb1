import Basics
import Glibc

/// One line of the log.
///
/// Worked example, the same line in both formats:
/// ```
/// ts=2026-11-24T08:18:00.123Z level=warn msg="Read failed" url=https://hn/hpc tries=3
/// {"ts":"2026-11-24T08:18:00.123Z","level":"warn","msg":"Read failed","url":"https://hn/hpc","tries":"3"}
/// ```
/// Lines contain text from the network, so what could break a line, hide text or control a terminal is
/// written as an escape such as `\n` or `\u001b`, which both logfmt and JSON know.
struct LogLine {
    /// The greatest length of a line in bytes, its newline included.
    ///
    /// Writes of up to 4096 bytes (`PIPE_BUF`) to a pipe are atomic on Linux: lines of several processes
    /// never mix.
    static let maximumBytes = 4096

    /// The line, with its newline.
    private(set) var bytes: [UInt8] = []

    private let format: LogFormat
    private var keys: Set<String> = ["ts", "level", "msg"]

    /// Formats a line.
    ///
    /// - Parameters:
    ///   - format: The format.
    ///   - time: The value of `ts`.
    ///   - level: The value of `level`.
    ///   - message: The value of `msg`.
    ///   - fields: More keys and values; `_` is appended to a key that the line has already.
    init(
        format: LogFormat,
        time: LogTimestamp,
        level: LogLevel,
        message: String,
        fields: KeyValuePairs<String, String>
    ) {
        self.format = format
        bytes.reserveCapacity(256)
        switch format {
        case .logfmt:
            bytes.append(contentsOf: "ts=".utf8)
            time.append(to: &bytes)
            bytes.append(contentsOf: " level=".utf8)
            bytes.append(contentsOf: level.rawValue.utf8)
            // The message is always quoted, which makes lines easier to read and to split.
            bytes.append(contentsOf: " msg=".utf8)
            appendQuoted(message)
        case .json:
            bytes.append(contentsOf: #"{"ts":""#.utf8)
            time.append(to: &bytes)
            bytes.append(contentsOf: #"","level":""#.utf8)
            bytes.append(contentsOf: level.rawValue.utf8)
            bytes.append(contentsOf: #"","msg":"#.utf8)
            appendQuoted(message)
        }
        for field in fields {
            append(key: field.key, value: field.value)
        }
        if format == .json {
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The bytes reserved for the end of a line: an ellipsis, a quote, a brace, a newline.
    private static let reservedBytes = 8

    private var room: Int {
        Self.maximumBytes - Self.reservedBytes - bytes.count
    }

    private mutating func append(key: String, value: String) {
        var name = Self.sanitized(key)
        while !keys.insert(name).inserted {
            name += "_"
        }
        // A field is left out when there is no room for the key and the beginning of the value.
        guard room >= name.utf8.count + 16 else {
            return
        }
        switch format {
        case .logfmt:
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: name.utf8)
            bytes.append(UInt8(ascii: "="))
            if value.utf8.count < room, Self.isPlain(value) {
                bytes.append(contentsOf: value.utf8)
            } else {
                appendQuoted(value)
            }
        case .json:
            bytes.append(UInt8(ascii: ","))
            appendQuoted(name)
            bytes.append(UInt8(ascii: ":"))
            appendQuoted(value)
        }
    }

    /// Appends `text` in quotes, truncated with an ellipsis where the line would become too long.
    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            let start = bytes.count
            Self.appendEscaped(scalar, to: &bytes)
            if room < 0 {
                bytes.removeSubrange(start...)
                bytes.append(contentsOf: "…".utf8)
                break
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Returns whether a value needs no quotes in logfmt.
    private static func isPlain(_ value: String) -> Bool {
        guard !value.isEmpty else {
            return false
        }
        return value.unicodeScalars.allSatisfy { scalar in
            scalar != " " && scalar != "=" && scalar != "\"" && scalar != "\\"
                && isPrintable(scalar)
        }
    }

    /// Returns whether a terminal displays the character, without any other effect.
    ///
    /// These are letters, marks, numbers, punctuation, symbols and the ASCII space; not controls,
    /// bidirectional overrides, line separators, unassigned code points, and U+FFFD, which replaces bytes
    /// that are not UTF-8.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar.value >= 0x20 && scalar.value != 0x7F
        }
        if scalar.value == 0xFFFD {
            return false
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator:
            return false
        default:
            return true
        }
    }

    /// Appends one character, escaped as in a JSON string (RFC 8259 §7).
    private static func appendEscaped(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        switch scalar {
        case "\"": bytes.append(contentsOf: #"\""#.utf8)
        case "\\": bytes.append(contentsOf: #"\\"#.utf8)
        case "\n": bytes.append(contentsOf: #"\n"#.utf8)
        case "\r": bytes.append(contentsOf: #"\r"#.utf8)
        case "\t": bytes.append(contentsOf: #"\t"#.utf8)
        case _ where isPrintable(scalar):
            bytes.append(contentsOf: UTF8.encode(scalar)?.map { $0 } ?? [])
        default:
            for unit in String(scalar).utf16 {
                bytes.append(contentsOf: #"\u"#.utf8)
                for shift in [12, 8, 4, 0] {
                    let digit = UInt8(truncatingIfNeeded: (unit >> shift) & 0xF)
                    bytes.append(
                        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                    )
                }
            }
        }
    }

    /// Returns the first 64 characters of a key, with `_` for everything but ASCII letters, digits and `_.-`.
    private static func sanitized(_ key: String) -> String {
        guard !key.isEmpty else {
            return "_"
        }
        var name = ""
        for scalar in key.unicodeScalars.prefix(64) {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "-":
                name.unicodeScalars.append(scalar)
            default:
                name.append("_")
            }
        }
        return name
    }
}

/// The time of a line, by the wall clock.
struct LogTimestamp: Equatable, Sendable {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    var seconds: Int

    /// Milliseconds of the second, 0 to 999.
    var milliseconds: Int

    /// Returns the current time.
    static func now() -> LogTimestamp {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else {
            return LogTimestamp(seconds: 0, milliseconds: 0)
        }
        return LogTimestamp(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    /// Appends the time in UTC as of RFC 3339, such as `2026-11-24T08:18:00.123Z`.
    func append(to line: inout [UInt8]) {
        let time = CivilTime(unixSeconds: seconds)
        Self.append(time.date.year, digits: 4, to: &line)
        line.append(contentsOf: "-\(CivilTime.twoDigits(time.date.month))".utf8)
        line.append(contentsOf: "-\(CivilTime.twoDigits(time.date.day))T\(time.clock).".utf8)
        Self.append(milliseconds, digits: 3, to: &line)
        line.append(UInt8(ascii: "Z"))
    }

    private static func append(_ number: Int, digits: Int, to line: inout [UInt8]) {
        let text = String(number)
        for _ in 0..<max(0, digits - text.utf8.count) {
            line.append(UInt8(ascii: "0"))
        }
        line.append(contentsOf: text.utf8)
    }
}
