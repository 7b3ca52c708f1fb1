import Basics

/// Durations as Prometheus and Go write them, such as `500ms`, `30s`, `1h30m`, `1d`.
public enum DurationText {
    private static let units: [(name: Substring, length: Duration)] = [
        ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)),
        ("d", .seconds(86_400)),
    ]

    /// Parses a duration.
    ///
    /// - Parameter text: One or more numbers with a unit each, from the longest unit to the shortest.
    /// - Returns: The duration, or `nil` for any other text.
    public static func parse(_ text: String) -> Duration? {
        var total = Duration.zero
        var rest = text.utf8[...]
        var shortest = units.count
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix(while: \.isASCIIDigit)
            guard !digits.isEmpty, digits.count <= 9, let number = Int64(Substring(digits)) else {
                return nil
            }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { (0x61...0x7A).contains($0) }
            guard let unit = units.firstIndex(where: { $0.name == Substring(letters) }),
                unit < shortest
            else { return nil }
            rest = rest.dropFirst(letters.count)
            shortest = unit
            total += units[unit].length * number
        }
        // A sum that carries over into a tenth digit of days could not be written in this form.
        return total < units[units.count - 1].length * 1_000_000_000 ? total : nil
    }

    /// Formats a duration in the form that `parse` reads; a part of a millisecond is dropped.
    public static func format(_ duration: Duration) -> String {
        var rest = duration
        var text = ""
        for unit in units.reversed() {
            let count = Int64(rest / unit.length)
            guard count > 0 else { continue }
            text += "\(count)\(unit.name)"
            rest -= unit.length * count
        }
        return text.isEmpty ? "0s" : text
    }
}
