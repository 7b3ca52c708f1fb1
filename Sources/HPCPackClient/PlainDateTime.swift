import Basics

/// The short way to read times: for patterns and texts without anything out of the ordinary.
///
/// Most servers write a date of three numbers, one space, and a time of day, with `AM` or `PM` behind one
/// space more where they count twelve hours. A listing holds several times a row, so this case is worth a way
/// of its own. It accepts nothing that `DateTimeReader` would read differently: where a text leaves the plain
/// form in any way it says so, and the other is asked.
struct PlainDateTime: Sendable, Equatable {
    private enum Order: Sendable {
        case yearMonthDay, monthDayYear, dayMonthYear
    }

    private typealias Part = DateTimePattern.Part

    private let order: Order
    /// What stands in the date and in the time of day: a byte, or 0 for any mark.
    private let dateMark: UInt8
    private let timeMark: UInt8
    private let hasSeconds: Bool
    private let isTwelveHour: Bool

    /// Prepares the short way, or `nil` for a pattern that has none.
    init?(_ parts: [DateTimePattern.Part]) {
        var rest = parts[...]
        func take(_ part: Part) -> Bool {
            guard rest.first == part else { return false }
            rest.removeFirst()
            return true
        }
        /// A mark: the culture's own, or one that the pattern names itself.
        func mark() -> UInt8? {
            switch rest.popFirst() {
            case .separator: 0
            case .literal(let bytes) where bytes.count == 1 && Cursor.isMark(bytes[0]): bytes[0]
            default: nil
            }
        }
        func number() -> Part? {
            guard case .year(let digits) = rest.first else { return rest.popFirst() }
            rest.removeFirst()
            return digits > 2 ? .year(digits: 4) : nil
        }
        guard let first = number(), let mark1 = mark(), let second = number(), mark() == mark1,
            let third = number(), take(.space)
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
        isTwelveHour = take(.hour12)
        guard isTwelveHour || take(.hour24), let mark2 = mark(), take(.minute) else { return nil }
        dateMark = mark1
        timeMark = mark2
        if !rest.isEmpty, rest.first != .space {
            guard mark() == mark2, take(.second) else { return nil }
            hasSeconds = true
        } else {
            hasSeconds = false
        }
        if isTwelveHour {
            guard take(.space), take(.designator) else { return nil }
        }
        guard rest.isEmpty else { return nil }
    }

    /// Reads a time.
    ///
    /// - Parameter text: The text, without white space around it.
    /// - Returns: Unix seconds, or `nil` for a text that takes the long way.
    func read(_ text: Span<UInt8>) -> UInt32? {
        var cursor = Cursor(text)
        let (year, month, day): (Int, Int, Int)
        switch order {
        case .yearMonthDay:
            year = cursor.year()
            cursor.mark(dateMark)
            month = cursor.number()
            cursor.mark(dateMark)
            day = cursor.number()
        case .monthDayYear:
            month = cursor.number()
            cursor.mark(dateMark)
            day = cursor.number()
            cursor.mark(dateMark)
            year = cursor.year()
        case .dayMonthYear:
            day = cursor.number()
            cursor.mark(dateMark)
            month = cursor.number()
            cursor.mark(dateMark)
            year = cursor.year()
        }
        cursor.space()
        var hour = cursor.number()
        cursor.mark(timeMark)
        let minute = cursor.number()
        var second = 0
        if hasSeconds {
            cursor.mark(timeMark)
            second = cursor.number()
        }
        if isTwelveHour {
            cursor.space()
            let isAfternoon = cursor.isAfternoon()
            guard hour <= 12 else { return nil }
            hour = (hour == 12 ? 0 : hour) + (isAfternoon ? 12 : 0)
        }
        guard cursor.isWhole else { return nil }
        guard (1970...2105).contains(year), hour <= 23, minute <= 59, second <= 59,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let seconds = ((date.daysSince1970 * 24 + hour) * 60 + minute) * 60 + second
        return seconds > 0 ? UInt32(exactly: seconds) : nil
    }
}

extension PlainDateTime {
    /// A place in the text, and whether all before it was plain.
    private struct Cursor: ~Escapable {
        private let text: Span<UInt8>
        private var index = 0
        private var isPlain = true

        @_lifetime(copy text)
        init(_ text: Span<UInt8>) { self.text = text }

        /// Whether the whole text was taken and was plain.
        var isWhole: Bool { isPlain && index == text.count }

        /// The byte at the place, or 0 behind the end, which is no part of any plain text.
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

        /// One visible mark that is neither letter nor digit.
        @inline(__always)
        static func isMark(_ byte: UInt8) -> Bool {
            byte > 0x20 && byte < 0x7F && !byte.isASCIILetter && byte &- UInt8(ascii: "0") > 9
        }

        /// This mark, or any one for 0.
        @inline(__always)
        mutating func mark(_ wanted: UInt8) {
            let byte = byte
            isPlain = isPlain && (wanted == 0 ? Self.isMark(byte) : byte == wanted)
            index += 1
        }

        @inline(__always)
        mutating func space() {
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
