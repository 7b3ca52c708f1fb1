/// The values in a fault's text.
enum FaultValue {
    /// The most bytes that a fault can count.
    static let bytes = 1 << 30

    /// A whole number in a range.
    static func number(
        _ name: String,
        _ text: String?,
        _ range: ClosedRange<Int>,
        else standard: Int? = nil
    ) throws(ConfigurationError) -> Int {
        guard let text else {
            guard let standard else { throw ConfigurationError("fault \(name) needs a number") }
            return standard
        }
        guard let number = Int(text), range.contains(number) else {
            throw ConfigurationError(
                "fault \(name): \"\(text.prefix(60))\" is no number from \(range.lowerBound) to "
                    + "\(range.upperBound)"
            )
        }
        return number
    }

    /// A duration such as `250ms`, `5s`, `2m` or `1h`; a number alone is seconds.
    static func seconds(_ name: String, _ text: String?) throws(ConfigurationError) -> Double {
        let text = text ?? ""
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
        for (unit, seconds) in units where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.utf8.count)
            guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
                let count = Double(digits), count * seconds <= 86_400
            else { break }
            return count * seconds
        }
        throw ConfigurationError(
            "fault \(name): \"\(text.prefix(60))\" is no duration of at most a day, such as 250ms, 5s "
                + "or 2m"
        )
    }

    /// One of a kind's words; `nil` when there is no value.
    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        _ text: String?
    ) throws(ConfigurationError) -> Choice? {
        guard let text else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError(
                "fault \(name): \"\(text.prefix(60))\" is not one of \(words)"
            )
        }
        return choice
    }
}
