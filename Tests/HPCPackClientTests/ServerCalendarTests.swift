import Basics
import Testing

@testable import HPCPackClient

/// The calendars of server cultures.
///
/// The pairs are those of Unicode's ICU, whose `islamic-tbla` is .NET's `HijriCalendar`; those of the Umm al-Qura
/// calendar after 1450 are .NET's.
struct ServerCalendarTests {
    @Test(
        arguments: [
            (.buddhist, [2569, 11, 25], [2026, 11, 25]),
            (.buddhist, [2567, 2, 29], [2024, 2, 29]),
            (.minguo, [115, 11, 25], [2026, 11, 25]), (.minguo, [95, 3, 20], [2006, 3, 20]),
            (.persian, [1384, 12, 29], [2006, 3, 20]), (.persian, [1395, 1, 1], [2016, 3, 20]),
            (.persian, [1399, 1, 1], [2020, 3, 20]), (.persian, [1399, 12, 30], [2021, 3, 20]),
            (.persian, [1400, 1, 1], [2021, 3, 21]), (.persian, [1403, 12, 30], [2025, 3, 20]),
            (.persian, [1404, 1, 1], [2025, 3, 21]), (.persian, [1405, 9, 4], [2026, 11, 25]),
            (.persian, [1408, 12, 30], [2030, 3, 20]), (.persian, [1412, 1, 1], [2033, 3, 20]),
            (.persian, [1412, 12, 30], [2034, 3, 20]), (.ummAlQura, [1427, 2, 20], [2006, 3, 20]),
            (.ummAlQura, [1437, 6, 11], [2016, 3, 20]),
            (.ummAlQura, [1441, 7, 25], [2020, 3, 20]),
            (.ummAlQura, [1442, 8, 8], [2021, 3, 21]), (.ummAlQura, [1446, 9, 20], [2025, 3, 20]),
            (.ummAlQura, [1448, 6, 15], [2026, 11, 25]),
            (.ummAlQura, [1451, 1, 1], [2029, 5, 14]),
            (.ummAlQura, [1452, 1, 1], [2030, 5, 3]), (.ummAlQura, [1460, 1, 1], [2038, 2, 5]),
            (.ummAlQura, [1499, 1, 1], [2075, 12, 9]),
            (.ummAlQura, [1500, 12, 30], [2077, 11, 16]), (.hijri, [1427, 2, 20], [2006, 3, 20]),
            (.hijri, [1441, 7, 26], [2020, 3, 20]), (.hijri, [1446, 9, 21], [2025, 3, 20]),
            (.hijri, [1448, 6, 15], [2026, 11, 25]), (.hijri, [1456, 1, 1], [2034, 3, 20]),
        ] as [(ServerCalendar, [Int], [Int])]
    )
    func `A date of each calendar is the day that it is`(
        calendar: ServerCalendar,
        date: [Int],
        gregorian: [Int]
    ) throws {
        let day = try #require(
            CivilDate(year: gregorian[0], month: gregorian[1], day: gregorian[2])
        )
        let days = calendar.daysSince1970(year: date[0], month: date[1], day: date[2])
        #expect(days == day.daysSince1970)
    }

    @Test(arguments: [
        (ServerCalendar.gregorian, 2006...2076), (.buddhist, 2549...2619), (.minguo, 95...165),
        (.persian, 1384...1454), (.ummAlQura, 1426...1500), (.hijri, 1426...1500),
    ])
    func `The dates of each calendar follow each other without a gap`(
        calendar: ServerCalendar,
        years: ClosedRange<Int>
    ) throws {
        var last =
            try #require(calendar.daysSince1970(year: years.lowerBound, month: 1, day: 1)) - 1
        for year in years {
            for month in 1...12 {
                let days = (0...32).filter {
                    calendar.daysSince1970(year: year, month: month, day: $0) != nil
                }
                #expect(days.first == 1 && days.count >= 28 && days.count == days.last)
                for day in days {
                    #expect(calendar.daysSince1970(year: year, month: month, day: day) == last + 1)
                    last += 1
                }
            }
            #expect(calendar.daysSince1970(year: year, month: 0, day: 1) == nil)
            #expect(calendar.daysSince1970(year: year, month: 13, day: 1) == nil)
        }
    }

    @Test(
        arguments: [
            (.buddhist, "25/11/2569 13:27:00", .seconds(1_795_613_220)),
            (.minguo, "25/11/115 13:27:00", .seconds(1_795_613_220)),
            (.persian, "4/9/1405 13:27:00", .seconds(1_795_613_220)),
            (.persian, "31/2/1405 0:00:00", .seconds(1_779_321_600)),
            (.ummAlQura, "15/6/1448 13:27:00", .seconds(1_795_613_220)),
            (.hijri, "15/6/1448 13:27:00", .seconds(1_795_613_220)),
            // Times that were never set, as .NET writes them in some calendar.
            (.buddhist, "1/1/544 0:00:00", .absent), (.buddhist, "1/1/0001 0:00:00", .absent),
            (.persian, "0001-01-01T00:00:00", .absent), (.ummAlQura, "", .absent),
            (.minguo, "1/1/0001 0:00:00", .absent),
            // What is of no time that a cluster can tell.
            (.buddhist, "25/11/2026 13:27:00", .unreadable),
            (.persian, "30/12/1405 13:27:00", .unreadable),
            (.ummAlQura, "30/6/1501 13:27:00", .unreadable),
            (.buddhist, "29/2/2566 13:27:00", .unreadable),
            // ISO 8601 is Gregorian.
            (.buddhist, "2026-11-25T13:27:00", .seconds(1_795_613_220)),
        ] as [(ServerCalendar, String, DateTimeReading)]
    )
    func `A time is read by the calendar that was decided`(
        calendar: ServerCalendar,
        text: String,
        reading: DateTimeReading
    ) throws {
        let pattern = try #require(DateTimePattern("d/M/yyyy H:mm:ss")).written(in: calendar)
        #expect(pattern.read(text.utf8.span) == reading)
        let standard = try #require(DateTimePattern("s")).written(in: calendar)
        #expect(standard.calendar == .gregorian)
    }
}

