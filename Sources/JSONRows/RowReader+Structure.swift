extension RowReader {
    /// Reads from `start` to `stop`, or to where a row begins or ends, whichever comes first.
    ///
    /// - Returns: The index of the next byte to read.
    mutating func advance(
        _ bytes: Span<UInt8>,
        from start: Int,
        to stop: Int,
        onRow: (borrowing Row) -> Void
    ) throws(JSONRowsError) -> Int {
        let wasInRow = rowLimit != nil
        var index = start
        while index < stop, (rowLimit != nil) == wasInRow {
            switch state {
            case .text, .escape, .hexadecimal, .continuation:
                index = try readString(bytes, from: index, to: stop, onRow: onRow)
                if purpose == .value, state == .afterValue {
                    return followSegments(bytes, from: index, onRow: onRow)
                }
            case .minus, .zero, .digits, .point, .fraction, .exponent, .exponentSign,
                .exponentDigits:
                index = try readNumber(bytes, from: index, to: stop)
            case .literal:
                index = try readLiteral(bytes, from: index, to: stop)
            case .start:
                if bytes[index] == 0xEF {
                    state = .secondMarkByte
                    index += 1
                } else {
                    state = .value
                }
            case .secondMarkByte, .thirdMarkByte:
                guard bytes[index] == (state == .secondMarkByte ? 0xBB : 0xBF) else {
                    throw error(.unexpectedByte, at: index)
                }
                state = state == .secondMarkByte ? .thirdMarkByte : .value
                index += 1
            case .value, .firstElement, .firstKey, .key, .colon, .afterValue, .end:
                let byte = bytes[index]
                if !byte.isJSONSpace { try readStructure(bytes, at: index, onRow: onRow) }
                index += 1
            }
        }
        return index
    }

    /// Reads a byte between two tokens, or the first byte of a token.
    private mutating func readStructure(
        _ bytes: Span<UInt8>,
        at index: Int,
        onRow: (borrowing Row) -> Void
    ) throws(JSONRowsError) {
        let byte = bytes[index]
        switch (state, byte) {
        case (.firstElement, UInt8(ascii: "]")), (.firstKey, UInt8(ascii: "}")):
            close(onRow)
        case (.value, _), (.firstElement, _):
            try beginValue(bytes, at: index)
        case (.firstKey, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")):
            switch open.last {
            case .row, .property: beginString(.key, isKept: true, at: index)
            case .record, .nested: beginString(.memberKey, isKept: true, at: index)
            default: beginString(.skippedKey, isKept: false, at: index)
            }
        case (.colon, UInt8(ascii: ":")):
            state = .value
        case (.afterValue, UInt8(ascii: ",")):
            state = open.last?.isObject == true ? .key : .value
        case (.afterValue, UInt8(ascii: "}")) where open.last?.isObject == true:
            close(onRow)
        case (.afterValue, UInt8(ascii: "]")) where open.last?.isObject == false:
            close(onRow)
        case (.end, _):
            throw error(.trailingBytes, at: index)
        default:
            throw error(.unexpectedByte, at: index)
        }
    }

    /// Begins the value whose first byte is at `index`, which must have the type that its container requires.
    private mutating func beginValue(
        _ bytes: Span<UInt8>,
        at index: Int
    ) throws(JSONRowsError) {
        let byte = bytes[index]
        guard byte.beginsJSONValue else { throw error(.unexpectedByte, at: index) }
        let wrongShape = error(.wrongShape, at: index)
        switch open.last {
        case nil:
            if case .string = shape {
                guard byte == UInt8(ascii: "\"") else { throw wrongShape }
                beginRow(at: index)
                beginString(.row, isKept: true, at: index)
            } else {
                guard byte == UInt8(ascii: "[") else { throw wrongShape }
                if case .properties = shape {
                    beginRow(at: index)
                    try push(.properties, at: index)
                } else {
                    try push(.rows, at: index)
                }
            }
        case .rows:
            switch shape {
            case .objects:
                guard byte == UInt8(ascii: "{") else { throw wrongShape }
                recordRow(at: index)
                beginRow(at: index)
                try push(.row, at: index)
            case .plainObjects:
                guard byte == UInt8(ascii: "{") else { throw wrongShape }
                beginRow(at: index)
                forgetColumns(from: 0)
                try push(.record, at: index)
            case .properties, .strings, .string:
                guard byte == UInt8(ascii: "\"") else { throw wrongShape }
                beginRow(at: index)
                beginString(.row, isKept: true, at: index)
            }
        case .row where member == .properties:
            // A second list of properties replaces the first, as a second value of a property does.
            recordProperties()
            row.clear()
            switch byte {
            case UInt8(ascii: "["): try push(.properties, at: index)
            case UInt8(ascii: "n"): beginScalar(byte, .skip, isKept: false, at: index)
            default: throw wrongShape
            }
        case .properties:
            guard byte == UInt8(ascii: "{") else { throw wrongShape }
            property = Property(textStart: row.used)
            try push(.property, at: index)
        case .property where member == .name:
            recordName()
            property.isNamed = false
            property.column = -1
            try beginAny(byte, byte == UInt8(ascii: "\"") ? .name : .skip, at: index)
        case .property where member == .value:
            recordValue(isString: byte == UInt8(ascii: "\""), bytes, at: index)
            property.hasValue = false
            try beginAny(byte, .value, at: index)
        case .record, .nested:
            try beginMember(byte, at: index)
        case .items:
            try beginItem(byte, at: index)
        case .row, .property, .list, .object:
            try beginAny(byte, .skip, at: index)
        }
    }

    /// Begins a value of any type.
    mutating func beginAny(
        _ byte: UInt8,
        _ purpose: Purpose,
        at index: Int
    ) throws(JSONRowsError) {
        switch byte {
        case UInt8(ascii: "["): try push(.list, at: index)
        case UInt8(ascii: "{"): try push(.object, at: index)
        default:
            // The value is kept also when the name has no column: a second name replaces the first.
            beginScalar(byte, purpose, isKept: purpose != .skip, at: index)
        }
    }

    /// Opens a container.
    mutating func push(_ container: Container, at index: Int) throws(JSONRowsError) {
        guard open.count < limits.depth else { throw error(.tooDeep, at: index) }
        open.append(container)
        state = container.isObject ? .firstKey : .firstElement
    }

    /// Closes the innermost container.
    private mutating func close(_ onRow: (borrowing Row) -> Void) {
        switch open.popLast() {
        case .property: endProperty()
        case .row, .record: endRow(onRow)
        case .properties where open.isEmpty: endRow(onRow)
        case .items: endItems()
        default: break
        }
        endValue()
    }

    /// Continues after a value.
    mutating func endValue() {
        state = open.isEmpty ? .end : .afterValue
    }

    /// Begins a row at the byte at `index`.
    mutating func beginRow(at index: Int) {
        row.clear()
        rowLimit = base + index + limits.rowBytes
    }

    /// Passes the row to `onRow`.
    mutating func endRow(_ onRow: (borrowing Row) -> Void) {
        rowLimit = nil
        rows += 1
        onRow(row)
    }

    /// Sets the value of the property's column, or removes it when the property has none.
    private mutating func endProperty() {
        recordPropertyEnd()
        let column = property.column
        guard column >= 0 else {
            row.used = property.textStart
            return
        }
        if property.hasValue {
            row.set(column, from: property.start, to: property.end)
        } else {
            row.remove(column)
        }
    }
}

extension UInt8 {
    /// Whether the byte is white space in JSON (RFC 8259 §2).
    var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    /// Whether a JSON value can begin with the byte.
    var beginsJSONValue: Bool {
        switch self {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "-"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            true
        default: false
        }
    }
}
