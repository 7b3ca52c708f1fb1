import Basics

/// Reads one text by the parts of a pattern.
struct DateTimeReader: ~Escapable {
    private let text: Span<UInt8>
    private var index = 0
    private var fields = DateTimeFields()
    private var hour = 0
    private var minute = 0
    private var second = 0
    private var isTwelveHour = false
    private var isAfternoon: Bool?

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) { self.text = text }

    /// Reads the whole text.
    ///
    /// - Returns: `nil` when the text does not follow the parts.
    mutating func read(_ parts: [DateTimePattern.Part]) -> DateTimeFields? {
        for part in parts {
            guard read(part) else { return nil }
        }
        skipSpace()
        return index == text.count ? wholeFields() : nil
    }

    /// Reads `yyyy-MM-ddTHH:mm:ss`, with an optional fraction and an optional zone.
    mutating func readISO8601() -> DateTimeFields? {
        guard let year = number(4...4), skip(UInt8(ascii: "-")), let month = number(2...2),
            skip(UInt8(ascii: "-")), let day = number(2...2),
            skip(UInt8(ascii: "T")) || skip(UInt8(ascii: "t")) || skip(0x20),
            let hour = number(2...2),
            skip(UInt8(ascii: ":")), let minute = number(2...2), skip(UInt8(ascii: ":")),
            let second = number(2...2)
        else { return nil }
        (fields.year, fields.month, fields.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
        if skip(UInt8(ascii: ".")) {
            guard number(1...9) != nil else { return nil }
        }
        guard readOffset() else { return nil }
        return index == text.count ? wholeFields() : nil
    }

    private mutating func read(_ part: DateTimePattern.Part) -> Bool {
        switch part {
        case .year(let digits): return readYear(digits)
        case .month: return Self.assign(field(), to: &fields.month)
        case .monthName: return readMonthName()
        case .day: return Self.assign(field(), to: &fields.day)
        case .dayName: return skipWord()
        case .hour24: return Self.assign(field(), to: &hour)
        case .hour12:
            isTwelveHour = true
            return Self.assign(field(), to: &hour)
        case .minute: return Self.assign(field(), to: &minute)
        case .second: return Self.assign(field(), to: &second)
        case .fraction:
            while index < text.count, text[index].decimalDigit != nil { index += 1 }
            return true
        case .designator: return readDesignator()
        case .offset: return readOffset()
        case .separator: return readSeparator()
        case .space:
            skipSpace()
            return true
        case .literal(let bytes):
            for byte in bytes {
                if byte == 0x20 { skipSpace() } else if !skip(byte) { return false }
            }
            return true
        }
    }

    /// The fields, when they make a time of day.
    private func wholeFields() -> DateTimeFields? {
        var hour = hour
        if isTwelveHour {
            // Twelve hours without a designator leave the half of the day unknown.
            guard let isAfternoon, hour <= 12 else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard hour <= 23, minute <= 59, second <= 59 else { return nil }
        var fields = fields
        fields.secondOfDay = (hour * 60 + minute) * 60 + second
        return fields
    }
}

/// The steps of reading: each reads or skips something at the index reached, and returns whether it stood there.
extension DateTimeReader {
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard index < text.count, text[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        var value = 0
        var count = 0
        while count < digits.upperBound, index < text.count, let digit = text[index].decimalDigit {
            value = value * 10 + digit
            count += 1
            index += 1
        }
        return count >= digits.lowerBound ? value : nil
    }

    /// A number of one or two digits, behind any directional marks.
    private mutating func field() -> Int? {
        skipDirectionalMarks()
        return number(1...2)
    }

    private static func assign(_ value: Int?, to field: inout Int) -> Bool {
        guard let value else { return false }
        field = value
        return true
    }

    private mutating func readYear(_ digits: Int) -> Bool {
        skipDirectionalMarks()
        if digits <= 2 {
            fields.isShortYear = true
            return Self.assign(number(1...2), to: &fields.year)
        }
        return Self.assign(number(1...4), to: &fields.year)
    }

    private mutating func readSeparator() -> Bool {
        skipSpace()
        guard index < text.count else { return false }
        let byte = text[index]
        guard byte > 0x20, byte < 0x7F, byte.decimalDigit == nil, !byte.isASCIILetter else {
            return false
        }
        index += 1
        skipSpace()
        return true
    }

    private mutating func skipWord() -> Bool {
        let start = index
        while index < text.count, text[index].isASCIILetter || text[index] >= 0x80 { index += 1 }
        return index > start
    }

    private mutating func readMonthName() -> Bool {
        let start = index
        guard skipWord(), index - start >= 3 else { return false }
        let word = text.extracting(start..<index)
        for (index, name) in Self.months.enumerated() where word.count <= name.utf8CodeUnitCount {
            // The full name or an abbreviation of at least three letters.
            let matches = word.indices.allSatisfy { letter in
                unsafe word[letter].lowercasedASCII == name.utf8Start[letter]
            }
            guard matches else { continue }
            fields.month = index + 1
            _ = skip(UInt8(ascii: "."))
            return true
        }
        return false
    }

    private mutating func readOffset() -> Bool {
        if skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) { return true }
        let sign = skip(UInt8(ascii: "+")) ? 1 : skip(UInt8(ascii: "-")) ? -1 : 0
        guard sign != 0 else { return true }
        guard let hours = number(1...2) else { return false }
        _ = skip(UInt8(ascii: ":"))
        let minutes = number(2...2) ?? 0
        guard hours <= 14, minutes <= 59 else { return false }
        fields.offset = sign * (hours * 60 + minutes) * 60
        return true
    }

    private mutating func readDesignator() -> Bool {
        skipSpace()
        let start = index
        for (words, isAfternoon) in [(Self.morning, false), (Self.afternoon, true)] {
            for word in words {
                if skip(word) {
                    self.isAfternoon = isAfternoon
                    return true
                }
                index = start
            }
        }
        // Many cultures have none, and write 24 hours.
        return true
    }

    private mutating func skip(_ word: StaticString) -> Bool {
        for position in 0..<word.utf8CodeUnitCount {
            let byte = unsafe word.utf8Start[position]
            if byte == 0x20 {
                skipSpace()
            } else {
                guard index < text.count, text[index].lowercasedASCII == byte.lowercasedASCII else {
                    return false
                }
                index += 1
            }
        }
        return index == text.count || !text[index].isASCIILetter
    }

    /// Skips white space, no-break spaces (U+00A0, U+202F), the thin space and directional marks.
    private mutating func skipSpace() {
        while index < text.count {
            if text[index].isASCIISpace {
                index += 1
            } else if text[index] == 0xC2, index + 1 < text.count, text[index + 1] == 0xA0 {
                index += 2
            } else if text[index] == 0xE2, index + 2 < text.count, text[index + 1] == 0x80,
                [0xAF, 0x89, 0x8E, 0x8F].contains(text[index + 2])
            {
                index += 3
            } else {
                return
            }
        }
    }

    /// Skips directional marks, which some cultures write before numbers.
    private mutating func skipDirectionalMarks() {
        if index < text.count, text[index] == 0xE2 { skipSpace() }
    }

    private static var months: [StaticString] {
        [
            "january", "february", "march", "april", "may", "june", "july", "august", "september",
            "october", "november", "december",
        ]
    }

    /// The designators of the morning in the cultures that write twelve hours.
    private static var morning: [StaticString] {
        [
            "AM", "A. M.", "A.M.", "A", "上午", "오전", "午前", "π.μ.", "πμ", "de.", "fm", "vm.", "SA",
            "ص",
            "ق.ظ", "ق.ظ.", "पूर्वाह्न", "dop.", "ÖÖ", "PD", "e paradites",
        ]
    }

    /// The designators of the afternoon.
    private static var afternoon: [StaticString] {
        [
            "PM", "P. M.", "P.M.", "P", "下午", "오후", "午後", "μ.μ.", "μμ", "du.", "em", "nm.", "CH",
            "م",
            "ب.ظ", "ب.ظ.", "अपराह्न", "odp.", "ÖS", "MD", "e pasdites",
        ]
    }
}
