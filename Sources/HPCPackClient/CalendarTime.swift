/// The Gregorian calendar in UTC, as far as times from 1970 to 2105 need it.
enum CalendarTime {
    /// The Unix seconds of a date and time of day.
    ///
    /// - Returns: `nil` when there is no such moment, or none that a `UInt32` above 0 holds.
    static func seconds(
        _ year: Int,
        _ month: Int,
        _ day: Int,
        _ hour: Int,
        _ minute: Int,
        _ second: Int
    ) -> UInt32? {
        guard (1970...2105).contains(year), isDate(year, month, day), hour <= 23, minute <= 59,
            second <= 59
        else { return nil }
        let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
        guard seconds > 0 else { return nil }
        return UInt32(exactly: seconds)
    }

    /// Whether a month has the day.
    static func isDate(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        // Days up to the 28th are in every month, and most days are.
        (1...12).contains(month) && day >= 1 && (day <= 28 || day <= days(in: month, of: year))
    }

    /// Days since 1 January 1970.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // March is the first month, so that the leap day is the last day of the year.
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}
