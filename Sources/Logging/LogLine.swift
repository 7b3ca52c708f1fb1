/// One line of the log as bytes.
///
/// Worked example, the same line in both formats:
/// ```
/// ts=2026-11-24T08:18:00.123Z level=warn msg="Read failed" url=https://hn/hpc tries=3
/// {"ts":"2026-11-24T08:18:00.123Z","level":"warn","msg":"Read failed","url":"https://hn/hpc","tries":"3"}
/// ```
/// Text from the network ends up here, so whatever could break a line, hide text or move a
/// terminal's cursor is written as a `\n` or `\u001b` escape; readers of logfmt and JSON know both.
struct LogLine {
    /// The most bytes a line has, its newline included.
    ///
    /// Linux writes up to 4096 bytes (`PIPE_BUF`) to a pipe in one piece, so that lines of several
    /// processes never mix.
    static let maximumBytes = 4096

    /// The line, ending with a newline.
    private(set) var bytes: [UInt8] = []

    private let format: LogFormat
    private var keys: Set<String> = ["ts", "level", "msg"]

    /// Writes the line.
    ///
    /// - Parameters:
    ///   - format: logfmt or JSON.
    ///   - time: the moment for `ts`.
    ///   - level: the level.
    ///   - message: the sentence for `msg`.
    ///   - fields: more keys and values; a key that is taken gets a `_` appended.
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
            // The message is always quoted: lines are easier to read and to cut that way.
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

    /// The bytes kept free for what closes a line: an ellipsis, a quote, a brace, a newline.
    private static let reservedBytes = 8

    private var room: Int {
        Self.maximumBytes - Self.reservedBytes - bytes.count
    }

    private mutating func append(key: String, value: String) {
        var name = Self.safeKey(key)
        while !keys.insert(name).inserted {
            name += "_"
        }
        // A field that does not fit with at least a little of its value is left out.
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

    /// Appends `text` in quotes, cut with an ellipsis where the line would grow too long.
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

    /// Whether logfmt takes the value without quotes.
    private static func isPlain(_ value: String) -> Bool {
        guard !value.isEmpty else {
            return false
        }
        return value.unicodeScalars.allSatisfy { scalar in
            scalar != " " && scalar != "=" && scalar != "\"" && scalar != "\\"
                && isPrintable(scalar)
        }
    }

    /// Whether a terminal shows the character as itself, and nothing else happens.
    ///
    /// Letters, marks, numbers, punctuation, symbols and the plain space; so no controls, no
    /// bidirectional overrides, no line separators, no unassigned code points, and no U+FFFD, which
    /// stands where bytes were not UTF-8.
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

    /// Appends one character as it stands in a JSON string (RFC 8259 §7).
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

    /// The key with everything but letters, digits and `_.-` made `_`, as both formats take it.
    private static func safeKey(_ key: String) -> String {
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
