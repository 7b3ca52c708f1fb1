/// Durations as Prometheus and Go write them, such as `500ms`, `30s`, `1h30m`, `1d`.
enum DurationText {
    /// Reads a duration.
    ///
    /// - Parameter text: One or more numbers with a unit each, from the longest unit to the shortest.
    /// - Returns: `nil` for anything else.
    static func read(_ text: String) -> Duration? {
        var total = Duration.zero
        var rest = text.utf8[...]
        var last = units.count
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty, digits.count <= 9, let number = Int64(Substring(digits)) else {
                return nil
            }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { (0x61...0x7A).contains($0) }
            guard let place = units.firstIndex(where: { $0.name == Substring(letters) }),
                place < last
            else { return nil }
            rest = rest.dropFirst(letters.count)
            last = place
            total += units[place].length * number
        }
        // A sum that carries over into a tenth digit of days could not be written in this form.
        return total < units[units.count - 1].length * 1_000_000_000 ? total : nil
    }

    /// Writes a duration in the form that `read` takes.
    static func write(_ duration: Duration) -> String {
        var left = duration
        var text = ""
        for unit in units.reversed() {
            let count = Int64(left / unit.length)
            guard count > 0 else { continue }
            text += "\(count)\(unit.name)"
            left -= unit.length * count
        }
        return text.isEmpty ? "0s" : text
    }

    private static var units: [(name: Substring, length: Duration)] {
        [
            ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)),
            ("h", .seconds(3600)),
            ("d", .seconds(86_400)),
        ]
    }
}
