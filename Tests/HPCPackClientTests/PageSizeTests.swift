import TestSupport
import Testing

@testable import HPCPackClient

/// A server that refuses the number of rows that a page is asked for (docs/architecture.md#retries).
struct PageSizeTests {
    /// A server with 230 jobs that refuses larger pages, and properties.
    private static func server(
        mostRows: Int,
        refusing refused: Set<String> = [],
        status: Int = 400
    ) -> ScriptedServer {
        ScriptedServer { request in
            let size = request.parameter("rowsPerRead").map { Int($0) ?? 0 }
            guard size ?? 0 <= mostRows else { return .response(status, body: "{}") }
            let asked = request.parameter("properties")?.split(separator: ",").map(String.init)
            guard refused.isDisjoint(with: asked ?? []) else { return .response(400, body: "{}") }
            let start = Int(request.parameter("queryId") ?? "0") ?? 0
            let end = min(start + (size ?? 10), 230)
            return .json(
                jobs(Array(start..<end)),
                headers: end < 230 ? [("x-ms-continuation-QueryId", "\(end)")] : []
            )
        }
    }

    private static func sizes(_ server: ScriptedServer) -> [String?] {
        server.requests.map { $0.parameter("rowsPerRead") }
    }

    @Test(arguments: [400, 404, 413, 422])
    func `A size that is refused is followed by 100, which is remembered`(status: Int) throws {
        let server = Self.server(mostRows: 100, status: status)
        let session = try Session.test(server, rowsPerRead: 500)
        let rows = StagedRows()
        try session.jobs(into: rows)
        #expect(rows.ids.count == 230)
        #expect(Self.sizes(server) == ["500", "1", "1", "1", "500", "100", "100", "100"])
        server.forget()
        try session.nodes(into: rows)
        try session.jobs(changedFrom: 1_795_508_280, into: rows)
        #expect(Set(Self.sizes(server)) == ["100"])
    }

    @Test func `Where 100 are refused too, the size is left to the server`() throws {
        let server = Self.server(mostRows: 50)
        let session = try Session.test(server, rowsPerRead: 500)
        let rows = StagedRows()
        try session.jobs(into: rows)
        #expect(rows.ids.count == 230)
        #expect(Self.sizes(server).suffix(from: 4).prefix(3) == ["500", "100", nil])
        #expect(server.requests.allSatisfy { $0.parameter("properties") != nil })
        server.forget()
        try session.jobs(into: rows)
        #expect(Self.sizes(server).allSatisfy { $0 == nil })
        #expect(rows.ids.count == 230)
    }

    @Test func `A configured size of 100 or fewer is followed by the server's own`() throws {
        let server = Self.server(mostRows: 50)
        let rows = StagedRows()
        try Session.test(server, rowsPerRead: 80).jobs(into: rows)
        #expect(rows.ids.count == 230)
        #expect(Self.sizes(server).suffix(from: 4).prefix(2) == ["80", nil])
    }

    @Test func `The size is tried again when the finding is old`() throws {
        let server = Self.server(mostRows: 100)
        let session = try Session.test(server, rowsPerRead: 500) { $0.pagingMemory = .zero }
        for _ in 0..<2 {
            server.forget()
            try session.jobs(into: StagedRows())
            #expect(Self.sizes(server).first == "500")
        }
    }

    @Test func `Properties that are refused too are found all the same`() throws {
        let server = Self.server(mostRows: 100, refusing: ["EndTime"])
        let session = try Session.test(server, rowsPerRead: 500)
        let rows = StagedRows()
        try session.jobs(into: rows)
        #expect(rows.ids.count == 230)
        let asked = try #require(server.requests.last?.parameter("properties"))
        #expect(asked.contains("StartTime") && !asked.contains("EndTime"))
        #expect(server.requests.last?.parameter("rowsPerRead") == "100")
    }

    @Test func `A refusal with 500 is about the properties, and takes no size away`() throws {
        let server = Self.server(mostRows: 100, status: 500)
        let session = try Session.test(server, rowsPerRead: 500, limits: { $0.tries = 1 })
        #expect(throws: RequestError.self) { try session.jobs(into: StagedRows()) }
        #expect(!Self.sizes(server).contains("100"))
    }
}
