/// Classification and conversion of bytes as ASCII characters.
extension UInt8 {
    /// The byte, with `A`…`Z` in lower case and every other value unchanged.
    @inlinable public var lowercasedASCII: UInt8 {
        self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self
    }

    /// Whether the byte is a space, a tab, a line feed, a vertical tab, a form feed or a carriage return.
    @inlinable public var isASCIISpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

    /// Whether the byte is `A`…`Z` or `a`…`z`.
    @inlinable public var isASCIILetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }

    /// Whether the byte is `0`…`9`.
    @inlinable public var isASCIIDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    /// The value of a decimal digit, or `nil` for any other byte.
    @inlinable public var decimalDigit: Int? {
        isASCIIDigit ? Int(self &- UInt8(ascii: "0")) : nil
    }

    /// The value of a hexadecimal digit, or `nil` for any other byte.
    @inlinable public var hexadecimalDigit: Int? {
        if isASCIIDigit { return Int(self &- UInt8(ascii: "0")) }
        let offset = lowercasedASCII &- UInt8(ascii: "a")
        return offset < 6 ? Int(offset) + 10 : nil
    }
}

extension Span<UInt8> {
    /// Returns whether the bytes are those of `text`, without regard to ASCII case.
    @inlinable
    public func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices {
            // In bounds: `index` is below `count`, which equals the length of `text`.
            let expected = unsafe text.utf8Start[index]
            guard self[index].lowercasedASCII == expected.lowercasedASCII else { return false }
        }
        return true
    }

    /// Returns the bytes without ASCII white space at either end.
    @inlinable
    @_lifetime(copy self)
    public func trimmed() -> Span<UInt8> {
        var start = 0
        var end = count
        while start < end, self[start].isASCIISpace { start += 1 }
        while end > start, self[end - 1].isASCIISpace { end -= 1 }
        return extracting(start..<end)
    }
}

extension StringProtocol {
    /// Returns the text without spaces and tabs at either end.
    public func trimmingBlanks() -> SubSequence {
        var scalars = unicodeScalars[...]
        while let first = scalars.first, first == " " || first == "\t" { scalars.removeFirst() }
        while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
        return self[scalars.startIndex..<scalars.endIndex]
    }
}

extension String {
    /// Creates a string from UTF-8 bytes, with U+FFFD for what is not UTF-8.
    public init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
