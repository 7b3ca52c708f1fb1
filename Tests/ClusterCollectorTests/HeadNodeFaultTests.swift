import Foundation
import TestSupport
import Testing

/// Faults of a whole head node, and of several.
struct HeadNodeFaultTests {
    private static func httpDate(in seconds: Double) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.string(from: Date().addingTimeInterval(seconds))
    }

    private static func jobRequests(_ server: ScriptedServer) -> [ScriptedServer.Request] {
        server.requests.filter { $0.path == "/hpc/jobs" }
    }

    @Test func `A head node that refuses connections is asked little and comes back`() throws {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        #expect(bench.round()["hpcpack_up"] == 1)
        let port = bench.cluster.server.port
        bench.cluster.server.script { _ in .raw([]) }
        _ = bench.round()
        bench.cluster.server.stop()
        let page = bench.round()
        #expect(page["hpcpack_up"] == 0)
        #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 2)
        let refused = page.values.filter { $0.key.contains("code=\"refused\"") }.values.reduce(0, +)
        #expect(refused >= 1 && refused <= 3, "one call with its tries, not one for each listing")
        let again = ScriptedServer(port: port, bench.cluster.handler)
        defer { again.stop() }
        #expect(bench.round()["hpcpack_up"] == 1)
    }

    @Test func `A head node that swallows connections costs a bounded time`() throws {
        let hole = ScriptedServer.blackHole()
        defer { hole.stop() }
        let bench = try Bench(timeout: .milliseconds(500), headNodes: [hole.url])
        let start = ContinuousClock.now
        let page = bench.round()
        #expect(page["hpcpack_up"] == 0)
        #expect(page.values.contains { $0.key.contains("code=\"timeout\"") })
        #expect(ContinuousClock.now - start < .seconds(20))
        let sent = page.values.filter { $0.key.hasPrefix("hpcpack_api_requests_total") }
        #expect(sent.values.reduce(0, +) <= 6)
    }

    @Test func `A name that does not resolve is told and asked little`() throws {
        let bench = try Bench(headNodes: ["http://no-such-head-node.invalid/"])
        let page = bench.round()
        #expect(page["hpcpack_up"] == 0)
        let sent = page.values.filter { $0.key.hasPrefix("hpcpack_api_requests_total") }
        #expect(sent.values.reduce(0, +) <= 3)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `A redirect to another host is not followed and takes no password along`(
        status: Int
    ) throws {
        let other = ScriptedServer { _ in .json("[]") }
        defer { other.stop() }
        let bench = try Bench(password: "s3cret")
        bench.cluster.change { $0 = .small() }
        #expect(bench.round()["hpcpack_up"] == 1)
        bench.cluster.server.script { _ in
            .response(status, headers: [("Location", other.url + "/jobs")], body: "")
        }
        #expect(bench.round()["hpcpack_up"] == 0)
        #expect(other.connections == 0)
    }

    @Test(arguments: ["90", "date"])
    func `A head node that asks to be left alone for long is left alone`(_ wait: String) throws {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        _ = bench.round()
        let value = wait == "date" ? Self.httpDate(in: 90) : wait
        bench.cluster.server.script { _ in
            .response(503, headers: [("Retry-After", value)], body: "")
        }
        bench.cluster.server.forget()
        #expect(bench.round()["hpcpack_up"] == 0)
        #expect(bench.cluster.server.requests.count == 1)
        bench.cluster.server.forget()
        for _ in 0..<3 {
            let page = bench.round()
            #expect(page["hpcpack_up"] == 0)
            #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 2)
        }
        #expect(bench.cluster.server.requests.isEmpty)
    }

    @Test func `A short wait that is told as a date is kept`() throws {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        let fallback = bench.cluster.handler
        let date = Self.httpDate(in: 3)
        let asked = Counter()
        bench.cluster.server.script { request in
            guard request.path == "/hpc/jobs", !request.isForOneRow, asked.next() == 1 else {
                return fallback(request)
            }
            return .response(503, headers: [("Retry-After", date)], body: "")
        }
        let start = ContinuousClock.now
        #expect(bench.round()["hpcpack_up"] == 1)
        #expect(ContinuousClock.now - start > .seconds(1))
    }

    /// Two head nodes of one cluster.
    private struct Pair {
        let first = FakeCluster()
        let second = FakeCluster()
        let bench: Bench

        init(timeout: Duration = .seconds(20), rowsPerRead: Int = 2) throws {
            bench = try Bench(
                rowsPerRead: rowsPerRead,
                timeout: timeout,
                headNodes: [first.server.url, second.server.url]
            )
            for node in [first, second] { node.change { $0 = .small() } }
        }
    }

    @Test func `A failover in the middle of a listing begins it again and keeps tokens apart`()
        throws
    {
        let pair = try Pair()
        let asked = Counter()
        let handlers = [pair.first.handler, pair.second.handler]
        @Sendable func paged(_ request: ScriptedServer.Request, _ name: String)
            -> ScriptedServer.Reply
        {
            let rows = FakeCluster.Content.small().jobs
            let offset = Int(request.parameter("queryId")?.split(separator: "-").last ?? "0") ?? 0
            let page = Array(rows.dropFirst(offset).prefix(2))
            return .json(
                RestObjects.json(page),
                headers: offset + 2 < rows.count
                    ? [("x-ms-continuation-QueryId", "\(name)-\(offset + 2)")] : []
            )
        }
        pair.first.server.script { request in
            guard request.path == "/hpc/jobs", !request.isForOneRow else {
                return handlers[0](request)
            }
            return asked.next() == 1 ? paged(request, "first") : .reset([])
        }
        pair.second.server.script { request in
            request.path == "/hpc/jobs" && !request.isForOneRow
                ? paged(request, "second") : handlers[1](request)
        }
        let page = pair.bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 2)
        #expect(page["hpcpack_jobs{state=\"Finished\"}"] == 1)
        #expect(page["hpcpack_exporter_listing_restarts_total{operation=\"jobs\"}"] == 1)
        let tokens = Self.jobRequests(pair.second.server).compactMap { request in
            request.parameter("$filter") == nil ? request.parameter("queryId") : nil
        }
        #expect(tokens == ["second-2"])
    }

    @Test func `With both head nodes down the last numbers stay, and return with either`() throws {
        let pair = try Pair()
        let handlers = [pair.first.handler, pair.second.handler]
        #expect(pair.bench.round()["hpcpack_up"] == 1)
        for node in [pair.first, pair.second] { node.server.script { _ in .reset([]) } }
        pair.first.server.forget()
        pair.second.server.forget()
        let down = pair.bench.round()
        #expect(down["hpcpack_up"] == 0)
        #expect(down["hpcpack_jobs{state=\"Queued\"}"] == 2)
        #expect(pair.first.server.requests.count + pair.second.server.requests.count <= 40)
        pair.second.server.script(handlers[1])
        var back = pair.bench.round()
        if back["hpcpack_up"] != 1 { back = pair.bench.round() }
        #expect(back["hpcpack_up"] == 1)
    }

    @Test(arguments: [
        ScriptedServer.Reply.response(500, body: ""), .reset([]), .json("<html>"), .hang([]),
    ])
    func `What a head node that is half dead cannot answer the other one answers`(
        reply: ScriptedServer.Reply
    ) throws {
        let pair = try Pair(timeout: .seconds(1), rowsPerRead: 1000)
        let handler = pair.first.handler
        pair.first.server.script { request in
            request.path.hasPrefix("/hpc/jobs") ? reply : handler(request)
        }
        for _ in 0..<3 {
            let page = pair.bench.round()
            #expect(page["hpcpack_up"] == 1)
            #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 2)
            #expect(page["hpcpack_tasks{state=\"Running\"}"] == 1)
        }
        let wasted = pair.first.server.requests.count { $0.path.hasPrefix("/hpc/jobs") }
        #expect(wasted < 30, "the half-dead one is left alone for a while")
    }
}
