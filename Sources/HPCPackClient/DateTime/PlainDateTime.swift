import Basics

/// The fast path for reading times of the usual form.
///
/// Most servers write a date of three numbers, one space, and a time of day, with `AM` or `PM` behind one
/// space more where they count twelve hours. A listing holds several times a row, so this form is worth code
/// of its own. It accepts nothing that `DateTimeReader` would read differently: for a text that leaves the plain
/// form in any way the result is `nil`, and `DateTimeReader` reads it.
struct PlainDateTime: Sendable, Equatable {
    private enum Order: Sendable {
        case yearMonthDay, monthDayYear, dayMonthYear
    }

    private typealias Part = DateTimePattern.Part

    private let order: Order
    /// The separators within the date and within the time of day: a byte, or 0 for any.
    private let dateSeparator: UInt8
    private let timeSeparator: UInt8
    private let hasSeconds: Bool
    private let isTwelveHour: Bool

    /// Prepares the fast path, or `nil` for a pattern that has none.
    init?(_ parts: [DateTimePattern.Part]) {
        var rest = parts[...]
        func consume(_ part: Part) -> Bool {
            guard rest.first == part else { return false }
            rest.removeFirst()
            return true
        }
        /// A separator: the culture's own, or one that the pattern names itself.
        func separator() -> UInt8? {
            switch rest.popFirst() {
            case .separator: 0
            case .literal(let bytes) where bytes.count == 1 && Cursor.isSeparator(bytes[0]):
                bytes[0]
            default: nil
            }
        }
        func number() -> Part? {
            guard case .year(let digits) = rest.first else { return rest.popFirst() }
            rest.removeFirst()
            return digits > 2 ? .year(digits: 4) : nil
        }
        guard let first = number(), let dateSeparator = separator(), let second = number(),
            separator() == dateSeparator,
            let third = number(), consume(.space)
        else { return nil }
        let date: [Part] = [first, second, third]
        if date == [.year(digits: 4), .month, .day] {
            order = .yearMonthDay
        } else if date == [.month, .day, .year(digits: 4)] {
            order = .monthDayYear
        } else if date == [.day, .month, .year(digits: 4)] {
            order = .dayMonthYear
        } else {
            return nil
        }
        isTwelveHour = consume(.hour12)
        guard isTwelveHour || consume(.hour24), let timeSeparator = separator(), consume(.minute)
        else { return nil }
        self.dateSeparator = dateSeparator
        self.timeSeparator = timeSeparator
        if !rest.isEmpty, rest.first != .space {
            guard separator() == timeSeparator, consume(.second) else { return nil }
            hasSeconds = true
        } else {
            hasSeconds = false
        }
        if isTwelveHour {
            guard consume(.space), consume(.designator) else { return nil }
        }
        guard rest.isEmpty else { return nil }
    }

    /// Reads a time.
    ///
    /// - Parameter text: The text, without white space around it.
    /// - Returns: Unix seconds, or `nil` for a text that is not of the plain form.
    func read(_ text: Span<UInt8>) -> UInt32? {
        var cursor = Cursor(text)
        let (year, month, day): (Int, Int, Int)
        switch order {
        case .yearMonthDay:
            year = cursor.year()
            cursor.skipSeparator(dateSeparator)
            month = cursor.number()
            cursor.skipSeparator(dateSeparator)
            day = cursor.number()
        case .monthDayYear:
            month = cursor.number()
            cursor.skipSeparator(dateSeparator)
            day = cursor.number()
            cursor.skipSeparator(dateSeparator)
            year = cursor.year()
        case .dayMonthYear:
            day = cursor.number()
            cursor.skipSeparator(dateSeparator)
            month = cursor.number()
            cursor.skipSeparator(dateSeparator)
            year = cursor.year()
        }
        cursor.skipSpace()
        var hour = cursor.number()
        cursor.skipSeparator(timeSeparator)
        let minute = cursor.number()
        var second = 0
        if hasSeconds {
            cursor.skipSeparator(timeSeparator)
            second = cursor.number()
        }
        if isTwelveHour {
            cursor.skipSpace()
            let isAfternoon = cursor.isAfternoon()
            guard hour <= 12 else { return nil }
            hour = (hour == 12 ? 0 : hour) + (isAfternoon ? 12 : 0)
        }
        guard cursor.isWhole else { return nil }
        guard (1971...2105).contains(year), hour <= 23, minute <= 59, second <= 59,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let seconds = ((date.daysSince1970 * 24 + hour) * 60 + minute) * 60 + second
        return UInt32(exactly: seconds)
    }
}

extension PlainDateTime {
    /// A position in the text, and whether all before it was plain.
    private struct Cursor: ~Escapable {
        private let text: Span<UInt8>
        private var index = 0
        private var isPlain = true

        @_lifetime(copy text)
        init(_ text: Span<UInt8>) { self.text = text }

        /// Whether the whole text was read and was plain.
        var isWhole: Bool { isPlain && index == text.count }

        /// The byte at the position, or 0 behind the end, which is no part of any plain text.
        private var byte: UInt8 { index < text.count ? text[index] : 0 }

        /// One or two digits.
        @inline(__always)
        mutating func number() -> Int {
            let first = byte &- UInt8(ascii: "0")
            isPlain = isPlain && first < 10
            index += 1
            let second = byte &- UInt8(ascii: "0")
            guard second < 10 else { return Int(first) }
            index += 1
            return Int(first) * 10 + Int(second)
        }

        /// Four digits.
        @inline(__always)
        mutating func year() -> Int {
            guard index + 4 <= text.count else {
                isPlain = false
                return 0
            }
            var year = 0
            for _ in 0..<4 {
                let digit = text[index] &- UInt8(ascii: "0")
                isPlain = isPlain && digit < 10
                year = year * 10 + Int(digit)
                index += 1
            }
            return year
        }

        /// Whether a byte is visible and neither letter nor digit.
        @inline(__always)
        static func isSeparator(_ byte: UInt8) -> Bool {
            byte > 0x20 && byte < 0x7F && !byte.isASCIILetter && !byte.isASCIIDigit
        }

        /// Skips this separator, or any for 0.
        @inline(__always)
        mutating func skipSeparator(_ wanted: UInt8) {
            let byte = byte
            isPlain = isPlain && (wanted == 0 ? Self.isSeparator(byte) : byte == wanted)
            index += 1
        }

        @inline(__always)
        mutating func skipSpace() {
            isPlain = isPlain && byte == 0x20
            index += 1
        }

        /// `AM` or `PM`, in any case.
        @inline(__always)
        mutating func isAfternoon() -> Bool {
            let letter = byte | 0x20
            index += 1
            isPlain =
                isPlain && (letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p"))
                && byte | 0x20 == UInt8(ascii: "m")
            index += 1
            return letter == UInt8(ascii: "p")
        }
    }
}
