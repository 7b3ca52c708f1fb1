/// How a server of some culture writes times: the .NET pattern that it tells, and the marks that it uses.
///
/// It shares nothing with the exporter's reader of times.
public struct ServerCulture: Sendable, CustomStringConvertible {
    /// The pattern, as `GET /cluster/info/dateTimeFormat` tells it.
    public let pattern: String
    /// What stands for `/` in the pattern.
    let dateSeparator: String
    /// What stands for `:` in the pattern.
    let timeSeparator: String
    /// What stands for a space in the pattern.
    let space: String
    /// The designators of the two halves of the day.
    let halves: [String]
    /// Whether the pattern tells four digits of the year.
    public let tellsCentury: Bool

    init(
        _ pattern: String,
        date: String = "/",
        time: String = ":",
        space: String = " ",
        halves: [String] = ["AM", "PM"]
    ) {
        self.pattern = pattern
        dateSeparator = date
        timeSeparator = time
        self.space = space
        self.halves = halves
        tellsCentury = pattern.contains("yyyy")
    }

    /// Cultures that write twelve or twenty-four hours, in any order, with their own marks.
    public static let all: [ServerCulture] = [
        ServerCulture("M/d/yyyy h:mm:ss tt"),
        ServerCulture("M/d/yyyy h:mm:ss tt", space: "\u{202F}"),
        ServerCulture("dd.MM.yyyy HH:mm:ss"),
        ServerCulture("dd/MM/yyyy HH:mm:ss"),
        ServerCulture("dd/MM/yyyy HH:mm:ss", date: "-", time: "."),
        ServerCulture("yyyy-MM-dd HH:mm:ss"),
        ServerCulture("yyyy/M/d H:mm:ss"),
        ServerCulture("yyyy-MM-dd tt h:mm:ss", halves: ["오전", "오후"]),
        ServerCulture("d.M.yyyy H.mm.ss"),
        ServerCulture("dd/MM/yyyy hh:mm:ss tt", space: "\u{A0}", halves: ["a. m.", "p. m."]),
        ServerCulture("yy/MM/dd HH:mm:ss"),
    ]

    /// Writes a time.
    ///
    /// - Parameter seconds: Unix seconds; year 1 begins at `ServerCulture.yearOne`.
    /// - Returns: The time as the culture writes it.
    public func text(_ seconds: Int) -> String {
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let clock = seconds - days * 86_400
        let (year, month, day) = Self.civil(days)
        var result = ""
        var rest = Substring(pattern)
        while let letter = rest.first {
            let run = rest.prefix { $0 == letter }
            rest = rest.dropFirst(run.count)
            switch letter {
            case "y": result += run.count == 2 ? Self.padded(year % 100, 2) : Self.padded(year, 4)
            case "M": result += Self.padded(month, run.count)
            case "d": result += Self.padded(day, run.count)
            case "H": result += Self.padded(clock / 3600, run.count)
            case "h": result += Self.padded((clock / 3600 + 11) % 12 + 1, run.count)
            case "m": result += Self.padded(clock / 60 % 60, run.count)
            case "s": result += Self.padded(clock % 60, run.count)
            case "t": result += halves[clock / 43_200]
            case "/": result += dateSeparator
            case ":": result += timeSeparator
            case " ": result += space
            default: result += run
            }
        }
        return result
    }

    /// The first second of year 1, which .NET writes for a time that was never set.
    public static let yearOne = -62_135_596_800

    /// The Unix seconds of `MM/dd/yyyy HH:mm:ss`, to the letter; `nil` for anything else.
    public static func filterTime(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        let shape = Array("00/00/0000 00:00:00".utf8)
        guard bytes.count == shape.count else { return nil }
        for (byte, sample) in zip(bytes, shape) {
            let isDigit = byte >= 0x30 && byte <= 0x39
            guard sample == 0x30 ? isDigit : byte == sample else { return nil }
        }
        func number(_ range: Range<Int>) -> Int {
            range.reduce(0) { $0 * 10 + Int(bytes[$1]) - 0x30 }
        }
        let (month, day, year) = (number(0..<2), number(3..<5), number(6..<10))
        guard (1...12).contains(month), year >= 1 else { return nil }
        // The days before a date, counted year by year and month by month, as a calendar on a wall does.
        func isLeap(_ year: Int) -> Bool { year % 4 == 0 && year % 100 != 0 || year % 400 == 0 }
        let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day >= 1, day <= lengths[month - 1] else { return nil }
        var days = day - 1 + lengths.prefix(month - 1).reduce(0, +)
        if year >= 1970 {
            for before in 1970..<year { days += isLeap(before) ? 366 : 365 }
        } else {
            for after in year..<1970 { days -= isLeap(after) ? 366 : 365 }
        }
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        guard hour < 24, minute < 60, second < 60 else { return nil }
        return ((days * 24 + hour) * 60 + minute) * 60 + second
    }

    /// The pattern, for messages.
    public var description: String { pattern }

    private static func padded(_ value: Int, _ digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let place = (5 * dayOfYear + 2) / 153
        let month = place < 10 ? place + 3 : place - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * place + 2) / 5 + 1
        )
    }
}
