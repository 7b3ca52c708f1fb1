/// The places in the grammar at which a piece can end.
///
/// The next byte decides what comes after each.
enum State: UInt8 {
    /// Nothing read: a byte order mark or white space or a value.
    case start
    /// The second and the third byte of a byte order mark.
    case secondMark, thirdMark
    /// A value.
    case value
    /// A value or the end of the array that just began.
    case firstElement
    /// A key or the end of the object that just began.
    case firstKey
    /// A key, after a comma.
    case key
    /// The colon after a key.
    case colon
    /// A comma or the end of the container.
    case afterValue
    /// Only white space.
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

/// The kinds of open containers.
enum Container: UInt8 {
    case rows, row, properties, property
    /// An array or an object that is skipped.
    case list, object

    /// Whether it is written with braces.
    var isObject: Bool { self == .row || self == .property || self == .object }
}

/// What a key is to its object.
enum Member: UInt8 {
    case properties, name, value, other
}

/// What a string, number or literal is for.
enum Purpose: UInt8 {
    /// A key of a row or a property, and a key of an object that is skipped.
    case key, skippedKey
    /// The name of a property.
    case name
    /// The value of a property.
    case value
    /// A row that is a bare string.
    case row
    /// A value that is checked and not kept.
    case skip
}

/// The part of a string, number or literal that has been read.
struct Token {
    /// The offset at which it becomes too long.
    var limit = 0
    /// Where its decoded bytes begin in the row's text.
    var start = 0
    /// Whether its bytes are kept in the row's text.
    var isKept = false

    /// The digits still to come after `\u`, and the value of those that came.
    var digitsLeft: UInt8 = 0
    var codeUnit: UInt16 = 0
    /// A high surrogate that waits for its other half; 0 for none.
    var highSurrogate: UInt16 = 0

    /// The bytes still to come of a UTF-8 sequence, and the range of the next one.
    var continuations: UInt8 = 0
    var lowest: UInt8 = 0x80
    var highest: UInt8 = 0xBF

    /// The literal being read, and how many of its bytes have been.
    var literal = Literal.null
    var matched = 0
}

/// The three literals of RFC 8259 §3, their bytes in one word, the first lowest.
enum Literal: UInt64 {
    case null = 0x6C_6C_75_6E
    case `true` = 0x65_75_72_74
    case `false` = 0x65_73_6C_61_66

    /// How many bytes it has.
    var count: Int { self == .false ? 5 : 4 }

    /// One of its bytes; zero after the last.
    func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: rawValue >> UInt64(8 * index)) }
}

/// A property as far as it has been read.
struct Property {
    /// Whether its name has been read.
    var isNamed = false
    /// The column of that name; -1 if it is not wanted or not known yet.
    var column = -1
    /// Where the row's text ended before the property.
    var mark = 0
    /// Whether it has a value other than null, and where in the row's text.
    var hasValue = false
    var start = 0
    var end = 0
}
