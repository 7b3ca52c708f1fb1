import Basics
import Foundation
import TestSupport

/// A Prometheus among the hostile: it scrapes all the time, and remembers how it was served.
final class HonestScraper: Sendable {
    /// How it was served so far.
    struct Record: Sendable {
        var scrapes = 0
        var slowestSeconds = 0.0
        /// What went wrong; empty if every scrape was answered with 200 and came whole.
        var failures: [String] = []
    }

    private struct State: Sendable {
        var record = Record()
        var isStopped = false
        var hasEnded = false
    }

    private let state = Mutex(State())
    /// Scrapes once, and tells what went wrong.
    private let attempt: @Sendable () -> String?

    /// Begins to scrape.
    ///
    /// - Parameter port: The exporter's port.
    convenience init(port: UInt16) {
        self.init {
            do {
                let answer = try RawClient(port: port)
                    .get("/metrics", "Accept-Encoding: gzip\r\nConnection: close\r\n")
                let isGood =
                    answer.status == 200 && answer.headers["content-encoding"] == "gzip"
                return isGood ? nil : "status \(answer.status)"
            } catch {
                return "\(error)"
            }
        }
    }

    /// Begins to scrape.
    ///
    /// - Parameter attempt: Scrapes once, and tells what went wrong; `nil` for nothing.
    init(_ attempt: @escaping @Sendable () -> String?) {
        self.attempt = attempt
        let thread = Foundation.Thread { [self] in
            while !state.withLock({ $0.isStopped }) {
                scrape()
                Foundation.Thread.sleep(forTimeInterval: 0.02)
            }
            state.withLock { $0.hasEnded = true }
        }
        thread.start()
    }

    /// How it was served so far.
    var record: Record { state.withLock { $0.record } }

    /// Ends, and tells how it was served.
    func stop() -> Record {
        state.withLock { $0.isStopped = true }
        while !state.withLock({ $0.hasEnded }) { usleep(1000) }
        return record
    }

    private func scrape() {
        let begin = Date()
        let failure = attempt()
        let seconds = Date().timeIntervalSince(begin)
        state.withLock { state in
            state.record.scrapes += 1
            state.record.slowestSeconds = max(state.record.slowestSeconds, seconds)
            if let failure { state.record.failures.append(failure) }
        }
    }
}
