import Basics

/// The numbers of a time as its text tells them, by no calendar yet.
struct DateTimeFields: Equatable {
    var year = 0
    /// Whether the pattern tells only the last two digits of the year.
    var isShortYear = false
    var month = 0
    var day = 0
    /// The seconds of the day, 0 to 86,399.
    var secondOfDay = 0
    /// Seconds east of UTC, where the text says so.
    var offset = 0

    /// The time that the numbers mean.
    ///
    /// - Parameter calendar: The calendar of the date.
    /// - Returns: The time; `nil` when the calendar has no such date.
    func reading(in calendar: ServerCalendar) -> DateTimeReading? {
        if isNever { return .absent }
        let fullYear = isShortYear ? calendar.year(ofTwoDigits: year) : year
        guard let days = calendar.daysSince1970(year: fullYear, month: month, day: day) else {
            return nil
        }
        let gregorianYear =
            calendar == .gregorian ? fullYear : CivilDate(daysSince1970: days).year
        // A server that tells two digits has no jobs of the last century.
        if isShortYear, calendar == .gregorian, year >= 50 { return .unreadable }
        if Self.isNever(gregorianYear) { return .absent }
        guard (1971...2105).contains(gregorianYear),
            let seconds = UInt32(exactly: days * 86_400 + secondOfDay - offset)
        else { return .unreadable }
        return .seconds(seconds)
    }

    /// Whether a year of the Gregorian calendar stands for a time that was never set: those of .NET, of Windows, of
    /// OLE and of Unix, and the end of .NET's time (docs/hpcpack-api.md#values).
    private static func isNever(_ year: Int) -> Bool {
        year == 1 || year == 1601 || (1899...1970).contains(year) || year == 9999
    }

    /// .NET writes a time that was never set by the Gregorian calendar where another has no such year.
    private var isNever: Bool {
        guard isShortYear else {
            return Self.isNever(year) && CivilDate(year: year, month: month, day: day) != nil
        }
        return (year == 1 || year == 70) && month == 1 && day == 1 && secondOfDay == 0
    }
}
