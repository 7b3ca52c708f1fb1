/// Rows that are plain objects, whose members are the columns.
extension RowReader {
    /// Returns the meaning of the key at the end of the row's text in the innermost object, and notes its column.
    mutating func memberOfPlainObject(from start: Int) -> Member {
        let length = row.used - start
        if open.last == .nested {
            guard
                let column = nested?.columns.column(of: row.textBytes, from: start, length: length)
            else { return .other }
            memberColumn.column = columns.names.count + column
            return .column
        }
        if let column = columns.column(of: row.textBytes, from: start, length: length) {
            memberColumn.column = column
            return .column
        }
        return nested?.name.column(of: row.textBytes, from: start, length: length) == nil
            ? .other : .nested
    }

    /// Begins the value of a member; it replaces an earlier one of the same name.
    mutating func beginMember(_ byte: UInt8, at index: Int) throws(JSONRowsError) {
        switch (member, byte) {
        case (.column, UInt8(ascii: "[")):
            row.forget(memberColumn.column)
            memberColumn = MemberColumn(column: memberColumn.column, start: row.used)
            try push(.items, at: index)
        case (.column, UInt8(ascii: "{")):
            row.forget(memberColumn.column)
            row.note(.other, memberColumn.column)
            try push(.object, at: index)
        case (.column, _):
            row.forget(memberColumn.column)
            beginScalar(byte, .memberValue, isKept: true, at: index)
        case (.nested, _):
            forgetColumns(from: columns.names.count)
            guard byte == UInt8(ascii: "{") else { fallthrough }
            try push(.nested, at: index)
        default:
            try beginAny(byte, .skip, at: index)
        }
    }

    /// Begins an item of the array of a column.
    mutating func beginItem(_ byte: UInt8, at index: Int) throws(JSONRowsError) {
        switch byte {
        case UInt8(ascii: "\""):
            if memberColumn.hasItems { row.append(Row.separator) }
            memberColumn.hasItems = true
            beginString(.item, isKept: true, at: index)
        case UInt8(ascii: "n"):
            beginScalar(byte, .item, isKept: false, at: index)
        default:
            memberColumn.hasOthers = true
            try beginAny(byte, .skip, at: index)
        }
    }

    /// Ends the array of a column.
    mutating func endItems() {
        if memberColumn.hasOthers {
            row.note(.other, memberColumn.column)
        } else {
            row.set(memberColumn.column, from: memberColumn.start, to: row.used)
            row.note(.list, memberColumn.column)
        }
    }

    /// Forgets the columns from one on.
    mutating func forgetColumns(from first: Int) {
        let count = columns.names.count + (nested?.columns.names.count ?? 0)
        for column in first..<count { row.forget(column) }
    }
}
