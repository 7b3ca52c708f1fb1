import Basics
import HPCPackClient
import TestSupport
import Testing

@testable import ClusterCollector
@testable import Logging

/// What is known while the first full read of a large job list is under way.
struct FirstReadTests {
    /// A job list in pages of 10 rows, with a hook before each answer.
    private struct Server: Sendable {
        var count = 95
        var tellsRowCount = true
        var honoursStateFilter = true
        /// Fails the page that begins at this row.
        var failsAt: Int?

        func reply(_ request: ScriptedServer.Request, _ rest: FakeCluster) -> ScriptedServer.Reply {
            guard request.path == "/hpc/jobs" else { return rest.handler(request) }
            let states = ["Queued", "Running", "Finished"]
            var rows = (0..<count).map { (id: $0, state: states[$0 % 3]) }
            if let filter = request.parameter("$filter"), filter.hasPrefix("JobState eq "),
                honoursStateFilter
            {
                rows = rows.filter { $0.state == filter.dropFirst("JobState eq ".count) }
            }
            let startRow = request.parameter("startRow").flatMap { Int($0) }
            guard startRow == nil || tellsRowCount else { return .response(400, body: "{}") }
            let start = startRow ?? Int(request.parameter("queryId") ?? "0") ?? 0
            if failsAt == start, startRow == nil { return .response(403, body: "{}") }
            let size = min(10, Int(request.parameter("rowsPerRead") ?? "10") ?? 10)
            let page = rows.dropFirst(start).prefix(size)
            var headers: [(String, String)] = []
            if startRow != nil {
                headers = [("x-ms-row-count", "\(rows.count)")]
            } else if start + page.count < rows.count {
                headers = [("x-ms-continuation-queryId", "\(start + page.count)")]
            }
            let shown = page.map { [("Id", "\($0.id)"), ("State", $0.state), ("NodeGroups", "")] }
            return .json(RestObjects.json(shown), headers: headers)
        }
    }

    /// The pages as they are at each interim update, and after the round.
    private func pages(_ server: Server) throws -> (
        interim: [MetricsPage], last: MetricsPage, Bench
    ) {
        let bench = try Bench(configure: { $0.tasks = false }, rowsPerRead: 10)
        let cluster = bench.cluster
        cluster.server.script { server.reply($0, cluster) }
        let interim = Mutex<[MetricsPage]>([])
        bench.collector.onInterimUpdate { _ in
            let page = bench.page()
            interim.withLock { $0.append(page) }
        }
        // The listener holds the collector that calls it.
        defer { bench.collector.onInterimUpdate { _ in } }
        let last = bench.round()
        return (interim.withLock { $0 }, last, bench)
    }

    private static func small(_ bench: Bench) -> Int {
        bench.cluster.server.requests.count {
            $0.path == "/hpc/jobs" && $0.parameter("startRow") == "0"
        }
    }

