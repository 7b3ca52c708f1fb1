import TestSupport
import Testing

@testable import HPCPackClient

/// docs/hpcpack-api.md#paging.
struct ListingTests {
    @Test func `Each page repeats all parameters and adds the token of the page before`() throws {
        let server = ScriptedServer { request in
            switch request.parameter("queryId") {
            case nil: .json(jobs([1, 2]), headers: [("X-MS-Continuation-QUERYID", "t+/= 1")])
            case "t+/= 1": .json(jobs([3]), headers: [("x-ms-continuation-QueryId", "t2")])
            default: .json("[]")
            }
        }
        let session = try Session.test(server, rowsPerRead: 2)
        let rows = StagedRows()
        try session.jobs(changedFrom: 1_795_508_280, into: rows)
        #expect(rows.ids == ["1", "2", "3"])
        let sent = server.requests
        #expect(sent.map { $0.parameter("queryId") } == [nil, "t+/= 1", "t2"])
        for request in sent {
            #expect(request.method == "GET")
            #expect(request.path == "/hpc/jobs")
            #expect(request.parameter("rowsPerRead") == "2")
            #expect(request.parameter("$filter") == "ChangeTimeFrom eq 11/24/2026 08:18:00")
            #expect(request.parameter("properties")?.hasPrefix("Id,State,NodeGroups") == true)
            #expect(request.headers["accept"] == "application/json")
        }
        #expect(server.connections == 1, "the connection is kept")
        #expect(session.client.metrics.current()[.jobs]?.rows == 3)
        #expect(session.client.metrics.current()[.jobs]?.requests["200"] == 3)
    }

    @Test(arguments: [400, 404, 410, 500])
    func `A lost token begins the listing again from its first page`(status: Int) throws {
        let lost = Flag()
        let server = ScriptedServer { request in
            guard request.parameter("queryId") != nil else {
                return .json(
                    jobs(lost.isSet ? [7, 8] : [1, 2]),
                    headers: [("x-ms-continuation-queryId", "t")]
                )
            }
            if lost.isSet { return .json(jobs([9])) }
            lost.set()
            return .response(status, body: #"{"Message":"no such query"}"#)
        }
        let session = try Session.test(server, limits: { $0.tries = 1 })
        let rows = StagedRows()
        try session.jobs(into: rows)
        #expect(rows.ids == ["7", "8", "9"], "nothing of the first attempt is left")
        #expect(session.client.metrics.current()[.jobs]?.restarts == 1)
    }

    @Test func `A server that always loses tokens is given up after a bounded number of restarts`()
        throws
    {
        let server = ScriptedServer { request in
            request.parameter("queryId") == nil
                ? .json(jobs([1]), headers: [("x-ms-continuation-queryId", "t")])
                : .response(400, body: "{}")
        }
        let session = try Session.test(server)
        #expect(throws: RequestError.self) { try session.jobs(into: StagedRows()) }
        #expect(server.requests.count == 9, "four attempts of two pages, and one by row number")
    }

    @Test func `An endless chain of pages ends with an error`() throws {
        let server = ScriptedServer { _ in
            .json(jobs([1, 2]), headers: [("x-ms-continuation-queryId", "again")])
        }
        let session = try Session.test(server)
        let error = #expect(throws: RequestError.self) { try session.jobs(into: StagedRows()) }
        #expect(error?.cause == .limit)
        #expect(server.requests.count < 12)
    }

    @Test func `An endless chain of ever new rows ends with an error`() throws {
        let count = Count()
        let server = ScriptedServer { _ in
            .json(jobs([count.next()]), headers: [("x-ms-continuation-queryId", "more")])
        }
        let session = try Session.test(server, limits: { $0.pages = 50 })
        let error = #expect(throws: RequestError.self) { try session.jobs(into: StagedRows()) }
        #expect(error?.cause == .limit)
        #expect(server.requests.count == 50)
    }

    @Test
    func `A refused property list is followed by the minimal one and then by the server's default`()
        throws
    {
        let server = ScriptedServer { request in
            request.parameter("properties") == nil
                ? .json(jobs([1])) : .response(400, body: #"{"Message":"unknown"}"#)
        }
        let session = try Session.test(server)
        let rows = StagedRows()
        try session.jobs(into: rows)
        #expect(rows.ids == ["1"])
        #expect(
            server.requests.map { $0.parameter("properties") } == [
                "Id,State,NodeGroups,SubmitTime,StartTime,EndTime,ChangeTime", "Id,State", nil,
            ]
        )
        server.forget()
        try session.jobs(into: rows)
        #expect(
            server.requests.map { $0.parameter("properties") } == [nil],
            "the refusal is remembered"
        )
    }

    @Test func `Whatever is wrong with an answer is an error`() throws {
        for body in [
            "", "null", "{}", "\"text\"", "<html></html>", "[{\"Properties\":[", "[1]", "[]]", "[}",
        ] {
            let server = ScriptedServer { _ in .json(body) }
            let session = try Session.test(server)
            let error = #expect(throws: RequestError.self, "\(body)") {
                try session.jobs(into: StagedRows())
            }
            #expect(error?.cause == .malformed, "\(body)")
            #expect(server.requests.count == 1, "not asked again: \(body)")
        }
    }

    @Test func `A listing goes on at the other head node from its first page, without the token`()
        throws
    {
        let good = ScriptedServer { request in
            request.parameter("queryId") == "good"
                ? .json(jobs([2]))
                : .json(jobs([1]), headers: [("x-ms-continuation-queryId", "good")])
        }
        let dying = ScriptedServer { request in
            request.parameter("queryId") == nil
                ? .json(jobs([5]), headers: [("x-ms-continuation-queryId", "dying")]) : .reset([])
        }
        let session = try Session.test(dying, good)
        let rows = StagedRows()
        try session.jobs(into: rows)
        #expect(rows.ids == ["1", "2"])
        #expect(good.requests.map { $0.parameter("queryId") } == [nil, nil, "good"])
        #expect(good.requests.map { $0.parameter("startRow") } == ["1", nil, nil], "tried once")
    }
}
