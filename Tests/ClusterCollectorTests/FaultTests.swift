import ClusterCollector
import TestSupport
import Testing

/// Every fault at every listing: the truth about it at once, the last good data kept, recovery after it.
struct FaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        let reply: ScriptedServer.Reply
        var testDescription: String { name }
    }

    static let faults: [Fault] = [
        Fault(name: "closed without an answer", reply: .raw([])),
        Fault(name: "reset", reply: .reset([])),
        Fault(
            name: "reset in the body",
            reply: .reset(Array("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n[{\"Prop".utf8))
        ),
        Fault(
            name: "body cut short",
            reply: .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n[]".utf8))
        ),
        Fault(
            name: "hang",
            reply: .hang(Array("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n[".utf8))
        ),
        Fault(name: "not HTTP", reply: .raw(Array("hello\r\n\r\n".utf8))),
        Fault(name: "204", reply: .response(204, body: "")),
        Fault(
            name: "302",
            reply: .response(302, headers: [("Location", "http://127.0.0.1:1/")], body: "")
        ),
        Fault(name: "401", reply: .response(401, body: "{}")),
        Fault(name: "403", reply: .response(403, body: "{}")),
        Fault(name: "404", reply: .response(404, body: "{}")),
        Fault(name: "500", reply: .response(500, body: #"{"Message":"at System.Web"}"#)),
        Fault(
            name: "503 with Retry-After",
            reply: .response(503, headers: [("Retry-After", "1")], body: "")
        ),
        Fault(
            name: "HTML",
            reply: .response(200, headers: [("Content-Type", "text/html")], body: "<html>")
        ),
        Fault(
            name: "bad gzip",
            reply: .response(200, headers: [("Content-Encoding", "gzip")], body: "[]")
        ),
        Fault(name: "null", reply: .json("null")), Fault(name: "object", reply: .json("{}")),
        Fault(name: "empty", reply: .json("")), Fault(name: "number", reply: .json("1")),
        Fault(name: "open", reply: .json("[")),
        Fault(name: "trailing comma", reply: .json("[{\"Properties\":[]},]")),
        Fault(name: "two values", reply: .json("[] []")),
        Fault(name: "unterminated", reply: .json("[{\"Properties\":[{\"Name\":\"Id")),
        Fault(name: "bad escape", reply: .json(#"["\x"]"#)),
        Fault(name: "bad literal", reply: .json("[nul]")),
        Fault(name: "array of numbers", reply: .json("[1,2]")),
        Fault(name: "nested array", reply: .json("[[]]")),
        Fault(name: "control character", reply: .json("[\"\u{1}\"]")),
        Fault(name: "200,000 brackets", reply: .json(String(repeating: "[", count: 200_000))),
        Fault(
            name: "giant string",
            reply: .json(
                "[{\"Properties\":[{\"Name\":\"Id\",\"Value\":\""
                    + String(repeating: "1", count: 4 << 20) + "\"}]}]"
            )
        ),
    ]

    /// A part of the path, the collector that fails, and a family of it that must stay.
    static let listings = [
        ("/cluster/version", "cluster", "hpcpack_cluster_info"),
        ("/cluster/info/dateTimeFormat", "cluster", "hpcpack_cluster_info"),
        ("/jobs/templates", "cluster", "hpcpack_job_templates"),
        ("/nodes", "nodes", "hpcpack_nodes"),
        ("/nodes/groups", "nodes", "hpcpack_node_group_nodes"), ("/jobs", "jobs", "hpcpack_jobs"),
        ("/tasks", "tasks", "hpcpack_tasks"),
    ]

    @Test(arguments: faults, listings)
    func `A fault is told at once, hides nothing and leaves nothing`(
        fault: Fault,
        listing: (String, String, String)
    ) throws {
        let (path, collector, family) = listing
        // Only the hang is waited for; a slow machine must not look like one.
        let bench = try Bench(timeout: fault.name == "hang" ? .milliseconds(700) : .seconds(20))
        bench.cluster.change { $0 = .small() }
        let before = bench.round()
        #expect(before["hpcpack_up"] == 1)
        bench.cluster.fail(path, fault.reply)
        bench.cluster.server.forget()
        let during = bench.round()
        #expect(during["hpcpack_up"] == 0)
        #expect(during["hpcpack_scrape_collector_success{collector=\"\(collector)\"}"] == 0)
        #expect(during.has(family))
        #expect(during["hpcpack_jobs{state=\"Queued\"}"] == 2)
        #expect(during["hpcpack_tasks{state=\"Running\"}"] == 1)
        #expect(during["hpcpack_nodes{state=\"Online\"}"] == 2)
        #expect(bench.cluster.server.requests.count < 40, "no hammering")
        #expect(!bench.page(later: .seconds(301)).has(family), "too old to be served")
        bench.cluster.fail(path, nil)
        var after = bench.round()
        if after["hpcpack_up"] != 1 { after = bench.round() }
        #expect(after["hpcpack_up"] == 1)
        #expect(after["hpcpack_jobs{state=\"Queued\"}"] == 2)
    }

    @Test(arguments: [("/jobs", "jobs"), ("/nodes", "nodes"), ("/jobs/3/tasks", "tasks")])
    func `Rows without an id fail the listing, since they cannot be counted`(
        path: String,
        collector: String
    ) throws {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        _ = bench.round()
        bench.cluster.fail(path, .json(RestObjects.json([[("State", "Running")]])))
        let page = bench.round()
        #expect(page["hpcpack_scrape_collector_success{collector=\"\(collector)\"}"] == 0)
        #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 2)
        #expect(page["hpcpack_nodes{state=\"Online\"}"] == 2)
    }

    @Test func `An endless listing fails its collector and no other`() throws {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        _ = bench.round()
        bench.cluster.fail(
            "/jobs",
            .json(
                RestObjects.json([[("Id", "9"), ("State", "Failed")]]),
                headers: [("x-ms-continuation-QueryId", "more")]
            )
        )
        let page = bench.round()
        #expect(page["hpcpack_scrape_collector_success{collector=\"jobs\"}"] == 0)
        #expect(page["hpcpack_scrape_collector_success{collector=\"nodes\"}"] == 1)
        #expect(page["hpcpack_jobs{state=\"Failed\"}"] == 0, "no part of the listing shows")
    }

    @Test func `A job that went after the job list was read has no tasks and is no failure`() throws
    {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        bench.cluster.change {
            $0.faults = [
                ("/jobs/3/tasks", .response(404, body: "{}")),
                ("/jobs/3", .response(404, body: "{}")),
            ]
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_tasks{state=\"Running\"}"] == 0)
        #expect(page["hpcpack_tasks{state=\"Queued\"}"] == 1)
    }

    @Test func `A head node that is down is found out with few requests`() throws {
        let bench = try Bench()
        bench.cluster.server.script { _ in .response(401, body: "") }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 0)
        #expect(bench.cluster.server.requests.count == 1)
        #expect(!page.has("hpcpack_jobs"), "what was never known is not shown as zero")
        for name in ["cluster", "nodes", "jobs", "tasks"] {
            #expect(page["hpcpack_scrape_collector_success{collector=\"\(name)\"}"] == 0)
            #expect(
                page[
                    "hpcpack_scrape_collector_last_success_timestamp_seconds{collector=\"\(name)\"}"
                ] == nil
            )
        }
    }
}
