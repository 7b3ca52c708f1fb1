/// The positions in the grammar at which a chunk can end.
///
/// Each is named after what comes next, or what the next byte is part of.
enum State: UInt8 {
    /// The start of the text: a byte order mark, white space or a value.
    case start
    /// The second and the third byte of a byte order mark.
    case secondMarkByte, thirdMarkByte
    /// A value.
    case value
    /// The first value or the end of an array.
    case firstElement
    /// The first key or the end of an object.
    case firstKey
    /// A key, after a comma.
    case key
    /// The colon after a key.
    case colon
    /// A comma or the end of the container.
    case afterValue
    /// The end of the text: only white space.
    case end

    /// Inside a string.
    case text
    /// After a backslash.
    case escape
    /// Among the four digits after `\u`.
    case hexadecimal
    /// Inside a UTF-8 sequence.
    case continuation
    /// Inside `true`, `false` or `null`.
    case literal

    /// Inside a number (RFC 8259 §6): after the minus, after a leading zero, among the digits,
    /// after the point, among the digits of the fraction, after the `e`, after its sign, among the
    /// digits of the exponent.
    case minus, zero, digits, point, fraction, exponent, exponentSign, exponentDigits
}

/// The kinds of containers.
enum Container: UInt8 {
    case rows, row, properties, property
    /// An array or an object that is skipped.
    case list, object
    /// A plain object that is a row, the object in it whose members are columns, and the array of a column.
    case record, nested, items

    /// Whether the container is an object, not an array.
    var isObject: Bool {
        switch self {
        case .row, .property, .object, .record, .nested: true
        case .rows, .properties, .list, .items: false
        }
    }
}

/// The meaning of a key.
enum Member: UInt8 {
    case properties, name, value, other
    /// A column of a plain object, and the object in it whose members are columns.
    case column, nested
}

/// The purpose of a string, number or literal.
enum Purpose: UInt8 {
    /// A key of a row or a property, and a key of an object that is skipped.
    case key, skippedKey
    /// The name of a property.
    case name
    /// The value of a property.
    case value
    /// A row that is a bare string.
    case row
    /// A value that is checked and discarded.
    case skip
    /// A key of a plain object, the value of one of its columns, and an item of the array of a column.
    case memberKey, memberValue, item
}

/// A string, number or literal as far as it has been read.
struct Token {
    /// The offset at which the token becomes too long.
    var limit = 0
    /// The index of its decoded bytes in the row's text.
    var start = 0
    /// Whether its decoded bytes are appended to the row's text.
    var isKept = false

    /// The missing digits after `\u`, and the value of those that were read.
    var digitsLeft: UInt8 = 0
    var codeUnit: UInt16 = 0
    /// A high surrogate that may be followed by a low one; 0 for none.
    var highSurrogate: UInt16 = 0

    /// The missing bytes of a UTF-8 sequence, and the range of the next one.
    var continuations: UInt8 = 0
    var lowest: UInt8 = 0x80
    var highest: UInt8 = 0xBF

    /// The literal being read, and the number of its bytes that were read.
    var literal = Literal.null
    var matched = 0
}

/// The literals of RFC 8259 §3, as one integer of their bytes, the first in the lowest bits.
enum Literal: UInt64 {
    case null = 0x6C_6C_75_6E
    case `true` = 0x65_75_72_74
    case `false` = 0x65_73_6C_61_66

    /// The length in bytes.
    var count: Int { self == .false ? 5 : 4 }

    /// Returns the byte at an index; zero after the last.
    func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: rawValue >> UInt64(8 * index)) }
}

/// A column of a plain object as far as it has been read.
struct MemberColumn {
    /// The column of the last key that has one.
    var column = 0
    /// The index of the first item of its array in the row's text.
    var start = 0
    /// Whether an item has been read.
    var hasItems = false
    /// Whether the array holds anything but strings and nulls.
    var hasOthers = false
}

/// A property as far as it has been read.
struct Property {
    /// Whether its name has been read.
    var isNamed = false
    /// The column of that name; -1 when it has none, or has not been read.
    var column = -1
    /// The length of the row's text before the property.
    var textStart = 0
    /// Whether the property has a value other than null, and its range in the row's text.
    var hasValue = false
    var start = 0
    var end = 0
}
