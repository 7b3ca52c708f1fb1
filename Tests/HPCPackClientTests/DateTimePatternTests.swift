import Testing

@testable import HPCPackClient

/// docs/hpcpack-api.md#filters-and-times.
struct DateTimePatternTests {
    /// 2019-07-05 09:05:07 UTC and 2026-11-24 20:18:00 UTC.
    private static let morning: UInt32 = 1_562_317_507
    private static let evening: UInt32 = 1_795_551_480

    @Test(arguments: [
        ("M/d/yyyy h:mm:ss tt", "7/5/2019 9:05:07 AM", morning),
        ("M/d/yyyy h:mm:ss tt", "11/24/2026 8:18:00 PM", evening),
        ("M/d/yyyy h:mm:ss tt", "11/24/2026 8:18:00\u{202F}PM", evening),
        ("M/d/yyyy h:mm:ss tt", "7/5/2019 12:05:07 AM", morning - 9 * 3600),
        ("M/d/yyyy h:mm:ss tt", "7/5/2019 12:05:07 PM", morning + 3 * 3600),
        ("MM/dd/yyyy HH:mm:ss", "07/05/2019 09:05:07", morning),
        ("dd.MM.yyyy HH:mm:ss", "24.11.2026 20:18:00", evening),
        ("d.M.yyyy H.mm.ss", "24.11.2026 20.18.00", evening),
        ("d.M.yyyy H:mm:ss", "5.7.2019 9:05:07", morning),
        ("d. M. yyyy H:mm:ss", "24. 11. 2026 20:18:00", evening),
        ("dd/MM/yyyy HH:mm:ss", "24/11/2026 20:18:00", evening),
        ("dd/MM/yyyy HH:mm:ss", "24-11-2026 20:18:00", evening),
        ("dd-MM-yyyy HH:mm:ss", "24-11-2026 20:18:00", evening),
        ("yyyy-MM-dd HH:mm:ss", "2026-11-24 20:18:00", evening),
        ("yyyy/MM/dd H:mm:ss", "2026/11/24 20:18:00", evening),
        ("yyyy/M/d tt h:mm:ss", "2026/11/24 下午 8:18:00", evening),
        ("yyyy-MM-dd tt h:mm:ss", "2026-11-24 오후 8:18:00", evening),
        ("d/M/yyyy h:mm:ss tt", "24/11/2026 8:18:00 μ.μ.", evening),
        ("dd/MM/yyyy hh:mm:ss tt", "24/11/2026 08:18:00 p.\u{A0}m.", evening),
        ("dd/MM/yyyy hh:mm:ss tt", "24/11/2026 08:18:00 p. m.", evening),
        ("d/MM/yyyy h:mm:ss tt", "24/11/2026 8:18:00 pm", evening),
        ("yyyy. MM. dd. H:mm:ss", "2026. 11. 24. 20:18:00", evening),
        ("d'/'M'/'yy HH'h'mm'm'ss", "24/11/26 20h18m00", evening),
        ("dd-MMM-yy HH:mm:ss", "24-Nov-26 20:18:00", evening),
        ("dddd, MMMM d, yyyy h:mm:ss tt", "Tuesday, November 24, 2026 8:18:00 PM", evening),
        ("yyyy-MM-dd HH:mm:ss.fff", "2026-11-24 20:18:00.123", evening),
        ("s", "2026-11-24T20:18:00", evening),
        ("M/d/yyyy h:mm:ss tt", "2026-11-24T20:18:00Z", evening),
        ("M/d/yyyy h:mm:ss tt", "2026-11-24T22:18:00.5+02:00", evening),
        ("M/d/yyyy h:mm:ss tt", "  7/5/2019 9:05:07 AM ", morning),
        ("M/d/yyyy h:mm:ss tt", "2/29/2024 12:00:00 AM", 1_709_164_800),
    ])
    func `A time is read as UTC by the pattern of the server's culture`(
        pattern: String,
        text: String,
        time: UInt32
    ) throws {
        let pattern = try #require(DateTimePattern(pattern))
        let bytes = Array(text.utf8)
        #expect(pattern.read(bytes.span) == .seconds(time))
    }

    @Test(arguments: [
        "", "  ", "1/1/0001 12:00:00 AM", "12/30/1899 12:00:00 AM", "12/31/1970 11:59:59 PM",
        "0001-01-01T00:00:00",
        "12/31/1969 11:59:59 PM", "1/1/1601 12:00:00 AM",
        "12/31/9999 11:59:59 PM",
    ])
    func `A time that was never set is absent`(text: String) throws {
        let pattern = try #require(DateTimePattern("M/d/yyyy h:mm:ss tt"))
        let bytes = Array(text.utf8)
        #expect(pattern.read(bytes.span) == .absent)
    }

    @Test(arguments: [
        "soon", "24/11/2026 8:18:00 PM", "2/29/2023 1:00:00 AM", "7/5/2019 13:05:07 PM",
        "7/5/2019 9:60:07 AM",
        "7/5/2019 9:05:07", "7/5/2019", "7/5/2019 9:05:07 AMX", "7//2019 9:05:07 AM", "\u{0}",
        "99999999999999999999/5/2019 9:05:07 AM",
        // Years that mean neither a time of this exporter nor that none was set.
        "7/5/0000 9:05:07 AM", "7/5/0002 9:05:07 AM", "7/5/0115 9:05:07 AM", "7/5/1405 9:05:07 AM",
        "7/5/1448 9:05:07 AM", "7/5/1753 9:05:07 AM", "7/5/1898 9:05:07 AM", "7/5/2106 9:05:07 AM",
        "7/5/2569 9:05:07 AM", "7/5/9998 9:05:07 AM",
    ])
    func `What is not a time is unreadable and never invented`(text: String) throws {
        let pattern = try #require(DateTimePattern("M/d/yyyy h:mm:ss tt"))
        let bytes = Array(text.utf8)
        #expect(pattern.read(bytes.span) == .unreadable)
    }

