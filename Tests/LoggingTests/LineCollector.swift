import Basics

@testable import Logging

/// Collects the lines that a logger writes.
final class LineCollector: Sendable {
    private let kept = Mutex<[[UInt8]]>([])

    /// The lines so far, as text.
    var lines: [String] {
        kept.withLock { $0.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// Returns a logger that writes to the collector, at a fixed time.
    func logger(
        level: LogLevel = .debug,
        format: LogFormat = .logfmt,
        at time: LogTimestamp = LogTimestamp(seconds: 1_795_508_280, milliseconds: 123)
    ) -> Logger {
        Logger(level: level, format: format, now: { time }) { line in
            self.kept.withLock { $0.append(line) }
        }
    }
}
