#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Questions that the client asks of short texts while they are still bytes.
extension Span<UInt8> {
    /// Whether the bytes spell `text`, ASCII case aside.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices {
            // In bounds: `index` is below `count`, which equals the length of `text`.
            let expected = unsafe text.utf8Start[index]
            guard self[index].lowercasedASCII == expected.lowercasedASCII else { return false }
        }
        return true
    }

    /// The bytes without white space at either end.
    @_lifetime(copy self)
    func trimmed() -> Span<UInt8> {
        var start = 0
        var end = count
        while start < end, self[start].isASCIISpace { start += 1 }
        while end > start, self[end - 1].isASCIISpace { end -= 1 }
        return extracting(start..<end)
    }

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

extension String {
    /// The text of `bytes`; what is not UTF-8 becomes U+FFFD.
    public init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension UInt8 {
    /// The byte with `A`…`Z` turned to lower case and every other value as it is.
    var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

    /// Space, tab, line feed or carriage return.
    var isASCIISpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

    /// `A`…`Z` or `a`…`z`.
    var isASCIILetter: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7A }

    /// The value of a decimal digit.
    var decimalDigit: Int? { self >= 0x30 && self <= 0x39 ? Int(self) - 0x30 : nil }
}
