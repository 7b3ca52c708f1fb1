/// A date and time of day in UTC, in the proleptic Gregorian calendar.
struct CivilTime: Sendable, Equatable {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int

    /// What .NET writes for a time that was never set: `DateTime.MinValue`.
    static let never = CivilTime(year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0)

    init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The UTC time of `unix` seconds.
    ///
    /// The calendar runs in eras of 400 years that begin on 1 March, so that the leap day is the
    /// last day of a year and each month's offset is a linear formula.
    init(unix: Int64) {
        let days = (unix >= 0 ? unix : unix - 86_399) / 86_400
        let secondOfDay = Int(unix - days * 86_400)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    /// Unix seconds of this time.
    var unix: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// 0 for Sunday to 6 for Saturday.
    var weekday: Int {
        let days = (unix - Int64(hour * 3600 + minute * 60 + second)) / 86_400
        return Int(((days + 4) % 7 + 7) % 7)
    }

    /// True when the fields name a day that exists and a time of day.
    var isValid: Bool {
        guard (1...9999).contains(year), (1...12).contains(month), (0...23).contains(hour),
            (0...59).contains(minute), (0...59).contains(second)
        else { return false }
        return (1...Self.days(inMonth: month, of: year)).contains(day)
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Reads what a client sends as `ChangeTimeFrom`: `MM/dd/yyyy HH:mm:ss`, UTC, whatever the
    /// server's culture (FACTS: Filters and times).
    ///
    /// One-digit fields are accepted, as .NET does.
    init?(changeTimeFrom text: String) {
        let halves = text.split(separator: " ", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let date = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        let time = halves[1].split(separator: ":", omittingEmptySubsequences: false)
        guard date.count == 3, time.count == 3, date[2].utf8.count == 4 else { return nil }
        let fields = (date + time).map { part -> Int in
            guard (1...4).contains(part.utf8.count),
                part.utf8.allSatisfy({ (48...57).contains($0) })
            else { return -1 }
            return Int(part) ?? -1
        }
        self.init(
            year: fields[2],
            month: fields[0],
            day: fields[1],
            hour: fields[3],
            minute: fields[4],
            second: fields[5]
        )
        guard isValid else { return nil }
    }
}
