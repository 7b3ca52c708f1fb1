import HPCPackSimulator
import Testing

struct DatePatternTests {
    @Test(arguments: [
        ("M/d/yyyy h:mm:ss tt", "7/5/2019 9:05:07 AM"),
        ("dd.MM.yyyy HH:mm:ss", "05.07.2019 09:05:07"),
        ("yyyy-MM-dd'T'HH:mm:ss", "2019-07-05T09:05:07"), ("yy/M/d H:m:s", "19/7/5 9:5:7"),
        ("dddd, d MMMM yyyy", "Friday, 5 July 2019"),
        ("ddd d-MMM-yy hh:mm t", "Fri 5-Jul-19 09:05 A"),
        ("d 'de' MMMM \"of\" yyyy \\y", "5 de July of 2019 y"),
        ("yyyy年M月d日 H:mm:ss", "2019年7月5日 9:05:07"),
    ])
    func `A time is written by the pattern`(_ pattern: String, _ expected: String) throws {
        #expect(try DotNetDatePattern(pattern).string(unix: 1_562_317_507) == expected)
    }

    @Test(arguments: [
        (0, "1970-01-01 12:00:00 AM"), (951_782_400, "2000-02-29 12:00:00 AM"),
        (4_107_542_399, "2100-02-28 11:59:59 PM"), (1_735_732_800, "2025-01-01 12:00:00 PM"),
        (-1, "1969-12-31 11:59:59 PM"),
    ])
    func `Midnight, noon and leap days are right`(_ unix: Int64, _ expected: String) throws {
        #expect(try DotNetDatePattern("yyyy-MM-dd hh:mm:ss tt").string(unix: unix) == expected)
    }

    @Test(arguments: ["", "yyyy 'open", "yyyy K", "HH:mm:ss.fff", "d\\"])
    func `A pattern that cannot be written is refused`(_ pattern: String) {
        #expect(throws: ConfigurationError.self) { try DotNetDatePattern(pattern) }
    }
}
