import TestSupport
import Testing

@testable import HPCPackClient

/// The search for the properties that a server refuses (docs/hpcpack-api.md#properties).
struct PropertySearchTests {
    /// A server that refuses some names, each by a refusal of the whole call.
    private static func server(refusing names: Set<String>, status: Int = 400) -> ScriptedServer {
        ScriptedServer { request in
            let asked = request.parameter("properties")?.split(separator: ",").map(String.init)
            return names.isDisjoint(with: asked ?? [])
                ? .json(jobs([1, 2])) : .response(status, body: "{}")
        }
    }

    /// The properties of the requests that read pages.
    private static func lists(_ server: ScriptedServer) -> [String?] {
        server.requests.filter { $0.parameter("rowsPerRead") != "1" }
            .map { $0.parameter("properties") }
    }

    @Test(arguments: [400, 404, 500])
    func `A refusal loses the refused property only`(status: Int) throws {
        for name in JobColumn.wanted.all.dropFirst(2) {
            let server = Self.server(refusing: [name], status: status)
            let session = try Session.test(server, limits: { $0.tries = 1 })
            try session.jobs(into: StagedRows())
            let rest = JobColumn.wanted.all.filter { $0 != name }.joined(separator: ",")
            #expect(Self.lists(server).last == rest)
            #expect(server.requests.count <= 9, "\(name): \(server.requests.count)")
            server.forget()
            try session.jobs(into: StagedRows())
            try session.jobs(changedFrom: 1_795_508_280, into: StagedRows())
            #expect(
                server.requests.map { $0.parameter("properties") } == [rest, rest],
                "it is remembered"
            )
        }
    }

    @Test func `Several refused properties are found with few requests`() throws {
        let refused: Set<String> = ["StartTime", "EndTime", "ChangeTime"]
        let server = Self.server(refusing: refused)
        try Session.test(server).jobs(into: StagedRows())
        #expect(Self.lists(server).last == "Id,State,NodeGroups,SubmitTime")
        #expect(server.requests.count <= 11)
        let nodes = Self.server(refusing: ["NumSockets", "Location"])
        try Session.test(nodes).nodes(into: StagedRows())
        #expect(
            Self.lists(nodes).last
                == "Id,Name,State,Reachable,NodeGroups,NumCores,MemorySize,Availability,OnlineTime"
        )
        #expect(nodes.requests.count <= 15)
    }

    @Test func `Where every further property is refused, the minimal list is left`() throws {
        let server = Self.server(refusing: Set(JobColumn.wanted.all.dropFirst(2)))
        try Session.test(server).jobs(into: StagedRows())
        #expect(Self.lists(server).last == "Id,State")
        #expect(server.requests.count <= 13)
    }

    @Test(arguments: [400, 404, 500])
    func `A property that only some listings ask for is found there, and left out everywhere`(
        status: Int
    ) throws {
        let server = Self.server(refusing: ["HoldUntil", "EndTime"], status: status)
        let session = try Session.test(server, limits: { $0.tries = 1 })
        var details = JobProperties()
        details.details = true
        try session.jobs(into: StagedRows())
        try session.jobs(in: .queued, asking: details, into: StagedRows())
        // A listing that does not ask for it says nothing about it.
        try session.jobs(into: StagedRows())
        server.forget()
        try session.jobs(changedFrom: 1_795_508_280, asking: details, into: StagedRows())
        try session.jobs(in: .queued, asking: details, into: StagedRows())
        let rest = "Id,State,NodeGroups,SubmitTime,StartTime,ChangeTime,"
        #expect(
            server.requests.map { $0.parameter("properties") }
                == Array(repeating: rest + "UnitType,MinCores,MinSockets,MinNodes", count: 2)
        )
    }

    @Test func `A passing fault costs no property`() throws {
        let count = Count()
        let server = ScriptedServer { _ in
            count.next() == 1 ? .response(500, body: "{}") : .json(jobs([1]))
        }
        let session = try Session.test(server, limits: { $0.tries = 1 })
        try session.jobs(into: StagedRows())
        let all = JobColumn.wanted.all.joined(separator: ",")
        #expect(Self.lists(server) == [all, all])
    }

    @Test func `A refused call is not searched for a property`() throws {
        let server = ScriptedServer { _ in .response(404, body: "{}") }
        let session = try Session.test(server)
        #expect(throws: RequestError.self) { try session.jobs(into: StagedRows()) }
        #expect(server.requests.count == 3)
        server.forget()
        #expect(throws: RequestError.self) { try session.tasks(of: 1, into: StagedRows()) }
        #expect(server.requests.count == 3)
    }

    @Test func `A property is asked for again after a while`() throws {
        let server = Self.server(refusing: ["EndTime"])
        let session = try Session.test(server) { $0.propertyRefusalMemory = .zero }
        try session.jobs(into: StagedRows())
        server.script { _ in .json(jobs([1])) }
        server.forget()
        try session.jobs(into: StagedRows())
        #expect(Self.lists(server) == [JobColumn.wanted.all.joined(separator: ",")])
    }
}
