import Foundation
import Testing

@testable import HPCPackSimulator

struct FaultAnswerTests {
    private func probe(_ faults: String...) throws -> HeadNodeProbe {
        try HeadNodeProbe { $0.faults = faults }
    }

    @Test func `A status comes instead, with the time to come again`() throws {
        let probe = try probe(
            "status=503,retry-after=7,count=1",
            "status=429,retry-after=date:60,count=1",
            "status=500,path=/nodes"
        )
        let first = probe.serve("/jobs").response
        #expect(first.status == 503)
        #expect(first["Retry-After"] == "7")
        #expect(first.message?.isEmpty == false)
        // The first fault is used up; of two that hit the next request, the earlier one counts.
        let second = try HeadNodeProbe { $0.faults = ["status=429,retry-after=date:60"] }
            .serve("/jobs").response
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = try #require(formatter.date(from: second["Retry-After"] ?? ""))
        #expect(abs(date.timeIntervalSinceNow - 60) < 10)
        #expect(probe.serve("/nodes").response.status == 500)
        #expect(probe.serve("/jobs").response.status == 200)
        #expect(probe.ask("/nodes").status == 200, "the seam without faults")
    }

    @Test func `Latencies add up, and only the first fault to the bytes counts`() throws {
        let probe = try probe("latency=1s", "latency=500ms", "truncate=3", "hang")
        let served = probe.serve("/cluster/version")
        #expect(served.delay == .milliseconds(1500))
        guard case .bytes(let bytes, resets: false) = served.delivery else {
            Issue.record("\(served.delivery)")
            return
        }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasSuffix("\r\n\r\n\"5."))
        #expect(text.contains("Content-Length: \(served.response.body.count)\r\n"))
    }

    @Test(arguments: [
        ("reset=10", "HTTP/1.1 2", true), ("reset", "", true),
    ])
    func `A reset comes after so many bytes`(_ fault: String, _ sent: String, _ resets: Bool) throws
    {
        let served = try probe(fault).serve("/cluster/version")
        guard case .bytes(let bytes, let isReset) = served.delivery else {
            Issue.record("\(served.delivery)")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self) == sent)
        #expect(isReset == resets)
    }

    @Test(arguments: [
        ("content-length=7", "Content-Length: 19\r\n"),
        ("content-length=-7", "Content-Length: 5\r\n"),
        ("content-length=-100", "Content-Length: 0\r\n"), ("chunks", "\r\n6\r\n\"5.3.6\r\nzz\r\n"),
        ("chunks=end", "\r\n6\r\n450.0\"\r\n"), ("chunks=overrun", "\r\n3\r\n450.0\"\r\n0\r\n\r\n"),
    ])
    func `Framing is wrong as asked for`(_ fault: String, _ part: String) throws {
        guard
            case .bytes(let bytes, resets: false) = try probe(fault).serve("/cluster/version")
                .delivery
        else {
            Issue.record("not as bytes")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains(part))
    }

    @Test func `Garbage is none of what it should be`() throws {
        #expect(try probe("garbage=null").serve("/jobs").response.text == "null")
        #expect(try probe("garbage=body").serve("/jobs").response.jsonValue == nil)
        #expect(
            try probe("garbage=html").serve("/jobs").response["Content-Type"]?.contains("html")
                == true
        )
        let half = try probe("garbage=half").serve("/jobs").response
        #expect(half.jsonValue == nil && half.text.hasPrefix("[{\"Properties\":"))
        guard case .bytes(let bytes, _) = try probe("garbage").serve("/jobs").delivery else {
            Issue.record("not as bytes")
            return
        }
        #expect(!String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP"))
    }

    @Test(arguments: ["current", "old"])
    func `Pages shift, so that rows are missed or come twice`(_ build: String) throws {
        for (shift, expected) in [(2, 0), (-2, 2)] {
            let probe = try HeadNodeProbe {
                $0.faults = ["shift-pages=\(shift),skip=1,count=1"]
                $0.apiBuild = .init(rawValue: build) ?? .current
            }
            let first = try probe.rows(probe.serve("/jobs", [("rowsPerRead", "20")]).response)
            let token = try #require(
                probe.ask("/jobs", [("rowsPerRead", "20")])["x-ms-continuation-queryId"]
            )
            let second = try probe.rows(
                probe.serve("/jobs", [("rowsPerRead", "20"), ("queryId", token)]).response
            )
            let seen = Set(first.compactMap { $0["Id"] })
            #expect(second.count == 20)
            #expect(second.count { seen.contains($0["Id"] ?? "") } == expected)
        }
    }

    @Test func `Rows stand in a page twice, and the listing still ends`() throws {
        let probe = try probe("duplicate-rows=3")
        var ids: [String] = []
        var token: String?
        repeat {
            let response = probe.serve(
                "/jobs",
                [("rowsPerRead", "100")] + (token.map { [("queryId", $0)] } ?? [])
            ).response
            ids += try probe.rows(response).compactMap { $0["Id"] }
            token = response["x-ms-continuation-queryId"]
        } while token != nil && ids.count < 10_000
        let all = try probe.walk("/jobs", [("rowsPerRead", "100")])
        #expect(Set(ids) == Set(all.compactMap { $0["Id"] }))
        #expect(ids.count > all.count)
    }

    @Test func `Filters are refused, ignored, or leave rows out`() throws {
        let filter = [("$filter", "JobState eq Finished"), ("rowsPerRead", "10000")]
        let right = try HeadNodeProbe().walk("/jobs", filter).compactMap { $0["Id"] }
        let refused = try probe("filter=refused")
        #expect(refused.serve("/jobs", filter).response.status == 400)
        #expect(refused.serve("/jobs").response.status == 200)
        let ignored = try probe("filter=ignored")
        let all = try ignored.rows(ignored.serve("/jobs", filter).response)
        #expect(Set(all.compactMap { $0["State"] }).count > 1)
        let leaving = try probe("filter=leaves-out/4")
        let rest = try leaving.rows(leaving.serve("/jobs", filter).response).compactMap { $0["Id"] }
        #expect(Set(rest).isStrictSubset(of: right))
        #expect(rest.count > right.count / 2)
        let whole = try leaving.rows(leaving.serve("/jobs", [("rowsPerRead", "10000")]).response)
        #expect(whole.count == all.count)
    }

    @Test func `A filter that is ignored on one page only does not break the listing`() throws {
        let probe = try probe("filter=ignored,count=1")
        let query = [("$filter", "JobState eq Finished"), ("rowsPerRead", "5")]
        let first = probe.serve("/jobs", query).response
        let token = try #require(first["x-ms-continuation-queryId"])
        #expect(probe.serve("/jobs", query + [("queryId", token)]).response.status == 200)
    }

    @Test func `Times are written otherwise than the cluster says`() throws {
        let probe = try probe("date-format=yyyy'~'MM'~'dd,path=/nodes")
        let rows = try probe.rows(probe.serve("/nodes").response)
        #expect(rows.contains { $0["OnlineTime"]?.contains("~") == true })
        #expect(
            probe.serve("/cluster/info/dateTimeFormat").response.text == "\"M/d/yyyy h:mm:ss tt\""
        )
        #expect(
            try probe.rows(probe.ask("/nodes")).allSatisfy {
                $0["OnlineTime"]?.contains("~") == false
            }
        )
    }

    @Test func `Tokens are lost in the middle of a listing`() throws {
        let probe = try probe("lose-tokens,skip=1,count=1")
        let token = try #require(probe.serve("/jobs").response["x-ms-continuation-queryId"])
        #expect(probe.serve("/jobs", [("queryId", token)]).response.status == 400)
        let next = try #require(probe.serve("/jobs").response["x-ms-continuation-queryId"])
        #expect(probe.serve("/jobs", [("queryId", next)]).response.status == 200)
    }

    @Test func `A page comes without its token though more rows follow`() throws {
        let probe = try probe("drop-tokens,skip=1,count=1")
        let first = probe.serve("/jobs", [("rowsPerRead", "30")]).response
        let token = try #require(first["x-ms-continuation-queryId"])
        let second = probe.serve("/jobs", [("rowsPerRead", "30"), ("queryId", token)]).response
        #expect(second.status == 200 && second["x-ms-continuation-queryId"] == nil)
        let seen = try probe.rows(first).count + probe.rows(second).count
        #expect(seen == 60 && probe.simulator.truth().jobs.values.reduce(0, +) > 60)
        #expect(throws: ConfigurationError.self) { try self.probe("drop-tokens=1") }
    }

    /// The calls of HPC Pack 2019 that a client of nodes makes.
    static let clusterCalls = [
        "/cluster/nodes", "/cluster/nodes/HEADNODE", "/cluster/nodes/metrics",
        "/cluster/nodes/stats/state", "/cluster/nodes/stats/health", "/cluster/nodeGroups",
        "/cluster/nodeGroups/HeadNodes", "/cluster/nodeGroups/HeadNodes/nodes",
        "/cluster/userRoles", "/cluster/metrics/definitions", "/cluster/metrics/jobs",
        "/cluster/metrics/history/HPCSchedulerJobs", "/cluster/operations",
    ]
    private static let clusterQuery = [
        ("metricNames", "HPCCpuUsage"), ("fromTime", "2025-06-15T15:00:00"),
        ("toTime", "2025-06-15T15:05:00"),
    ]

    @Test(arguments: clusterCalls)
    func `Every fault of an answer hits the calls of HPC Pack 2019 by their paths`(
        _ path: String
    ) throws {
        func serve(_ fault: String) throws -> ServedAnswer {
            let probe = try probe("\(fault),path=\(path)")
            #expect(probe.serve("/jobs").response.status == 200, "other calls are left alone")
            return probe.serve(path, Self.clusterQuery)
        }
        let whole = try probe().serve(path, Self.clusterQuery).response
        #expect(whole.status == 200, "\(whole.text)")
        #expect(try serve("status=404").response.status == 404)
        let late = try serve("status=503,retry-after=7").response
        #expect(late.status == 503 && late["Retry-After"] == "7")
        #expect(try serve("latency=250ms").delay == .milliseconds(250))
        #expect(try serve("die=5s").death == .seconds(5))
        #expect(try serve("garbage=null").response.text == "null")
        #expect(try serve("garbage=half").response.jsonValue == nil)
        #expect(try serve("garbage=body").response.jsonValue == nil)
        for fault in [
            "reset=9", "truncate=9", "content-length=-7", "chunks", "chunks=end", "chunks=overrun",
            "drip=16/100ms", "hang", "garbage",
        ] {
            if case .whole = try serve(fault).delivery { Issue.record("\(fault) has no effect") }
        }
    }

    @Test(arguments: [
        "/cluster/nodes", "/cluster/nodes/metrics", "/cluster/nodeGroups", "/cluster/operations",
        "/cluster/metrics/definitions", "/cluster/nodes/stats/state",
    ])
    func `Rows stand twice in an answer without pages`(_ path: String) throws {
        let probe = try probe("duplicate-rows,path=\(path)")
        let query = path.hasSuffix("metrics") ? Self.clusterQuery : []
        let once = try #require(probe.ask(path, query).jsonValue as? [[String: Any]])
        let twice = try #require(
            probe.serve(path, query).response.jsonValue as? [[String: Any]]
        )
        #expect(twice.count == once.count + 1)
        let pair = [twice[0], twice[twice.count - 1]].map { NSDictionary(dictionary: $0) }
        #expect(pair[0] == pair[1])
    }

    @Test func `Faults are added and removed by the control API`() throws {
        let probe = try probe()
        func faults(_ method: String, _ path: String = "/faults", _ body: String = "") throws
            -> (status: Int, faults: [[String: Any]]?)
        {
            let request = APIRequest(method, path, body: Array(body.utf8))
            let response = probe.simulator.control(request)
            return (response.status, response.jsonValue as? [[String: Any]])
        }
        let added = try faults("POST", "/faults", "status=500,count=1\r\nhang,path=/nodes\n")
        #expect(
            added.faults?.map { $0["fault"] as? String } == [
                "status=500,count=1", "hang,path=/nodes",
            ]
        )
        #expect(probe.serve("/jobs").response.status == 500)
        let listed = try faults("GET").faults
        #expect(listed?.map { $0["hits"] as? Int } == [1, 0])
        #expect(listed?.map { $0["over"] as? Bool } == [true, false])
        #expect(try faults("POST", "/faults", "hang\nnonsense").status == 400)
        #expect(try faults("POST").status == 400)
        #expect(try faults("GET").faults?.count == 2, "a list with nonsense in it changes nothing")
        #expect(try faults("DELETE", "/faults/2").faults?.count == 1)
        #expect(try faults("DELETE", "/faults/2").status == 404)
        #expect(try faults("DELETE", "/faults/x").status == 404)
        #expect(try faults("GET", "/faults/1").status == 405)
        #expect(try faults("DELETE").faults?.isEmpty == true)
    }
}

extension HeadNodeProbe {
    /// Asks a head node with the faults that hit the request.
    func serve(_ path: String, _ parameters: [(String, String)] = [], headNode: Int = 1)
        -> ServedAnswer
    {
        let query = parameters.map { "\(Self.escape($0.0))=\(Self.escape($0.1))" }
        let credentials = Data((credentials ?? "").utf8).base64EncodedString()
        return simulator.serve(
            APIRequest(
                "GET",
                "/hpc" + path,
                query: query.isEmpty ? nil : query.joined(separator: "&"),
                headers: [("Authorization", "Basic " + credentials)]
            ),
            headNode: headNode
        )
    }
}
