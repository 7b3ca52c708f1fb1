/// A structured log with a minimum level.
///
/// Copies of a logger share its output.
public struct Logger: Sendable {
    /// The lowest level that is written; `nil` writes nothing.
    private let level: LogLevel?
    private let format: LogFormat
    private let now: @Sendable () -> LogTimestamp
    private let sink: @Sendable ([UInt8]) -> Void

    /// Creates a logger that passes each line to a closure.
    ///
    /// - Parameters:
    ///   - level: The lowest level that is written.
    ///   - format: The format of the lines.
    ///   - sink: Called with a line, its newline included, on the thread that logs.
    public init(
        level: LogLevel,
        format: LogFormat,
        sink: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.init(level: level, format: format, now: LogTimestamp.now, sink: sink)
    }

    init(
        level: LogLevel?,
        format: LogFormat,
        now: @escaping @Sendable () -> LogTimestamp,
        sink: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.level = level
        self.format = format
        self.now = now
        self.sink = sink
    }

    /// Creates a logger that writes to standard error.
    ///
    /// Each line is one write(2). Lines that standard error has no room for are lost, as they are when it is
    /// closed or nobody reads it; the process must ignore `SIGPIPE`.
    ///
    /// - Parameters:
    ///   - level: The lowest level that is written.
    ///   - format: The format of the lines.
    /// - Returns: The logger.
    public static func standardError(level: LogLevel, format: LogFormat) -> Logger {
        let sink = DescriptorSink(descriptor: 2)
        return Logger(level: level, format: format) { line in sink.write(line) }
    }

    /// A logger that writes nothing.
    public static let silent = Logger(
        level: nil,
        format: .logfmt,
        now: LogTimestamp.now,
        sink: { _ in }
    )

    /// Returns whether lines of a level are written, to avoid work that only the log needs.
    public func isEnabled(_ level: LogLevel) -> Bool {
        guard let least = self.level else {
            return false
        }
        return level >= least
    }

    /// Logs a line.
    ///
    /// - Parameters:
    ///   - level: The level.
    ///   - message: One sentence; evaluated only when the line is written.
    ///   - fields: More keys and values.
    public func log(
        _ level: LogLevel,
        _ message: @autoclosure () -> String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) {
        guard isEnabled(level) else {
            return
        }
        let line = LogLine(
            format: format,
            time: now(),
            level: level,
            message: message(),
            fields: fields
        )
        sink(line.bytes)
    }

    /// Logs details for troubleshooting.
    ///
    /// - Parameters:
    ///   - message: One sentence; evaluated only when the line is written.
    ///   - fields: More keys and values.
    public func debug(
        _ message: @autoclosure () -> String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) {
        log(.debug, message(), fields)
    }

    /// Logs normal operation.
    ///
    /// - Parameters:
    ///   - message: One sentence; evaluated only when the line is written.
    ///   - fields: More keys and values.
    public func info(
        _ message: @autoclosure () -> String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) {
        log(.info, message(), fields)
    }

    /// Logs a problem that needs no action at once.
    ///
    /// - Parameters:
    ///   - message: One sentence; evaluated only when the line is written.
    ///   - fields: More keys and values.
    public func warn(
        _ message: @autoclosure () -> String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) {
        log(.warn, message(), fields)
    }

    /// Logs a problem that an operator must solve.
    ///
    /// - Parameters:
    ///   - message: One sentence; evaluated only when the line is written.
    ///   - fields: More keys and values.
    public func error(
        _ message: @autoclosure () -> String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) {
        log(.error, message(), fields)
    }
}

/// The level of a line, from the least important to the most.
public enum LogLevel: String, Comparable, CaseIterable, Sendable {
    /// Details for troubleshooting: each request, each decision.
    case debug

    /// Normal operation.
    case info

    /// A problem that needs no action at once.
    case warn

    /// A problem that an operator must solve.
    case error

    /// Returns whether the left level is less important than the right one.
    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warn: 2
        case .error: 3
        }
    }
}

/// The format of the lines.
public enum LogFormat: String, CaseIterable, Sendable {
    /// `ts=… level=info msg="…" key=value`, as Prometheus writes it.
    case logfmt

    /// One JSON object a line, whose values are all strings.
    case json
}
