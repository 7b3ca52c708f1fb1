import Basics

/// A calendar in which the culture of a server may write dates.
///
/// Those of .NET that a culture can have and that count in numbers; the Hebrew calendar writes letters, the Japanese
/// one needs the name of the era, and the Korean one is no default anywhere.
public enum ServerCalendar: String, CaseIterable, Sendable {
    case gregorian = "Gregorian"
    /// The Gregorian calendar with years from 543 BC, the default of `th-TH`.
    case buddhist = "Buddhist"
    /// The solar calendar of Iran, the default of `fa-IR`.
    case persian = "Persian"
    /// The Gregorian calendar with years from 1911 on, an option of `zh-TW`.
    case minguo = "Minguo"
    /// The lunar calendar of Saudi Arabia as it is published, the default of `ar-SA`.
    case ummAlQura = "Umm al-Qura"
    /// The lunar calendar by arithmetic, as .NET's `HijriCalendar` has it.
    case hijri = "Hijri"

    /// The days from 1970-01-01 to a date of the calendar; `nil` where it has no such date, or none that is known.
    func daysSince1970(year: Int, month: Int, day: Int) -> Int? {
        switch self {
        case .gregorian: CivilDate(year: year, month: month, day: day)?.daysSince1970
        case .buddhist: CivilDate(year: year - 543, month: month, day: day)?.daysSince1970
        case .minguo: CivilDate(year: year + 1911, month: month, day: day)?.daysSince1970
        case .persian: Self.persianDays(year, month, day)
        case .ummAlQura: Self.ummAlQuraDays(year, month, day)
        case .hijri: Self.hijriDays(year, month, day)
        }
    }

    /// The year of which a date tells the last two digits.
    func year(ofTwoDigits digits: Int) -> Int {
        switch self {
        case .gregorian: 2000 + digits
        case .buddhist: 2500 + digits
        case .persian: (digits < 70 ? 1400 : 1300) + digits
        case .minguo: 100 + digits
        case .ummAlQura, .hijri: 1400 + digits
        }
    }

    /// Eight leap years in 33, which is what the equinox brings from 1178 to 1633.
    private static func persianDays(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1178...1633).contains(year), (1...12).contains(month) else { return nil }
        let isLeap = (25 * year + 11) % 33 < 8
        let length = month <= 6 ? 31 : month <= 11 || isLeap ? 30 : 29
        guard (1...length).contains(day) else { return nil }
        let daysBeforeMonth = month <= 7 ? 31 * (month - 1) : 186 + 30 * (month - 7)
        return 365 * (year - 1) + (8 * year + 21) / 33 + daysBeforeMonth + day - 1 - 492_268
    }

    /// Eleven leap years in 30, from 622-07-18 of the Gregorian calendar on.
    private static func hijriDays(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1...9000).contains(year), (1...12).contains(month) else { return nil }
        let isLeap = (11 * year + 14) % 30 < 11
        let length = month % 2 == 1 || month == 12 && isLeap ? 30 : 29
        guard (1...length).contains(day) else { return nil }
        return 354 * (year - 1) + (11 * year + 3) / 30 + 29 * (month - 1) + month / 2 + day - 1
            - 492_149
    }

    private static func ummAlQuraDays(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        let index = year - firstUmmAlQuraYear
        guard longMonths.indices.contains(index), (1...12).contains(month),
            (1...(29 + Int(longMonths[index] >> UInt16(month - 1) & 1))).contains(day)
        else { return nil }
        // 1 Muharram 1426 was 2005-02-10.
        let daysOfYears = longMonths[..<index].reduce(12_824) { $0 + 348 + $1.nonzeroBitCount }
        let before = longMonths[index] & (1 << UInt16(month - 1) - 1)
        return daysOfYears + 29 * (month - 1) + before.nonzeroBitCount + day - 1
    }

    private static let firstUmmAlQuraYear = 1426

    /// The months of 30 days in the years from 1426 to 1500, the first month in the lowest bit; the others have 29.
    ///
    /// The calendar is published, not computed. The lengths are those by which .NET writes dates; other tables, such
    /// as that of Unicode's ICU, foresee others from 1451 (May 2029) on.
    private static let longMonths: [UInt16] = [
        0xB6A, 0x6D4, 0xDC9, 0xD92, 0xAA6, 0x956, 0x2AE, 0x56D, 0x36A, 0xB55, 0xAAA, 0x94D, 0x49D,
        0x95D, 0x2BA, 0x5B5, 0x5AA, 0xD55, 0xA9A, 0x92E, 0x26E, 0x55D, 0xADA, 0x6D4, 0x6A5, 0x54B,
        0xA97, 0x54E, 0xAAE, 0x5AC, 0xBA9, 0xD92, 0xB25, 0x64B, 0xCAB, 0x55A, 0xB55, 0x6D2, 0xEA5,
        0xE4A, 0xA95, 0x52D, 0xAAD, 0x36C, 0x759, 0x6D2, 0x695, 0x52D, 0xA5B, 0x4BA, 0x9BA, 0x3B4,
        0xB69, 0xB52, 0xAA6, 0x4B6, 0x96D, 0x2EC, 0x6D9, 0xEB2, 0xD54, 0xD2A, 0xA56, 0x4AE, 0x96D,
        0xD6A, 0xB54, 0xB29, 0xA93, 0x52B, 0xA57, 0x536, 0xAB5, 0x6AA, 0xE93,
    ]
}
