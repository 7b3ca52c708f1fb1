import Basics

/// A time as the `ChangeTimeFrom` filter takes it: `MM/dd/yyyy HH:mm:ss` in UTC (FACTS: Filters).
enum FilterTime {
    /// Writes a time.
    ///
    /// - Parameter seconds: Unix seconds.
    /// - Returns: The text, not yet percent-encoded.
    static func text(_ seconds: UInt32) -> String {
        let time = CivilTime(unixSeconds: Int(seconds))
        let (month, day) = (
            CivilTime.twoDigits(time.date.month), CivilTime.twoDigits(time.date.day)
        )
        return "\(month)/\(day)/\(time.date.year) \(time.clock)"
    }
}
