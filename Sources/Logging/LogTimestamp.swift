#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

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
        guard let parts = Self.calendarParts(ofSeconds: seconds) else {
            // The C library refuses only years that no clock shows; the line is still worth having.
            line.append(contentsOf: "1970-01-01T00:00:00.000Z".utf8)
            return
        }
        for (index, separator) in "--T::.".utf8.enumerated() {
            Self.append(parts[index], digits: index == 0 ? 4 : 2, to: &line)
            line.append(separator)
        }
        Self.append(milliseconds, digits: 3, to: &line)
        line.append(UInt8(ascii: "Z"))
    }

    /// Year, month, day, hour, minute and second in UTC; `nil` for a moment beyond all calendars.
    private static func calendarParts(ofSeconds seconds: Int) -> [Int]? {
        var time = time_t(seconds)
        var parts = unsafe tm()
        guard unsafe gmtime_r(&time, &parts) != nil else {
            return nil
        }
        // `tm` counts as unsafe for its pointer to the zone's name, which is not read here.
        return unsafe [
            Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday),
            Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec),
        ]
    }

    private static func append(_ number: Int, digits: Int, to line: inout [UInt8]) {
        let text = String(number)
        for _ in 0..<max(0, digits - text.utf8.count) {
            line.append(UInt8(ascii: "0"))
        }
        line.append(contentsOf: text.utf8)
    }
}
