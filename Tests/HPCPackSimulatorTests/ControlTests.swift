import Foundation
import HPCPackSimulator
import Testing

struct ControlTests {
    let probe: HeadNodeProbe

    init() throws {
        probe = try HeadNodeProbe()
    }

    private func state(_ path: String, _ query: String? = nil) throws -> [String: Any] {
        let response = probe.simulator.control(APIRequest("POST", path, query: query))
        #expect(response.status == 200)
        return try #require(response.jsonValue as? [String: Any])
    }

    @Test func `The truth is told without credentials`() throws {
        let response = probe.simulator.control(APIRequest("GET", "/truth"))
        #expect(response.body == probe.simulator.truth().json)
        let less = probe.simulator.control(APIRequest("GET", "/truth", query: "alltasks=false"))
        #expect(less.body == probe.simulator.truth(countsAllTasks: false).json)
    }

    @Test func `Time is moved, paused and sped up`() throws {
        let start = probe.simulator.truth().now
        #expect(try state("/advance", "seconds=3600")["now"] as? Int64 == start + 3600)
        #expect(try state("/pause")["paused"] as? Bool == true)
        #expect(try state("/speed", "value=2.5")["speed"] as? Double == 2.5)
        #expect(probe.simulator.truth().now == start + 3600)
        #expect(try state("/resume")["paused"] as? Bool == false)
    }

    @Test func `The log begins anew at a mark`() throws {
        probe.simulator.advance(by: 10_000)
        #expect(!probe.simulator.events.entries.isEmpty)
        _ = try state("/mark")
        let response = probe.simulator.control(APIRequest("GET", "/events"))
        let log = try #require(response.jsonValue as? [String: Any])
        #expect((log["events"] as? [Any])?.isEmpty == true)
        #expect(log["mark"] as? Int64 == probe.simulator.truth().now)
    }

    @Test func `Tokens can be lost on demand`() throws {
        let token = try #require(probe.ask("/jobs")["x-ms-continuation-QueryId"])
        _ = try state("/lose-tokens")
        #expect(probe.ask("/jobs", [("queryId", token)]).status == 400)
    }

    @Test(
        arguments: [
            ("POST", "/truth", nil, 405), ("GET", "/pause", nil, 405), ("GET", "/nope", nil, 404),
            ("POST", "/advance", nil, 400), ("POST", "/advance", "seconds=-1", 400),
            ("POST", "/advance", "seconds=9999999999", 400), ("POST", "/speed", "value=fast", 400),
            ("POST", "/speed", "value=nan", 400), ("POST", "/speed", "value=-1", 400),
        ] as [(String, String, String?, Int)]
    )
    func `What makes no sense is refused with a Message`(
        _ method: String,
        _ path: String,
        _ query: String?,
        _ status: Int
    ) {
        let response = probe.simulator.control(APIRequest(method, path, query: query))
        #expect(response.status == status)
        #expect(response.message?.isEmpty == false)
    }
}
