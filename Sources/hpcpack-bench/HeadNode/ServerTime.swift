/// Times as the server writes them, `M/d/yyyy h:mm:ss tt`, and as a filter names them, all in UTC.
enum ServerTime {
    /// The pattern that the server tells.
    static let pattern = "M/d/yyyy h:mm:ss tt"

    /// Appends a time; 0 stands for one that was never set.
    static func append(_ seconds: UInt32, to bytes: inout [UInt8]) {
        guard seconds != 0 else { return }
        let (year, month, day) = date(Int(seconds / 86_400))
        for (part, end) in [(month, "/"), (day, "/"), (year, " ")] {
            append(part, to: &bytes)
            bytes += end.utf8
        }
        let hour = Int(seconds / 3600 % 24)
        append(hour % 12 == 0 ? 12 : hour % 12, to: &bytes)
        for part in [seconds / 60 % 60, seconds % 60] {
            bytes += (part < 10 ? ":0" : ":").utf8
            append(Int(part), to: &bytes)
        }
        bytes += (hour < 12 ? " AM" : " PM").utf8
    }

    /// Appends a number that is not negative.
    static func append(_ value: Int, to bytes: inout [UInt8]) {
        if value >= 10 { append(value / 10, to: &bytes) }
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }

    /// Reads the time of a filter: `MM/dd/yyyy HH:mm:ss`.
    static func read(_ text: Substring) -> UInt32? {
        let numbers = text.split { "/: ".contains($0) }.compactMap { Int($0) }
        guard numbers.count == 6, numbers.allSatisfy({ $0 >= 0 && $0 < 10_000 }) else { return nil }
        // Counted forwards from a day at most 31 days before, so that only one direction is needed.
        let near = (numbers[2] - 1970) * 365 + (numbers[2] - 1969) / 4 + (numbers[0] - 1) * 30
        guard
            let day = (max(0, near - 4)..<near + 40).first(where: {
                date($0) == (numbers[2], numbers[0], numbers[1])
            })
        else { return nil }
        return UInt32(exactly: ((day * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5])
    }

    /// The date of a day since 1 January 1970; years begin in March, so that a leap day is their last.
    private static func date(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let ofEra = shifted % 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        return (
            shifted / 146_097 * 400 + yearOfEra + (month <= 2 ? 1 : 0), month,
            ofYear - (153 * fromMarch + 2) / 5 + 1
        )
    }
}