    @Test func `Jobs by state are there after the first page, and nothing that needs rows`() throws
    {
        let (interim, last, bench) = try pages(Server())
        let page = try #require(interim.first)
        #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 32)
        #expect(page["hpcpack_jobs{state=\"Running\"}"] == 32)
        #expect(page["hpcpack_jobs{state=\"Finished\"}"] == 31)
        #expect(page["hpcpack_jobs{state=\"Failed\"}"] == 0)
        let jobFamilies = Set(
            page.values.keys.map { String($0.prefix { $0 != "{" }) }.filter {
                $0.contains("job") && !$0.contains("template")
            }
        )
        #expect(jobFamilies == ["hpcpack_jobs"])
        #expect(page["hpcpack_scrape_collector_success{collector=\"jobs\"}"] == 0)
        #expect(
            page["hpcpack_scrape_collector_last_success_timestamp_seconds{collector=\"jobs\"}"]
                == nil
        )
        #expect(last["hpcpack_up"] == 1 && last["hpcpack_jobs{state=\"Queued\"}"] == 32)
        #expect(last["hpcpack_ungrouped_jobs{state=\"Queued\"}"] == 32)
        #expect(
            Self.small(bench) == 14,
            "one to find out, one for each state, one for all, and one to compare with"
        )
    }

    @Test func `A small cluster pays one small call`() throws {
        let (interim, last, bench) = try pages(Server(count: 7))
        #expect(interim.isEmpty && last["hpcpack_jobs{state=\"Queued\"}"] == 3)
        #expect(Self.small(bench) == 1)
    }

    @Test func `A server that does not tell the number of rows is asked once`() throws {
        let (interim, last, bench) = try pages(Server(tellsRowCount: false))
        #expect(interim.first?.has("hpcpack_jobs") == false)
        #expect(last["hpcpack_jobs{state=\"Queued\"}"] == 32)
        #expect(Self.small(bench) == 1)
    }

    @Test func `Counts that do not add up are not shown`() throws {
        let (interim, last, _) = try pages(Server(honoursStateFilter: false))
        #expect(interim.first?.has("hpcpack_jobs") == false)
        #expect(last["hpcpack_jobs{state=\"Queued\"}"] == 32)
    }

    @Test func `Counts of a first read that fails are shown until they are too old`() throws {
        let (_, last, bench) = try pages(Server(failsAt: 50))
        #expect(last["hpcpack_up"] == 0 && last["hpcpack_jobs{state=\"Queued\"}"] == 32)
        #expect(!last.has("hpcpack_ungrouped_jobs"))
        #expect(!bench.page(later: .seconds(301)).has("hpcpack_jobs"))
    }

    @Test func `The progress tells rows, total and speed, and ends with the round`() throws {
        let bench = try Bench(configure: { $0.tasks = false }, rowsPerRead: 10)
        let cluster = bench.cluster
        let server = Server()
        cluster.server.script { server.reply($0, cluster) }
        let found = Mutex<[ReadProgress]>([])
        bench.collector.onInterimUpdate { progress in
            found.withLock { $0.append(progress) }
            let shown = bench.collector.summary(at: .now).collectors.first { $0.name == .jobs }
            #expect(shown?.progress == progress)
        }
        defer { bench.collector.onInterimUpdate { _ in } }
        _ = bench.round()
        let progress = try #require(found.withLock { $0.first })
        #expect(progress.rows == 10 && progress.total == 95)
        #expect(progress.text.hasPrefix("10 of 95 rows, "))
        let after = bench.collector.summary(at: .now).collectors.first { $0.name == .jobs }
        #expect(after != nil && after?.progress == nil)
        found.withLock { $0 = [] }
        bench.collector.requestFullRead()
        _ = bench.round()
        #expect(
            found.withLock { $0.isEmpty },
            "a later full read hides nothing and needs no progress"
        )
    }

    @Test func `A full read that brings fewer jobs than the server tells is done again`() throws {
        let bench = try Bench(configure: { $0.tasks = false }, rowsPerRead: 10)
        let cluster = bench.cluster
        let lost = Atomic(true)
        let all = Server(count: 200)
        let part = Server(count: 100)
        cluster.server.script { request in
            let isCount = request.parameter("startRow") != nil
            return (isCount || !lost.load(ordering: .relaxed) ? all : part).reply(request, cluster)
        }
        func fullReads(_ page: MetricsPage) -> Double? {
            page["hpcpack_exporter_full_reads_total{collector=\"jobs\"}"]
        }
        #expect(fullReads(bench.round()) == 1)
        lost.store(false, ordering: .relaxed)
        let page = bench.round()
        #expect(fullReads(page) == 2 && page["hpcpack_jobs{state=\"Queued\"}"] == 67)
    }

    @Test func `The log tells the progress`() throws {
        let lines = Mutex<[String]>([])
        let logger = Logger(
            level: .info,
            format: .logfmt,
            now: { LogTimestamp(seconds: 0, milliseconds: 0) }
        ) { line in
            lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        let server = Server()
        let rest = FakeCluster()
        rest.server.script { server.reply($0, rest) }
        let client = HPCPackClient(
            ClientConfiguration(headNodes: [try HeadNodeURL(rest.server.url)]),
            logger: .silent
        )
        let context = CollectionContext(
            format: DateTimeFormat(client, interval: .seconds(30), logger),
            unrecognized: UnrecognizedValues(logger),
            logger: logger
        )
        let slot = CollectorSlot<Jobs>(.jobs, Session(client), logger)
        let read = FirstJobRead(slot, context, interval: .seconds(30), logInterval: .zero)
        read.endPage(ListingPage(rows: 10, total: nil, isLast: false))
        read.endPage(ListingPage(rows: 95, total: nil, isLast: true))
        let text = lines.withLock { $0 }
        #expect(text.count == 1)
        #expect(text.first?.contains("rows=10 of=95 rows_per_second=") == true, "\(text)")
        context.interim.listen(replacesLog: true) { _ in }
        read.endPage(ListingPage(rows: 20, total: nil, isLast: false))
        #expect(lines.withLock { $0.count } == 1)
    }
}
