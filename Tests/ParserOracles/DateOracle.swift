import HPCPackClient

extension ParserOracle {
    /// The reader of times by a .NET pattern: the first line is the pattern, the rest the text.
    ///
    /// Accepted means that the text is a time, or says that none was set. A time that is read must be
    /// the one that its numbers say.
    package static let date = ParserOracle(
        name: "date",
        dictionary: [
            "yyyy", "yy", "M", "MM", "MMM", "MMMM", "d", "dd", "dddd", "H", "HH", "h", "hh", "mm",
            "ss", "fff", "tt", "zzz", "K", "'T'", "\"", "\\", "%", "/", ":", ".", "-", " ", "\n",
            "2026", "11", "24", "12", "29", "02", "1/1/0001", "AM", "PM", "p. m.", "下午", "Nov",
            "November", "Tuesday", "+02:00", "Z", "\u{202F}", "\u{A0}", "\u{200E}", "T",
        ],
        compare: { bytes, _ in DateOracle.check(bytes) }
    )
}

/// The comparisons behind ``ParserOracle/date``.
private enum DateOracle {
    static func check(_ bytes: [UInt8]) -> ParserOracle.Verdict {
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        let format = String(decoding: bytes[..<end], as: UTF8.self)
        let text = Array(bytes[end...].dropFirst())
        guard let pattern = DateTimePattern(format) else { return .refused }
        let reading = pattern.read(text.span)
        if let wrong = contradiction(reading, format, text) { return .wrong(wrong) }
        // What is around a time does not change it.
        let padded = pattern.read((Array("  ".utf8) + text + Array(" ".utf8)).span)
        guard padded == reading else { return .wrong("with blanks around it \(padded)") }
        return reading == .unreadable ? .refused : .accepted
    }

    private static func contradiction(
        _ reading: DateTimeReading,
        _ format: String,
        _ text: [UInt8]
    ) -> String? {
        guard case .seconds(let seconds) = reading else { return nil }
        guard seconds > 0 else { return "the first second of 1970, which means never" }
        guard text.allSatisfy({ $0 < 0x80 }) else { return nil }
        let possible = [order(of: format), isoOrder(text)].compactMap { $0 }
            .compactMap { PlainDate(text, order: $0)?.seconds }
        guard !possible.isEmpty, order(of: format) != nil else { return nil }
        guard possible.contains(Int(seconds)) else {
            return "\(seconds), and by its numbers it is \(possible)"
        }
        return nil
    }

    /// The order of the six numbers, for a pattern that has them once each and nothing else that
    /// matters; `nil` for any other.
    private static func order(of format: String) -> [Character]? {
        var order: [Character] = []
        var previous: Character = " "
        for letter in format {
            defer { previous = letter }
            if "yMdHms".contains(letter) {
                if letter == previous { continue }
                guard !order.contains(letter) else { return nil }
                // Numbers that touch have no border of their own.
                guard !previous.isLetter else { return nil }
                order.append(letter)
            } else if !" ./-:,".contains(letter) {
                return nil
            }
        }
        let runs = format.split { $0 != "M" && $0 != "d" && $0 != "y" }
        guard order.count == 6, runs.allSatisfy({ $0.first == "y" ? $0.count > 2 : $0.count < 3 })
        else { return nil }
        return order
    }

    /// The order of ISO 8601 for a text that may be written so, without a zone.
    private static func isoOrder(_ text: [UInt8]) -> [Character]? {
        let trimmed = text.split { $0 == 0x20 }.joined(separator: [0x20])
        return Array(trimmed).count >= 19 && Array(trimmed)[4] == UInt8(ascii: "-")
            ? ["y", "M", "d", "H", "m", "s"] : nil
    }
}

/// A time by the plainest of reckonings: the numbers of a text, and days counted one year at a time.
struct PlainDate {
    /// Unix seconds, UTC.
    let seconds: Int

    /// Reads the numbers of a text in the order of a pattern.
    init?(_ text: [UInt8], order: [Character]) {
        let numbers = text.split { $0 < 0x30 || $0 > 0x39 }
            .map { $0.prefix(9).reduce(0) { $0 * 10 + Int($1 - 0x30) } }
        guard numbers.count >= 6 else { return nil }
        var fields: [Character: Int] = [:]
        for (letter, number) in zip(order, numbers) { fields[letter] = number }
        guard let year = fields["y"], let month = fields["M"], let day = fields["d"],
            let hour = fields["H"], let minute = fields["m"], let second = fields["s"],
            (1...9999).contains(year), (1...12).contains(month), day >= 1
        else { return nil }
        var days = 0
        for past in stride(from: 1970, to: year, by: 1) { days += Self.isLeap(past) ? 366 : 365 }
        let lengths = [31, Self.isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1], hour < 24, minute < 60, second < 60 else { return nil }
        days += lengths[..<(month - 1)].reduce(0, +) + day - 1
        seconds = days * 86_400 + hour * 3600 + minute * 60 + second
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 400 == 0 || year % 4 == 0 && year % 100 != 0
    }
}
