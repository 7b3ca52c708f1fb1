import Basics

/// One item of a field by which a client tells what it accepts: `name;parameter=value;q=0.5` (RFC 9110 §12.4).
struct AcceptedItem: Equatable {
    /// What is accepted, in lower case.
    let name: String
    /// Its parameters but the weight, names and values in lower case.
    let parameters: [String: String]
    /// The weight in thousandths; 1000 where none is told.
    let weight: Int

    /// Reads a field.
    ///
    /// - Parameter field: The value of the field.
    /// - Returns: Its items; malformed ones are left out.
    static func all(in field: String) -> [AcceptedItem] {
        field.split(separator: ",").compactMap(AcceptedItem.init)
    }

    private init?(_ item: Substring) {
        let parts = item.split(separator: ";", omittingEmptySubsequences: false).map {
            $0.trimmingBlanks()
        }
        var weight = 1000
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { String($0.trimmingBlanks()).lowercased() }
            guard sides.count == 2 else { return nil }
            if sides[0] == "q" {
                guard let told = Self.weight(sides[1]) else { return nil }
                weight = told
            } else {
                let value = sides[1]
                let isQuoted = value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
                parameters[sides[0]] = isQuoted ? String(value.dropFirst().dropLast()) : value
            }
        }
        name = String(parts[0]).lowercased()
        self.parameters = parameters
        self.weight = weight
    }

    /// The thousandths of a weight: 0 to 1 with at most three digits behind the point; `nil` when it is none.
    private static func weight(_ text: String) -> Int? {
        let digits = Array(text.utf8)
        guard let whole = digits.first?.decimalDigit, whole <= 1, digits.count <= 5 else {
            return nil
        }
        guard digits.count == 1 || digits[1] == UInt8(ascii: ".") else { return nil }
        var value = whole * 1000
        var scale = 100
        for digit in digits.dropFirst(2) {
            guard let digit = digit.decimalDigit else { return nil }
            value += digit * scale
            scale /= 10
        }
        return value <= 1000 ? value : nil
    }
}
