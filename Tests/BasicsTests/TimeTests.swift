import Basics
import Testing

/// A day, and its number since 1970-01-01.
struct CalendarDay: Sendable, CustomTestStringConvertible {
    let year: Int
    let month: Int
    let day: Int
    let number: Int

    init(_ year: Int, _ month: Int, _ day: Int, _ number: Int) {
        (self.year, self.month, self.day, self.number) = (year, month, day, number)
    }

    var testDescription: String { "\(year)-\(month)-\(day)" }
}

struct CivilDateTests {
    // By `date --utc --date=YYYY-MM-DD +%s`, divided by 86,400.
    @Test(arguments: [
        CalendarDay(1, 1, 1, -719_162), CalendarDay(4, 2, 29, -718_008),
        CalendarDay(1582, 10, 15, -141_427), CalendarDay(1600, 2, 29, -135_081),
        CalendarDay(1900, 2, 28, -25_509), CalendarDay(1900, 3, 1, -25_508),
        CalendarDay(1969, 12, 31, -1), CalendarDay(1970, 1, 1, 0), CalendarDay(1970, 3, 1, 59),
        CalendarDay(2000, 2, 29, 11_016), CalendarDay(2000, 3, 1, 11_017),
        CalendarDay(2024, 2, 29, 19_782), CalendarDay(2024, 12, 31, 20_088),
        CalendarDay(2026, 11, 24, 20_781), CalendarDay(2100, 2, 28, 47_540),
        CalendarDay(2100, 3, 1, 47_541), CalendarDay(9999, 12, 31, 2_932_896),
    ])
    func `A date and its number of days lead to each other`(example: CalendarDay) throws {
        let date = try #require(
            CivilDate(year: example.year, month: example.month, day: example.day)
        )
        #expect(date.daysSince1970 == example.number)
        #expect(CivilDate(daysSince1970: example.number) == date)
    }

    @Test func `Every month from year 1 to 9999 begins a day after the end of the one before`() {
        var number = -719_162
        var mismatches: [String] = []
        for year in 1...9999 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (index, length) in lengths.enumerated() {
                let first = CivilDate(year: year, month: index + 1, day: 1)
                let last = CivilDate(year: year, month: index + 1, day: length)
                let end = number + length - 1
                if first?.daysSince1970 != number || CivilDate(daysSince1970: number) != first
                    || last?.daysSince1970 != end || CivilDate(daysSince1970: end) != last
                    || CivilDate(year: year, month: index + 1, day: length + 1) != nil
                {
                    mismatches.append("\(year)-\(index + 1)")
                }
                number = end + 1
            }
        }
        #expect(mismatches.isEmpty)
        #expect(number == 2_932_897)
    }

    @Test(arguments: [
        (2026, 0, 1), (2026, 13, 1), (2026, -1, 1), (2026, 1, 0), (2026, 1, -1), (2026, 1, 32),
        (2026, 4, 31), (2026, 2, 29), (2100, 2, 29), (1900, 2, 29), (2000, 2, 30), (2024, 2, 30),
        (2026, .max, 1), (2026, 1, .max),
    ])
    func `There is no date without its month or day`(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }
}

struct CivilTimeTests {
    // By `date --utc --date=@SECONDS`.
    @Test(arguments: [
        (-62_135_596_800, [1, 1, 1], "00:00:00"), (-86_401, [1969, 12, 30], "23:59:59"),
        (-86_400, [1969, 12, 31], "00:00:00"), (-1, [1969, 12, 31], "23:59:59"),
        (0, [1970, 1, 1], "00:00:00"), (59, [1970, 1, 1], "00:00:59"),
        (86_399, [1970, 1, 1], "23:59:59"), (951_782_399, [2000, 2, 28], "23:59:59"),
        (951_782_400, [2000, 2, 29], "00:00:00"), (1_795_508_280, [2026, 11, 24], "08:18:00"),
        (4_294_967_295, [2106, 2, 7], "06:28:15"),
        (253_402_300_799, [9999, 12, 31], "23:59:59"),
    ])
    func `A moment has its date and time of day`(seconds: Int, date: [Int], clock: String) {
        let time = CivilTime(unixSeconds: seconds)
        #expect([time.date.year, time.date.month, time.date.day] == date)
        #expect(time.clock == clock)
        let secondOfDay = (time.hour * 60 + time.minute) * 60 + time.second
        #expect(time.date.daysSince1970 * 86_400 + secondOfDay == seconds)
    }

    @Test(arguments: [(0, "00"), (9, "09"), (10, "10"), (99, "99")])
    func `Small numbers have two digits`(number: Int, text: String) {
        #expect(CivilTime.twoDigits(number) == text)
    }
}
