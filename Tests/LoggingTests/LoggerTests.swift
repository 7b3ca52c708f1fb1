import Foundation
import Testing

@testable import Logging

struct LoggerTests {
    @Test func `A logfmt line has the time, the level, the message and its fields`() {
        let collector = LineCollector()
        collector.logger().info("Round finished", ["collector": "nodes", "rows": "12"])
        #expect(
            collector.lines == [
                "ts=2026-11-24T08:18:00.123Z level=info msg=\"Round finished\" "
                    + "collector=nodes rows=12\n"
            ]
        )
    }

    @Test func `A JSON line is one object of strings`() throws {
        let collector = LineCollector()
        collector.logger(format: .json).warn("Slow \"round\"", ["took": "31s"])
        #expect(
            collector.lines == [
                #"{"ts":"2026-11-24T08:18:00.123Z","level":"warn","msg":"Slow \"round\"","#
                    + #""took":"31s"}"# + "\n"
            ]
        )
    }

    @Test(arguments: LogLevel.allCases)
    func `Only lines of the level and above are written`(level: LogLevel) {
        let collector = LineCollector()
        let logger = collector.logger(level: level)
        logger.debug("debug")
        logger.info("info")
        logger.warn("warn")
        logger.error("error")
        let expected = LogLevel.allCases.drop { $0 != level }.map { "level=\($0.rawValue)" }
        #expect(collector.lines.map { $0.split(separator: " ")[1] } == expected.map { $0[...] })
        for other in LogLevel.allCases {
            #expect(logger.isEnabled(other) == expected.contains("level=\(other.rawValue)"))
        }
    }

    @Test func `A message below the level is not evaluated`() {
        let collector = LineCollector()
        var evaluations = 0
        func message() -> String {
            evaluations += 1
            return "text"
        }
        collector.logger(level: .error).debug(message())
        Logger.silent.error(message())
        #expect(evaluations == 0)
        #expect(!Logger.silent.isEnabled(.error))
        collector.logger(level: .error).error(message())
        #expect(evaluations == 1)
    }

    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00.000Z"),
        (951_782_399, 9, "2000-02-28T23:59:59.009Z"),
        (951_782_400, 99, "2000-02-29T00:00:00.099Z"),
        (4_102_444_800, 999, "2100-01-01T00:00:00.999Z"),
        (-1, 1, "1969-12-31T23:59:59.001Z"),
        (Int.max, 1, "292277026596-12-04T15:30:07.001Z"),
    ])
    func `Times are RFC 3339 in UTC`(seconds: Int, milliseconds: Int, expected: String) {
        var line: [UInt8] = []
        LogTimestamp(seconds: seconds, milliseconds: milliseconds).append(to: &line)
        #expect(String(decoding: line, as: UTF8.self) == expected)
    }

    @Test func `The current time is that of the wall clock`() {
        let before = Date().timeIntervalSince1970 - 1
        let now = LogTimestamp.now()
        #expect(Double(now.seconds) >= before)
        #expect(Double(now.seconds) <= Date().timeIntervalSince1970 + 1)
        #expect((0...999).contains(now.milliseconds))
    }
}
