import Basics
import TestSupport
import Testing

@testable import HPCPackClient

/// A job list of some rows, as servers and what stands before them page it.
private struct PagedJobs: Sendable {
    var count: Int
    /// The most rows of a page, whatever is asked for.
    var cap = Int.max
    var dropsTokens = false
    var servesStartRow = false
    /// Whether an unknown `startRow` is refused; else it is ignored.
    var refusesStartRow = true
    var tellsRowCount = false
    /// Whether all rows come in one page.
    var ignoresRowsPerRead = false
    /// The row at which a token is not known any more.
    var losesTokenAt: Int?

    func reply(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        var start = request.parameter("queryId").flatMap { Int($0.dropFirst()) } ?? 0
        if request.parameter("queryId") != nil, start == losesTokenAt {
            return .response(400, body: "{}")
        }
        let startRow = request.parameter("startRow").flatMap { Int($0) }
        if startRow != nil, !servesStartRow, refusesStartRow {
            return .response(400, body: "{}")
        }
        if servesStartRow { start = startRow ?? start }
        let asked = ignoresRowsPerRead ? Int.max : Int(request.parameter("rowsPerRead") ?? "") ?? 10
        let end = min(count, start + min(asked, cap, count))
        var headers: [(String, String)] = []
        if end < count, startRow == nil || !servesStartRow, !dropsTokens {
            headers.append(("x-ms-continuation-queryId", "t\(end)"))
        }
        if tellsRowCount || startRow != nil && servesStartRow && !dropsTokens {
            headers.append(("x-ms-row-count", "\(count)"))
        }
        return .json(jobs(Array(start..<max(start, end))), headers: headers)
    }
}

/// Where listings end (docs/hpcpack-api.md#paging).
struct PagingTests {
    /// Reads the job list, and returns the number of rows and of requests.
    private func read(_ session: Session, _ server: ScriptedServer) throws -> (Int, Int) {
        let rows = StagedRows()
        server.forget()
        try session.jobs(into: rows)
        #expect(Set(rows.ids).count == rows.ids.count)
        return (rows.ids.count, server.requests.count)
    }

    @Test func `A listing of exactly a page is proved once to be whole`() throws {
        let jobs = PagedJobs(count: 20)
        let server = ScriptedServer { jobs.reply($0) }
        let session = try Session.test(server, rowsPerRead: 20)
        #expect(try read(session, server) == (20, 2), "a row more is asked for, by one row")
        #expect(server.requests.last?.parameter("rowsPerRead") == "1")
        #expect(try read(session, server) == (20, 1))
        server.forget()
        try session.jobs(changedFrom: 1_795_508_280, into: StagedRows())
        #expect(server.requests.count == 1, "a filtered listing profits from the same proof")
    }

    @Test func `The proof is renewed after a while`() throws {
        let jobs = PagedJobs(count: 20)
        let server = ScriptedServer { jobs.reply($0) }
        let session = try Session.test(server, rowsPerRead: 20) { $0.pagingMemory = .zero }
        #expect(try read(session, server) == (20, 2))
        #expect(try read(session, server) == (20, 2))
    }

    @Test func `Neither short pages nor those that follow a token need a proof`() throws {
        for count in [0, 1, 7, 19, 40, 41, 55] {
            let jobs = PagedJobs(count: count)
            let server = ScriptedServer { jobs.reply($0) }
            let session = try Session.test(server, rowsPerRead: 20)
            #expect(try read(session, server) == (count, max(1, (count + 19) / 20)))
        }
    }

    @Test(arguments: [(20, Int.max), (1000, 20), (1000, 500), (1000, 64)])
    func `Where tokens are dropped, the listing goes on by row number`(asked: Int, cap: Int) throws
    {
        var jobs = PagedJobs(count: 1203)
        (jobs.cap, jobs.dropsTokens, jobs.servesStartRow) = (cap, true, true)
        let server = ScriptedServer { [jobs] in jobs.reply($0) }
        let session = try Session.test(server, rowsPerRead: asked)
        let (rows, requests) = try read(session, server)
        #expect(rows == 1203)
        let (again, fewer) = try read(session, server)
        #expect(again == 1203 && fewer == requests - 1, "that tokens are dropped is remembered")
        #expect(session.client.metrics.current()[.jobs]?.restarts == 0)
    }

