/// A time as the `ChangeTimeFrom` filter takes it: `MM/dd/yyyy HH:mm:ss` in UTC (FACTS: Filters).
enum FilterTime {
    /// Writes a time.
    ///
    /// - Parameter seconds: Unix seconds.
    /// - Returns: The text, not yet percent-encoded.
    static func text(_ seconds: UInt32) -> String {
        let days = Int(seconds / 86_400)
        let clock = Int(seconds % 86_400)
        // Counts from 1 March of year 0, so that the leap day is the last day of the year.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return
            "\(two(month))/\(two(day))/\(year) \(two(clock / 3600)):\(two(clock / 60 % 60)):\(two(clock % 60))"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
