/// Numbers as APIs, headers and flags write them: decimal digits and nothing else, no sign, exponent or blank.
extension Span<UInt8> {
    /// The whole number that the bytes spell in decimal digits; `nil` for any other text and for one too large.
    public func decimalInteger() -> Int64? {
        guard count > 0 else { return nil }
        var value: Int64 = 0
        for index in indices {
            let digit = self[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// The number that the bytes spell in decimal digits, with or without a fraction, such as `2048` or `20.5`; `nil`
    /// for any other text and for one too large.
    public func decimalNumber() -> Double? {
        guard let point = indices.first(where: { self[$0] == UInt8(ascii: ".") }) else {
            return decimalInteger().map { Double($0) }
        }
        let fraction = extracting((point + 1)..<count)
        guard extracting(0..<point).decimalInteger() != nil, fraction.count > 0,
            fraction.indices.allSatisfy({ fraction[$0].isASCIIDigit })
        else { return nil }
        return Double(String(copying: self))
    }
}

extension String {
    /// The whole number that the text spells in decimal digits; `nil` for any other text.
    public var decimalInteger: Int64? { utf8.span.decimalInteger() }

    /// The number that the text spells in decimal digits, with or without a fraction; `nil` for any other text.
    public var decimalNumber: Double? { utf8.span.decimalNumber() }
}