    @Test(
        arguments: [
            ("24/11/26 20:18:00", evening), ("1/1/01 0:00:00", nil), ("1/1/70 0:00:00", nil),
        ] as [(String, UInt32?)]
    )
    func `Two digits of a year are of this century, or of a time that was never set`(
        text: String,
        time: UInt32?
    ) throws {
        let pattern = try #require(DateTimePattern("d/M/yy H:mm:ss"))
        #expect(pattern.read(text.utf8.span) == time.map { .seconds($0) } ?? .absent)
        for year in ["50", "69", "70", "99"] {
            #expect(pattern.read("24/11/\(year) 20:18:00".utf8.span) == .unreadable)
        }
    }

    @Test(arguments: ["", "tt", "yyyy", "HH:mm:ss", "M/d/yyyy", "'open M/d/yyyy H:mm", "\\"])
    func `A pattern without a full date and time is refused`(pattern: String) {
        #expect(DateTimePattern(pattern) == nil)
    }

    @Test func `Bytes of every kind are read without a trap`() throws {
        var generator = SystemRandomNumberGenerator()
        for pattern in [
            "M/d/yyyy h:mm:ss tt", "dd.MM.yyyy HH:mm:ss", "dddd, dd MMMM yyyy HH:mm:ss zzz",
        ] {
            let pattern = try #require(DateTimePattern(pattern))
            for _ in 0..<5000 {
                var bytes = Array("11/24/2026 8:18:00 PM".utf8)
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bytes[Int.random(in: 0..<bytes.count)] = UInt8.random(
                        in: 0...255,
                        using: &generator
                    )
                }
                let cut = Array(bytes[..<Int.random(in: 0...bytes.count)])
                _ = pattern.read(cut.span)
            }
        }
    }

    @Test func `The fast path reads nothing differently`() throws {
        var generator = SystemRandomNumberGenerator()
        let marks = Array("/:. -0123456789APMapmxT\u{202F}".utf8)
        var count = 0
        for pattern in [
            "M/d/yyyy h:mm:ss tt", "MM/dd/yyyy HH:mm:ss", "dd/MM/yyyy HH:mm", "yyyy/M/d h:mm tt",
            "d/M/yyyy H:mm:ss", "yyyy/MM/dd h:mm:ss tt", "d/M/yyyy h:mm:ss tt",
            "yyyy-MM-dd HH:mm:ss", "d.M.yyyy H.mm.ss", "dd.MM.yyyy HH:mm:ss",
        ] {
            let pattern = try #require(DateTimePattern(pattern))
            let plain = try #require(PlainDateTime(pattern.parts))
            for _ in 0..<8000 {
                func number(_ range: ClosedRange<Int>) -> String {
                    let number = Int.random(in: range, using: &generator)
                    return number < 10 && Bool.random(using: &generator)
                        ? "0\(number)" : "\(number)"
                }
                var text = ""
                for part in pattern.parts {
                    switch part {
                    case .year: text += number(1968...2107)
                    case .month: text += number(0...13)
                    case .day: text += number(0...32)
                    case .hour12, .hour24: text += number(0...25)
                    case .minute, .second: text += number(0...61)
                    case .designator:
                        text += ["AM", "PM", "am", "Pm", "A", "PD"].randomElement() ?? ""
                    case .separator(let byte): text += String(decoding: [byte], as: UTF8.self)
                    case .literal(let bytes): text += String(decoding: bytes, as: UTF8.self)
                    default: text += " "
                    }
                }
                var bytes = Array(text.utf8)
                if Int.random(in: 0..<3, using: &generator) == 0, let mark = marks.randomElement() {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = mark
                }
                guard let seconds = plain.read(bytes.span) else { continue }
                count += 1
                #expect(
                    pattern.readGeneral(bytes.span) == .seconds(seconds),
                    "\(pattern.text): \(String(decoding: bytes, as: UTF8.self))"
                )
            }
        }
        // Far more than none, or nothing was compared.
        #expect(count > 10_000)
    }

    @Test(arguments: [
        "MMM d yyyy H:mm", "yy/M/d H:mm", "M/d/yyyy h:mm:ss", "M/d/yyyy H:mm:ss tt",
        "yyyy-MM-ddTHH:mm:ss", "d/d/M/yyyy H:mm:ss", "yyyy/M/d tt h:mm:ss", "dddd M/d/yyyy H:mm:ss",
    ])
    func `A pattern out of the ordinary has no fast path`(pattern: String) throws {
        let pattern = try #require(DateTimePattern(pattern))
        #expect(PlainDateTime(pattern.parts) == nil)
    }

    @Test(arguments: [
        (1_795_551_480 as UInt32, "11/24/2026 20:18:00"), (1_709_164_800, "02/29/2024 00:00:00"),
        (31_536_000, "01/01/1971 00:00:00"),
        (946_684_799, "12/31/1999 23:59:59"), (1_709_251_199, "02/29/2024 23:59:59"),
        (1_709_251_200, "03/01/2024 00:00:00"),
    ])
    func `The time of a filter is written in the form that the server accepts`(
        seconds: UInt32,
        text: String
    ) throws {
        #expect(Session.filter(changedFrom: seconds) == "ChangeTimeFrom eq " + text)
        let pattern = try #require(DateTimePattern("MM/dd/yyyy HH:mm:ss"))
        let bytes = Array(text.utf8)
        #expect(pattern.read(bytes.span) == .seconds(seconds))
    }
}
