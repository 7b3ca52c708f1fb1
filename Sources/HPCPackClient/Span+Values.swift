import Basics

/// The values of the API, read from their bytes.
extension Span<UInt8> {
    /// The whole number that the bytes spell in decimal, white space around it aside.
    func decimalInteger() -> Int64? {
        let digits = trimmed()
        var start = 0
        var negative = false
        if digits.count > 0, digits[0] == UInt8(ascii: "-") || digits[0] == UInt8(ascii: "+") {
            negative = digits[0] == UInt8(ascii: "-")
            start = 1
        }
        guard start < digits.count else { return nil }
        var value: Int64 = 0
        for index in start..<digits.count {
            let digit = digits[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return negative ? -value : value
    }

    /// The finite, plain decimal number that the bytes spell, such as `2048` or `20.5`.
    func decimalNumber() -> Double? {
        if let whole = decimalInteger() { return Double(whole) }
        let value = Double(String(copying: trimmed()))
        guard let value, value.isFinite else { return nil }
        return value
    }

    /// `True` and `False`, in any case, as .NET spells them (FACTS: Values).
    func boolean() -> Bool? {
        let word = trimmed()
        if word.equalsIgnoringCase("True") { return true }
        if word.equalsIgnoringCase("False") { return false }
        return nil
    }
}
