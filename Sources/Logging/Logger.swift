/// Writes lines of the log that matter enough.
///
/// A value to hand around: two copies write to the same place.
public struct Logger: Sendable {
    /// The least level that is written; `nil` writes nothing.
    private let level: LogLevel?
    private let format: LogFormat
    private let now: @Sendable () -> LogTimestamp
    private let sink: @Sendable ([UInt8]) -> Void

    /// A logger that hands each line to a closure.
    ///
    /// - Parameters:
    ///   - level: the least level that is written.
    ///   - format: logfmt or JSON.
    ///   - sink: takes one whole line, its newline included, on the thread that logs.
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

    /// A logger to standard error.
    ///
    /// Each line is one write(2). A standard error that is closed, full or not read loses lines and
    /// does no other harm, as long as the process ignores `SIGPIPE`.
    ///
    /// - Parameters:
    ///   - level: the least level that is written.
    ///   - format: logfmt or JSON.
    /// - Returns: the logger.
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

    /// Whether lines of `level` are written, for work that only a line needs.
    ///
    /// - Parameter level: the level in question.
    /// - Returns: whether they are.
    public func isEnabled(_ level: LogLevel) -> Bool {
        guard let least = self.level else {
            return false
        }
        return level >= least
    }

    /// Logs at a level that is known only at run time.
    ///
    /// - Parameters:
    ///   - level: the level.
    ///   - message: one sentence; made only if the line is written.
    ///   - fields: more keys and values.
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

    /// Logs what helps to find a fault.
    ///
    /// - Parameters:
    ///   - message: one sentence; made only if the line is written.
    ///   - fields: more keys and values.
    public func debug(
        _ message: @autoclosure () -> String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) {
        log(.debug, message(), fields)
    }

    /// Logs what an operator wants to know on a good day.
    ///
    /// - Parameters:
    ///   - message: one sentence; made only if the line is written.
    ///   - fields: more keys and values.
    public func info(
        _ message: @autoclosure () -> String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) {
        log(.info, message(), fields)
    }

    /// Logs that something went wrong and the exporter goes on.
    ///
    /// - Parameters:
    ///   - message: one sentence; made only if the line is written.
    ///   - fields: more keys and values.
    public func warn(
        _ message: @autoclosure () -> String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) {
        log(.warn, message(), fields)
    }

    /// Logs that something went wrong that a person must put right.
    ///
    /// - Parameters:
    ///   - message: one sentence; made only if the line is written.
    ///   - fields: more keys and values.
    public func error(
        _ message: @autoclosure () -> String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) {
        log(.error, message(), fields)
    }
}