    @Test(arguments: [true, false], [(20, Int.max), (1000, 500)])
    func `Where neither tokens nor row numbers help, the listing fails and says why`(
        refuses: Bool,
        sizes: (Int, Int)
    ) throws {
        var jobs = PagedJobs(count: 1203)
        (jobs.cap, jobs.dropsTokens, jobs.refusesStartRow) = (sizes.1, true, refuses)
        let server = ScriptedServer { [jobs] in jobs.reply($0) }
        let session = try Session.test(server, rowsPerRead: sizes.0)
        for changedFrom in [nil, 1_795_508_280] as [UInt32?] {
            let error = #expect(throws: RequestError.self) {
                try session.jobs(changedFrom: changedFrom, into: StagedRows())
            }
            #expect(error?.cause == .truncated)
            #expect(error?.description.contains("no page token") == true)
        }
        #expect(server.requests.count == 5, "tokens are tried once")
    }

    @Test func `A server that puts all rows into one page ends no listing too early`() throws {
        var jobs = PagedJobs(count: 20)
        jobs.ignoresRowsPerRead = true
        let server = ScriptedServer { [jobs] in jobs.reply($0) }
        let session = try Session.test(server, rowsPerRead: 20)
        #expect(try read(session, server) == (20, 2))
        #expect(try read(session, server) == (20, 1))
    }

    @Test func `A total that is told ends a listing, or shows that rows are missing`() throws {
        var jobs = PagedJobs(count: 20)
        jobs.tellsRowCount = true
        let whole = ScriptedServer { [jobs] in jobs.reply($0) }
        #expect(try read(try Session.test(whole, rowsPerRead: 20), whole) == (20, 1))
        (jobs.count, jobs.cap, jobs.dropsTokens, jobs.servesStartRow) = (23, 7, true, true)
        let cut = ScriptedServer { [jobs] in jobs.reply($0) }
        #expect(try read(try Session.test(cut, rowsPerRead: 20), cut) == (23, 4))
    }

    @Test func `A page of a single row is proved by two`() throws {
        for (count, drops) in [(1, false), (1, true), (2, false), (3, true)] {
            var jobs = PagedJobs(count: count)
            (jobs.dropsTokens, jobs.servesStartRow) = (drops, true)
            let server = ScriptedServer { [jobs] in jobs.reply($0) }
            let session = try Session.test(server, rowsPerRead: 1)
            #expect(try read(session, server).0 == count, "\(count) rows")
        }
    }

    @Test func `Rows that move between two pages by row number are read again`() throws {
        let count = Count()
        let server = ScriptedServer { request in
            // The first row goes after the first page and its proof.
            let removed = count.next() > 2 ? 1 : 0
            let start = Int(request.parameter("startRow") ?? "0") ?? 0
            let asked = Int(request.parameter("rowsPerRead") ?? "") ?? 10
            return .json(jobs(Array((removed..<35).dropFirst(start).prefix(asked))))
        }
        let session = try Session.test(server, rowsPerRead: 10)
        let rows = StagedRows()
        try session.jobs(into: rows)
        #expect(rows.ids.compactMap { Int($0) }.sorted() == Array(0..<35), "no row is jumped over")
        #expect(rows.begins == 1)
    }

    @Test func `A listing that fails on its last page goes on from there by row number`() throws {
        var jobs = PagedJobs(count: 55)
        (jobs.losesTokenAt, jobs.servesStartRow) = (50, true)
        let server = ScriptedServer { [jobs] in jobs.reply($0) }
        let session = try Session.test(server, rowsPerRead: 10)
        #expect(try read(session, server) == (55, 7), "six pages and the failure")
        #expect(server.requests.last?.parameter("startRow") == "49")
        #expect(session.client.metrics.current()[.jobs]?.restarts == 0)
    }

    @Test func `A listing goes on by row number at another head node`() throws {
        var jobs = PagedJobs(count: 55)
        jobs.servesStartRow = true
        let good = ScriptedServer { [jobs] in jobs.reply($0) }
        let dying = ScriptedServer { [jobs] request in
            request.parameter("queryId") == "t50" ? .reset([]) : jobs.reply(request)
        }
        let session = try Session.test(dying, good, rowsPerRead: 10)
        let rows = StagedRows()
        try session.jobs(into: rows)
        #expect(rows.ids.count == 55 && rows.begins == 1)
        #expect(good.requests.map { $0.parameter("startRow") } == ["49"])
    }

    @Test func `Pages tell how far the listing is`() throws {
        var jobs = PagedJobs(count: 25)
        jobs.tellsRowCount = true
        let server = ScriptedServer { [jobs] in jobs.reply($0) }
        let rows = StagedRows()
        try Session.test(server, rowsPerRead: 10).jobs(into: rows)
        #expect(
            rows.pages == [
                ListingPage(rows: 10, total: 25, isLast: false),
                ListingPage(rows: 20, total: 25, isLast: false),
                ListingPage(rows: 25, total: 25, isLast: true),
            ]
        )
    }
}
