extension RowReader {
    /// Begins a string whose opening quote is at `index`.
    mutating func beginString(_ purpose: Purpose, isKept: Bool, at index: Int) {
        state = .text
        self.purpose = purpose
        token.isKept = isKept
        token.start = row.used
        token.limit = base + index + 1 + limits.stringBytes
        token.highSurrogate = 0
    }

    /// Continues a string, to its end at most.
    ///
    /// - Returns: The index of the next byte to read.
    mutating func readString(
        _ bytes: Span<UInt8>,
        from start: Int,
        to stop: Int,
        onRow: (borrowing Row) -> Void
    ) throws(JSONRowsError) -> Int {
        let limit = token.limit - base
        let plainStop = min(stop, limit)
        var index = start
        while index < stop {
            if state == .text, token.highSurrogate == 0 {
                // Safe: a UInt8 has no padding.
                let raw = unsafe bytes.bytes
                index =
                    token.isKept
                    ? row.appendPlain(raw, from: index, to: plainStop)
                    : raw.skipPlain(from: index, to: plainStop)
                guard index < stop else { break }
            }
            let byte = bytes[index]
            if state == .text, byte == UInt8(ascii: "\"") {
                endHighSurrogate()
                endString(onRow)
                return index + 1
            }
            guard index < limit else { throw error(.stringTooLong, at: index) }
            switch state {
            case .text:
                if byte == UInt8(ascii: "\\") {
                    state = .escape
                    break
                }
                endHighSurrogate()
                guard byte >= 0x20 else { throw error(.controlCharacter, at: index) }
                guard byte < 0x80 || beginSequence(byte) else {
                    throw error(.invalidUTF8, at: index)
                }
                if token.isKept { row.append(byte) }
            case .continuation:
                guard byte >= token.lowest, byte <= token.highest else {
                    throw error(.invalidUTF8, at: index)
                }
                if token.isKept { row.append(byte) }
                token.lowest = 0x80
                token.highest = 0xBF
                token.continuations -= 1
                if token.continuations == 0 { state = .text }
            case .escape:
                try readEscape(byte, at: index)
            default:
                guard let digit = byte.hexadecimalDigit else {
                    throw error(.invalidEscape, at: index)
                }
                token.codeUnit = token.codeUnit << 4 | digit
                token.digitsLeft -= 1
                if token.digitsLeft == 0 {
                    endCodeUnit()
                    state = .text
                }
            }
            index += 1
        }
        return index
    }

    /// Reads the byte after a backslash.
    private mutating func readEscape(_ byte: UInt8, at index: Int) throws(JSONRowsError) {
        if byte == UInt8(ascii: "u") {
            token.codeUnit = 0
            token.digitsLeft = 4
            state = .hexadecimal
            return
        }
        let decoded: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded = byte
        case UInt8(ascii: "b"): decoded = 0x08
        case UInt8(ascii: "f"): decoded = 0x0C
        case UInt8(ascii: "n"): decoded = 0x0A
        case UInt8(ascii: "r"): decoded = 0x0D
        case UInt8(ascii: "t"): decoded = 0x09
        default: throw error(.invalidEscape, at: index)
        }
        endHighSurrogate()
        if token.isKept { row.append(decoded) }
        state = .text
    }

    /// Decodes an escaped UTF-16 code unit.
    ///
    /// The grammar allows an unpaired surrogate (RFC 8259 §8.2); it is replaced by U+FFFD.
    private mutating func endCodeUnit() {
        let unit = token.codeUnit
        switch unit {
        case 0xD800...0xDBFF:
            endHighSurrogate()
            token.highSurrogate = unit
        case 0xDC00...0xDFFF where token.highSurrogate != 0:
            let high = UInt32(token.highSurrogate) - 0xD800
            token.highSurrogate = 0
            append(Unicode.Scalar(0x10000 + high << 10 + (UInt32(unit) - 0xDC00)))
        default:
            endHighSurrogate()
            append(Unicode.Scalar(unit))
        }
    }

    /// Replaces a high surrogate that no low one follows by U+FFFD.
    private mutating func endHighSurrogate() {
        guard token.highSurrogate != 0 else { return }
        token.highSurrogate = 0
        append(nil)
    }

    /// Appends a character to a string that is kept; U+FFFD for `nil`.
    private mutating func append(_ scalar: Unicode.Scalar?) {
        if token.isKept { row.append(scalar ?? "\u{FFFD}") }
    }

    /// Begins a UTF-8 sequence of two to four bytes (RFC 3629 §4).
    ///
    /// - Returns: Whether a sequence can begin with this byte.
    private mutating func beginSequence(_ byte: UInt8) -> Bool {
        token.lowest = 0x80
        token.highest = 0xBF
        switch byte {
        case 0xC2...0xDF: token.continuations = 1
        case 0xE0...0xEF:
            token.continuations = 2
            if byte == 0xE0 { token.lowest = 0xA0 }
            if byte == 0xED { token.highest = 0x9F }
        case 0xF0...0xF4:
            token.continuations = 3
            if byte == 0xF0 { token.lowest = 0x90 }
            if byte == 0xF4 { token.highest = 0x8F }
        default: return false
        }
        state = .continuation
        return true
    }

    /// Ends a string at its closing quote.
    private mutating func endString(_ onRow: (borrowing Row) -> Void) {
        let start = token.start
        switch purpose {
        case .skippedKey:
            member = .other
            state = .colon
            return
        case .key:
            member = memberNamed(from: start)
            row.used = start
            state = .colon
            return
        case .name:
            let column = columnNamed(from: start)
            property.column = column ?? -1
            property.isNamed = true
            row.used = start
        case .value:
            property.hasValue = true
            property.start = start
            property.end = row.used
        case .row:
            row.set(0, from: start, to: row.used)
            endRow(onRow)
        case .memberKey:
            member = memberOfPlainObject(from: start)
            row.used = start
            state = .colon
            return
        case .memberValue: row.set(memberColumn.column, from: start, to: row.used)
        case .skip, .item: break
        }
        endValue()
    }

    /// Returns the column of the name at the end of the row's text.
    private func columnNamed(from start: Int) -> Int? {
        columns.column(of: row.textBytes, from: start, length: row.used - start)
    }

    /// Returns the meaning of the key at the end of the row's text in the innermost object.
    ///
    /// The specification has the keys in lower case in its definitions, and capitalized in its examples.
    private func memberNamed(from start: Int) -> Member {
        let length = row.used - start
        let head = ByteWord(row.textBytes, at: start).prefix(length).asciiLowercased.bits
        if open.last == .row {
            guard length == 10, head == Keys.properti else { return .other }
            let tail = ByteWord(row.textBytes, at: start + 8).prefix(2).asciiLowercased.bits
            return tail == Keys.es ? .properties : .other
        }
        if length == 4, head == Keys.name { return .name }
        return length == 5 && head == Keys.value ? .value : .other
    }
}

/// The known keys, as the bits of a `ByteWord`.
private enum Keys {
    static let name: UInt64 = 0x656D_616E
    static let value: UInt64 = 0x65_756C_6176
    static let properti: UInt64 = 0x6974_7265_706F_7270
    static let es: UInt64 = 0x7365
}

extension UInt8 {
    /// The value of a hexadecimal digit, or `nil` for any other byte.
    var hexadecimalDigit: UInt16? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(self &- UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(self &- UInt8(ascii: "a") &+ 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(self &- UInt8(ascii: "A") &+ 10)
        default: nil
        }
    }
}
