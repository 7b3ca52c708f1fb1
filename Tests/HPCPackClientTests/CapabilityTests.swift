import TestSupport
import Testing

@testable import HPCPackClient

/// What is found out about a server by optional requests (docs/hpcpack-api.md#capabilities).
struct CapabilityTests {
    /// A server that lacks some paths and refuses some properties.
    private static func server(
        without paths: Set<String> = [],
        refusing names: Set<String> = [],
        status: Int = 404,
        rowCount: Bool = true
    ) -> ScriptedServer {
        ScriptedServer { request in
            if paths.contains(where: { request.path.hasSuffix($0) }) {
                return .response(status, body: "{}")
            }
            let asked = request.parameter("properties")?.split(separator: ",").map(String.init)
            guard names.isDisjoint(with: asked ?? []) else { return .response(status, body: "{}") }
            return rowCount && request.parameter("startRow") != nil
                ? .json(jobs([1]), headers: [("x-ms-row-count", "7")]) : .json(jobs([1]))
        }
    }

    @Test func `A server that takes everything has every capability`() throws {
        let server = Self.server()
        let session = try Session.test(server)
        for capability in Capability.allCases {
            #expect(try session.supports(capability), "\(capability)")
        }
        #expect(server.requests.count == Capability.allCases.count)
        #expect(server.requests.filter { $0.path.hasSuffix("jobs") }.count == 4)
        for request in server.requests where !request.path.hasSuffix("metrics") {
            #expect(request.parameter("rowsPerRead") == "1", "\(request)")
        }
        for capability in Capability.allCases { _ = try session.supports(capability) }
        #expect(server.requests.count == Capability.allCases.count, "what was found is remembered")
    }

    @Test(arguments: [400, 403, 404, 405, 500, 501])
    func `A refusal is asked for once, and concerns no other call`(status: Int) throws {
        for capability in Capability.allCases where !capability.properties.isEmpty {
            let name = try #require(capability.properties.last)
            let server = Self.server(refusing: [name], status: status)
            let session = try Session.test(server)
            #expect(try !session.supports(capability))
            #expect(try !session.supports(capability))
            let asked = server.requests.filter {
                $0.parameter("properties")?.contains(name) ?? false
            }
            #expect(asked.count == 1, "\(capability)")
            #expect(session.client.block(of: 0, for: .jobs) == nil)
            let others = Capability.allCases.filter { $0 != capability && !$0.properties.isEmpty }
            for other in others { #expect(try session.supports(other), "\(other)") }
        }
    }

    @Test(arguments: [404, 405, 410, 400])
    func `Where the node calls of 2016 are not there, those of 2019 are`(status: Int) throws {
        let server = Self.server(without: ["/hpc/nodes"], status: status)
        let session = try Session.test(server)
        #expect(try !session.supports(.nodes2016))
        #expect(try session.supports(.clusterNodes))
    }

    @Test func `A failure of the nodes of 2016 does not tell that they are not there`() throws {
        for status in [400, 500, 503] {
            let server = Self.server(without: ["nodes"], status: status)
            let session = try Session.test(server, limits: { $0.tries = 1 })
            #expect(throws: RequestError.self) { try session.supports(.nodes2016) }
            #expect(session.client.knownCapabilities[.nodes2016] == nil)
        }
    }

    @Test func `A refused account is no finding`() throws {
        let server = ScriptedServer { _ in .response(401, body: "") }
        let session = try Session.test(server)
        #expect(throws: RequestError.self) { try session.supports(.jobTaskCounts) }
        #expect(session.client.knownCapabilities.isEmpty)
    }

    @Test func `A startRow that is paid no heed is no row count`() throws {
        let session = try Session.test(Self.server(rowCount: false))
        #expect(try !session.supports(.rowCount))
    }

    @Test func `A passing fault is no finding`() throws {
        let server = Self.server()
        let session = try Session.test(server) { limits in
            (limits.capabilityMemory, limits.tries) = (.zero, 1)
        }
        #expect(try session.supports(.jobAllocation))
        server.script { _ in .response(503, body: "") }
        #expect(throws: RequestError.self) { try session.supports(.jobAllocation) }
        #expect(session.client.knownCapabilities == [.jobAllocation: true])
        server.script { _ in .response(400, body: "") }
        #expect(try !session.supports(.jobAllocation))
    }

    @Test func `Another version makes everything be asked for again`() throws {
        let server = Self.server(refusing: ["CurrentCoreCount"])
        let session = try Session.test(server)
        #expect(try !session.supports(.jobAllocation))
        server.script { _ in .json(jobs([1])) }
        #expect(try !session.supports(.jobAllocation))
        session.client.forgetServerBehavior()
        #expect(session.client.knownCapabilities == [.jobAllocation: false])
        #expect(try session.supports(.jobAllocation))
    }
}
