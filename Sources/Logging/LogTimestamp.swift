import Basics
import Glibc

/// A moment of the wall clock, for the `ts` of a line.
struct LogTimestamp: Equatable, Sendable {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    var seconds: Int

    /// The part of a second, 0 to 999.
    var milliseconds: Int

    /// The present moment.
    static func now() -> LogTimestamp {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else {
            return LogTimestamp(seconds: 0, milliseconds: 0)
        }
        return LogTimestamp(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    /// Appends the moment as RFC 3339 in UTC, such as `2026-11-24T08:18:00.123Z`.
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
