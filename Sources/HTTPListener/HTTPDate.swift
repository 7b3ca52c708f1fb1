import Basics

/// The date format of HTTP, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Writes a time.
    ///
    /// - Parameter seconds: Seconds since 1970 in UTC; earlier times count as 1970.
    /// - Returns: The date.
    static func text(unixSeconds seconds: Int) -> String {
        let time = CivilTime(unixSeconds: max(seconds, 0))
        let digits = String(time.date.year)
        let year = String(repeating: "0", count: max(4 - digits.count, 0)) + digits
        let day = CivilTime.twoDigits(time.date.day)
        return
            "\(weekdays[time.date.daysSince1970 % 7]), \(day) \(months[time.date.month - 1]) \(year) \(time.clock) GMT"
    }
}
