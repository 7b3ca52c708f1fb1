import Basics

/// The date format of HTTP, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
package enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Returns the text of a moment.
    ///
    /// - Parameter seconds: Unix seconds; earlier times than 1970 count as 1970.
    /// - Returns: The text.
    package static func text(unixSeconds seconds: Int) -> String {
        let time = CivilTime(unixSeconds: max(seconds, 0))
        let digits = String(time.date.year)
        let year = String(repeating: "0", count: max(4 - digits.count, 0)) + digits
        let day = CivilTime.twoDigits(time.date.day)
        let weekday = weekdays[time.date.daysSince1970 % 7]
        return "\(weekday), \(day) \(months[time.date.month - 1]) \(year) \(time.clock) GMT"
    }
}

/// The value of `Date` in responses, formatted once a second.
struct DateCache {
    private var seconds = WallClock.seconds

    /// The date as of the last update.
    private(set) var text = HTTPDate.text(unixSeconds: Int(WallClock.seconds))

    /// Sets the date to the present one.
    mutating func update() {
        let now = WallClock.seconds
        guard now != seconds else { return }
        seconds = now
        text = HTTPDate.text(unixSeconds: Int(now))
    }
}
