extension RowReader {
    /// Begins a string, number or literal at its first byte.
    mutating func beginScalar(_ byte: UInt8, _ purpose: Purpose, isKept: Bool, at index: Int) {
        switch byte {
        case UInt8(ascii: "\""):
            beginString(purpose, isKept: isKept, at: index)
            return
        case UInt8(ascii: "n"): beginLiteral(.null)
        case UInt8(ascii: "t"): beginLiteral(.true)
        case UInt8(ascii: "f"): beginLiteral(.false)
        case UInt8(ascii: "-"): state = .minus
        case UInt8(ascii: "0"): state = .zero
        default: state = .digits
        }
        self.purpose = purpose
        token.isKept = isKept
        token.start = row.used
        token.limit = base + index + limits.stringBytes
        if isKept { row.append(byte) }
    }

    private mutating func beginLiteral(_ literal: Literal) {
        state = .literal
        token.literal = literal
        token.matched = 1
    }

    /// Continues a literal.
    ///
    /// - Returns: The index of the next byte to read.
    mutating func readLiteral(
        _ bytes: Span<UInt8>,
        from start: Int,
        to stop: Int
    ) throws(JSONRowsError) -> Int {
        let literal = token.literal
        var index = start
        while index < stop {
            guard bytes[index] == literal.byte(token.matched) else {
                throw error(.unexpectedByte, at: index)
            }
            if token.isKept { row.append(bytes[index]) }
            index += 1
            token.matched += 1
            if token.matched == literal.count {
                endScalar(isNull: literal == .null)
                break
            }
        }
        return index
    }

    /// Continues a number, which ends before the first byte that cannot be part of it.
    ///
    /// - Returns: The index of the next byte to read.
    mutating func readNumber(
        _ bytes: Span<UInt8>,
        from start: Int,
        to stop: Int
    ) throws(JSONRowsError) -> Int {
        var index = start
        while index < stop {
            let byte = bytes[index]
            guard let next = state.afterNumberByte(byte) else {
                guard state.canEndNumber else { throw error(.unexpectedByte, at: index) }
                endScalar(isNull: false)
                break
            }
            guard base + index < token.limit else { throw error(.stringTooLong, at: index) }
            if token.isKept { row.append(byte) }
            state = next
            index += 1
        }
        return index
    }

    /// Ends a number or a literal.
    private mutating func endScalar(isNull: Bool) {
        switch purpose {
        case .value where !isNull:
            property.hasValue = true
            property.start = token.start
            property.end = row.used
        case .memberValue where isNull: row.note(.null, memberColumn.column)
        case .memberValue: row.set(memberColumn.column, from: token.start, to: row.used)
        default: break
        }
        endValue()
    }
}

extension State {
    /// Returns the state after one more byte of a number, or `nil` when the byte is no part of it (RFC 8259
    /// §6).
    func afterNumberByte(_ byte: UInt8) -> State? {
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        switch self {
        case .minus where isDigit:
            return byte == UInt8(ascii: "0") ? .zero : .digits
        case .digits where isDigit:
            return .digits
        case .point where isDigit, .fraction where isDigit:
            return .fraction
        case .exponent where isDigit, .exponentSign where isDigit, .exponentDigits where isDigit:
            return .exponentDigits
        case .zero where byte == UInt8(ascii: "."), .digits where byte == UInt8(ascii: "."):
            return .point
        case .zero where byte | 0x20 == UInt8(ascii: "e"),
            .digits where byte | 0x20 == UInt8(ascii: "e"),
            .fraction where byte | 0x20 == UInt8(ascii: "e"):
            return .exponent
        case .exponent where byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"):
            return .exponentSign
        default:
            return nil
        }
    }

    /// Whether a number can end in this state.
    var canEndNumber: Bool {
        self == .zero || self == .digits || self == .fraction || self == .exponentDigits
    }
}
