import Basics

/// What the rows of a listing tell of the calendar in which the server writes dates.
///
/// The calendars count years so differently that a time of the last twenty years means the present in only one of
/// them; the two lunar ones differ by a day now and then, and the newest stamps decide between them. So a row speaks
/// for a calendar when one of its times is recent by it. A calendar is certain when at least two rows and three
/// quarters of the rows with a time speak for it, so that one odd row decides nothing.
public final class CalendarEvidence {
    /// The rows that speak for a calendar.
    private struct Support {
        var rows = 0
        /// The newest times of two rows, in Unix seconds; the second is not that of one odd row.
        var newest: Int64 = 0
        var secondNewest: Int64 = 0
        /// The newest time of the current row; 0 when it has none that is recent.
        var current: Int64 = 0

        mutating func endRow() {
            guard current > 0 else { return }
            rows += 1
            if current > newest {
                (newest, secondNewest) = (current, newest)
            } else {
                secondNewest = max(secondNewest, current)
            }
            current = 0
        }
    }

    private struct Held {
        var count = 0
        let first: String
    }

    private static let others = ServerCalendar.allCases.filter { $0 != .gregorian }
    /// How far the newest stamps of a lunar calendar may lie from the server's clock to tell its days, in seconds.
    private static let nearness: Int64 = 12 * 3600

    /// How the server writes times.
    public let pattern: DateTimePattern
    private let now: Int64
    private let recent: ClosedRange<Int64>
    private var support: [ServerCalendar: Support] = [:]
    private var gregorianRows = 0
    private var isGregorianRow = false
    private var rows = 0
    private var hasTime = false
    private var held: [RowDecoder.Field: Held] = [:]

    /// Creates an empty value.
    ///
    /// - Parameters:
    ///   - pattern: How the server writes times; dates are read by the Gregorian calendar.
    ///   - now: The server's clock in Unix seconds.
    public init(_ pattern: DateTimePattern, now: UInt32) {
        self.pattern = pattern
        self.now = Int64(now)
        recent = (Int64(now) - 20 * 365 * 86_400)...(Int64(now) + 2 * 86_400)
    }

    /// Forgets everything, because the listing begins again.
    public func reset() {
        support = [:]
        (gregorianRows, rows, isGregorianRow, hasTime) = (0, 0, false, false)
        held = [:]
    }

    /// Adds a time of the current row.
    ///
    /// - Returns: Whether another calendar makes a recent time of it.
    func add(_ text: Span<UInt8>, read reading: DateTimeReading) -> Bool {
        if reading == .absent { return false }
        hasTime = true
        if case .seconds(let seconds) = reading, recent.contains(Int64(seconds)) {
            isGregorianRow = true
            return false
        }
        guard let fields = pattern.fields(of: text) else { return false }
        var isExplained = false
        for calendar in Self.others {
            guard case .seconds(let seconds) = fields.reading(in: calendar),
                recent.contains(Int64(seconds))
            else { continue }
            isExplained = true
            support[calendar, default: Support()].current = max(
                support[calendar]?.current ?? 0,
                Int64(seconds)
            )
        }
        return isExplained
    }

    /// Keeps a value that counts as unrecognized only if no other calendar proves certain.
    func hold(_ field: RowDecoder.Field, _ value: @autoclosure () -> String) {
        if held[field] == nil { held[field] = Held(first: value()) }
        held[field]?.count += 1
    }

    /// Ends the current row.
    func endRow() {
        guard hasTime else { return }
        rows += 1
        if isGregorianRow { gregorianRows += 1 }
        for calendar in support.keys { support[calendar]?.endRow() }
        (hasTime, isGregorianRow) = (false, false)
    }

    /// Hands over the values that were kept: the first of each field, and how many there were.
    public func releaseHeld(_ body: (RowDecoder.Field, String, Int) -> Void) {
        for (field, values) in held { body(field, values.first, values.count) }
        held = [:]
    }

    /// The calendar that is certain; `nil` while none is.
    public var calendar: ServerCalendar? {
        if isCertain(gregorianRows) { return .gregorian }
        for calendar in [ServerCalendar.buddhist, .persian, .minguo]
        where isCertain(support[calendar]?.rows ?? 0) {
            return calendar
        }
        return lunarCalendar
    }

    private func isCertain(_ count: Int) -> Bool { count >= 2 && count * 4 >= rows * 3 }

    /// The lunar calendar by which the newest stamps are nearest to the server's clock, an hour after it at most.
    private var lunarCalendar: ServerCalendar? {
        guard let published = support[.ummAlQura], isCertain(published.rows) else { return nil }
        guard let computed = support[.hijri], computed.secondNewest != published.secondNewest else {
            return .ummAlQura
        }
        func age(_ support: Support) -> Int64? {
            let age = now - support.secondNewest
            return age >= -3600 && age <= Self.nearness ? abs(age) : nil
        }
        return switch (age(published), age(computed)) {
        case (let published?, let computed?): published <= computed ? .ummAlQura : .hijri
        case (_?, nil): .ummAlQura
        case (nil, _?): .hijri
        case (nil, nil): nil
        }
    }
}