/// Which calendar the rows of a listing make certain.
struct CalendarEvidenceTests {
    private static let now: UInt32 = 1_795_613_400  // 2026-11-25 13:30:00

    private func calendar(
        _ rows: [[String]],
        _ pattern: String = "d/M/yyyy H:mm:ss",
        now: UInt32 = now
    ) throws -> ServerCalendar? {
        let pattern = try #require(DateTimePattern(pattern))
        let evidence = CalendarEvidence(pattern, now: now)
        for row in rows {
            for text in row { _ = evidence.add(text.utf8.span, read: pattern.read(text.utf8.span)) }
            evidence.endRow()
        }
        return evidence.calendar
    }

    private static let thai = "25/11/2569 13:27:00"
    private static let western = "25/11/2026 13:27:00"

    @Test(
        arguments: [
            (["25/11/2026 13:27:00", "1/1/2026 0:00:00"], .gregorian),
            ([thai, "1/12/2550 8:00:00"], .buddhist),
            (["4/9/1405 13:27:00", "1/1/1404 0:00:00"], .persian),
            (["25/11/115 13:27:00", "1/12/98 8:00:00"], .minguo),
            (["15/6/1448 13:27:00", "1/1/1440 8:00:00"], .ummAlQura),
            // One odd row, however many times it tells, decides nothing.
            ([thai], nil), ([thai, "", "1/1/0001 0:00:00"], nil), ([western], nil), ([], nil),
            ([thai, western], nil), ([thai, western, western, western], .gregorian),
            ([thai, thai, thai, western], .buddhist), ([thai, thai, western], nil),
            // Neither do times that no calendar makes recent ones.
            (["1/1/3000 0:00:00", "1/1/1753 0:00:00", "soon"], nil),
            (["25/11/2571 13:27:00", "25/11/2572 13:27:00"], nil),
        ] as [([String], ServerCalendar?)]
    )
    func `A calendar is certain when most rows, and two at least, are recent by it`(
        times: [String],
        expected: ServerCalendar?
    ) throws {
        #expect(try calendar(times.map { [$0] }) == expected)
    }

    @Test func `Several times of one row are one row`() throws {
        #expect(try calendar([[Self.thai, Self.thai, Self.thai]]) == nil)
    }

    /// 2025-03-20 12:00:00, which was 20 Ramadan 1446 as published, and 21 as computed.
    @Test(
        arguments: [
            (["20/9/1446 11:59:00", "20/9/1446 11:00:00"], .ummAlQura),
            (["21/9/1446 11:59:00", "21/9/1446 11:00:00"], .hijri),
            // A day that both calendars have, long ago or not.
            (["8/8/1442 8:00:00", "8/8/1442 7:00:00"], .ummAlQura),
            // A day ago by one and two by the other.
            (["20/9/1446 11:59:00", "19/9/1446 9:00:00", "19/9/1446 8:00:00"], nil),
        ] as [([String], ServerCalendar?)]
    )
    func `Of the lunar calendars that one is certain by which the newest stamps are near`(
        times: [String],
        expected: ServerCalendar?
    ) throws {
        let found = try calendar(times.map { [$0] }, now: 1_742_472_000)
        if times.count < 3 {
            #expect(found == expected)
        } else {
            // The newest row alone does not count; the next is too old.
            #expect(found == nil)
        }
    }

    @Test(
        arguments: [
            ("25/11/26 13:27:00", .gregorian), ("25/11/69 13:27:00", .buddhist),
            ("4/9/05 13:27:00", .persian), ("15/6/48 13:27:00", .ummAlQura),
        ] as [(String, ServerCalendar)]
    )
    func `Two digits of the year tell the calendar, too`(text: String, expected: ServerCalendar)
        throws
    {
        #expect(try calendar([[text], [text]], "d/M/yy H:mm:ss") == expected)
    }
}
