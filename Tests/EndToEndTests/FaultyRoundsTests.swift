import TestSupport
import Testing

/// A thousand rounds in which something is broken each time.
struct FaultyRoundsTests {
    private static let row = #"[{"Properties":[{"Name":"Id","Value":"1"}]}]"#

    /// Faults that are not tried again, so that a thousand rounds take seconds.
    private static let faults: [ScriptedServer.Reply] = [
        .json("null"), .json("["), .json(#"{"Message":"at System.Web"}"#),
        .json(String(repeating: "[", count: 5000)), .json(String(repeating: " ", count: 200_000)),
        .response(200, headers: [("Content-Type", "text/html")], body: "<html>"),
        .response(404, body: "{}"), .response(403, body: ""), .response(204, body: ""),
        .response(302, headers: [("Location", "http://127.0.0.1:1/")], body: ""),
        .raw(Wire.head("200 OK", ["Content-Length: 9"]) + Array(row.utf8)),
        .raw(Wire.gzipped(Array(Wire.gzip(row).dropLast(14)))),
        .json(row, headers: [("x-ms-continuation-QueryId", "more")]),
    ]
    /// Faults that are tried again after a wait.
    private static let passing: [ScriptedServer.Reply] = [
        .raw([]), .reset(Wire.head("200 OK", ["Content-Length: 90"])), .response(500, body: ""),
        .raw(Wire.chunked(row).dropLast(9)),
    ]

    @Test func `A thousand faulty rounds leave no thread, descriptor, connection or memory behind`()
        throws
    {
        let cluster = FakeCluster()
        cluster.change { content in
            content.nodes = [
                [("Id", "1"), ("Name", "CN1"), ("State", "Online"), ("NodeGroups", "Empty")]
            ]
            content.jobs = (1...20).map {
                [("Id", "\($0)"), ("State", "Running"), ("NodeGroups", "Empty")]
            }
            content.tasks = ["1": [[("TaskId", "1.1"), ("State", "Running")]]]
        }
        let answer = cluster.handler
        let rounds = Counter()
        let healed = Counter()
        cluster.server.script { request in
            let isFormat = request.path.hasSuffix("dateTimeFormat")
            let round = isFormat ? rounds.next() : rounds.count
            if round.isMultiple(of: 50) { cluster.server.forget() }
            guard healed.count == 0 else { return answer(request) }
            var random = SeededRandom(UInt64(round))
            let part = random.pick([
                "/hpc/nodes", "/groups", "/hpc/jobs", "/tasks", "/version", "/templates", "Format",
            ])
            let fault =
                random.chance(of: 150) ? random.pick(Self.passing) : random.pick(Self.faults)
            return request.path.hasSuffix(part) ? fault : answer(request)
        }
        let exporter = try RunningExporter([
            "--hpcpack.url=\(cluster.server.url)", "--collector.interval=1ms",
            "--hpcpack.max-request-rate=0",
        ])
        #expect(Deadline.wait(seconds: 120) { rounds.count > 150 })
        let early = try ProcessVitals(of: exporter.process.id)
        let last = 150 + (Sanitizer.thinsTables ? 250 : 1000)
        #expect(Deadline.wait(seconds: 240) { rounds.count > last }, "\(rounds.count) rounds")
        let late = try ProcessVitals(of: exporter.process.id)
        // A round of tasks has threads of its own for as long as it lasts.
        let threadsEnd = try Deadline.wait {
            try ProcessVitals(of: exporter.process.id).threads <= early.threads
        }
        #expect(threadsEnd, "\(late.threads) threads, before \(early.threads)")
        #expect(late.descriptors <= early.descriptors + 4, "one more connection a thread at most")
        // A sanitizer keeps freed memory back.
        if !Sanitizer.isOn { #expect(late.memoryBytes <= early.memoryBytes + 4 << 20) }
        #expect(cluster.server.openConnections <= 4)
        _ = healed.next()
        let isWell = try Deadline.wait {
            let page = try exporter.page()
            return page["hpcpack_up"] == 1 && page["hpcpack_jobs{state=\"Running\"}"] == 20
                && page["hpcpack_tasks{state=\"Running\"}"] == 1
        }
        #expect(isWell, "\(exporter.process.standardError.suffix(500))")
    }
}
