import HPCPackClient
import Testing

@testable import ExporterCommand

/// Which exchanges a recording keeps.
struct ExchangeLogTests {
    private static func page(_ number: Int, of count: Int, run: Int = 1, path: String = "/jobs")
        -> Exchange
    {
        Exchange(
            headNode: "https://headnode/hpc",
            pathTemplate: "/jobs",
            path: path,
            query: [("rowsPerRead", "10")] + (number > 1 ? [("queryId", "\(run).\(number)")] : []),
            status: 200,
            headers: number < count ? [("x-ms-continuation-QueryId", "\(run).\(number + 1)")] : [],
            body: Array("[\(number)]".utf8)
        )
    }

    private static func bodies(_ log: ExchangeLog) -> [String] {
        log.exchanges.map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test func `Of a long listing the first and the last pages are kept, and lead to each other`() {
        let log = ExchangeLog()
        for run in 1...2 { for page in 1...20 { log.record(Self.page(page, of: 20, run: run)) } }
        #expect(Self.bodies(log) == ["[1]", "[2]", "[3]", "[4]", "[19]", "[20]"])
        #expect(log.continuations == [3: .at(4)])
        #expect(log.omitted == ["/jobs": 34])
        #expect(log.exchanges.allSatisfy { $0.headNode == "1" })
    }

    @Test func `A second listing that is not kept ends where it is cut off`() {
        let log = ExchangeLog()
        for run in 1...2 { for page in 1...3 { log.record(Self.page(page, of: 3, run: run)) } }
        // Its pages follow on each other all the same.
        #expect(Self.bodies(log) == ["[1]", "[2]", "[3]", "[1]", "[2]", "[3]"])
        #expect(log.continuations == [:])
        var limits = ExchangeLog.Limits()
        limits.lastPages = 0
        let short = ExchangeLog(limits: limits)
        for run in 1...2 { for page in 1...3 { short.record(Self.page(page, of: 3, run: run)) } }
        #expect(Self.bodies(short) == ["[1]", "[2]", "[3]", "[1]"])
        #expect(short.continuations == [3: .end])
    }

    @Test func `A token that nobody asks for is no page that was left out`() {
        let log = ExchangeLog()
        log.record(Self.page(1, of: 2))
        #expect(log.continuations == [:])
    }

    @Test func `Paths and bytes are bounded`() {
        var limits = ExchangeLog.Limits()
        limits.pathsOfCall = 2
        limits.totalBytes = 7
        let log = ExchangeLog(limits: limits)
        for number in 1...3 { log.record(Self.page(1, of: 1, path: "/jobs/\(number)")) }
        log.record(Self.page(1, of: 1, path: "/jobs/1"))
        #expect(log.exchanges.count == 2 && log.omitted == ["/jobs": 2])
    }
}
