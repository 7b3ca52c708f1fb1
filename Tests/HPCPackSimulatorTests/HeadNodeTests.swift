import Foundation
import Testing

@testable import HPCPackSimulator

/// Two head nodes of one cluster.
struct HeadNodeTests {
    private func probe() throws -> HeadNodeProbe {
        try HeadNodeProbe { $0.secondAddresses = ["127.0.0.1:0"] }
    }

    private func control(_ probe: HeadNodeProbe, _ path: String, _ query: String? = nil)
        -> APIResponse
    {
        probe.simulator.control(APIRequest("POST", path, query: query))
    }

    @Test func `Both head nodes are nodes, and the first is active`() throws {
        let probe = try probe()
        let members = probe.ask("/nodes/groups/HeadNodes").jsonValue as? [String]
        #expect(members == ["HEADNODE", "HEADNODE2"])
        for number in 1...2 {
            let active = probe.serve("/cluster/activeHeadNode", headNode: number).response
            #expect(active.text == "\"HEADNODE\"")
        }
        let alone = try HeadNodeProbe().ask("/nodes/groups/HeadNodes").jsonValue as? [String]
        #expect(alone == ["HEADNODE"])
    }

    @Test func `Both tell of the same cluster, but neither knows the other's page tokens`() throws {
        let probe = try probe()
        let first = probe.serve("/jobs").response
        let second = probe.serve("/jobs", headNode: 2).response
        #expect(first.body == second.body)
        let token = try #require(first["x-ms-continuation-queryId"])
        let other = try #require(second["x-ms-continuation-queryId"])
        #expect(probe.serve("/jobs", [("queryId", token)], headNode: 2).response.status == 400)
        #expect(probe.serve("/jobs", [("queryId", other)]).response.status == 400)
        #expect(probe.serve("/jobs", [("queryId", token)]).response.status == 200)
        #expect(probe.serve("/jobs", [("queryId", other)], headNode: 2).response.status == 200)
    }

    @Test func `A failover changes the active head node and loses all page tokens`() throws {
        let probe = try probe()
        let tokens = try (1...2).map { number in
            try #require(
                probe.serve("/jobs", headNode: number).response["x-ms-continuation-queryId"]
            )
        }
        #expect(control(probe, "/failover").text.contains("\"activeHeadNode\":\"HEADNODE2\""))
        #expect(probe.ask("/cluster/activeHeadNode").text == "\"HEADNODE2\"")
        #expect(probe.simulator.truth().activeHeadNode == "HEADNODE2")
        for number in 1...2 {
            let response = probe.serve(
                "/jobs",
                [("queryId", tokens[number - 1])],
                headNode: number
            ).response
            #expect(response.status == 400)
        }
        #expect(control(probe, "/failover").status == 200)
        #expect(probe.ask("/cluster/activeHeadNode").text == "\"HEADNODE\"")
        #expect(control(probe, "/failover", "head-node=1").status == 200)
        #expect(probe.ask("/cluster/activeHeadNode").text == "\"HEADNODE\"")
        #expect(control(probe, "/failover", "head-node=3").status == 400)
    }

    @Test func `One head node can forget its tokens alone`() throws {
        let probe = try probe()
        let tokens = try (1...2).map { number in
            try #require(
                probe.serve("/jobs", headNode: number).response["x-ms-continuation-queryId"]
            )
        }
        #expect(control(probe, "/lose-tokens", "head-node=2").status == 200)
        #expect(probe.serve("/jobs", [("queryId", tokens[0])]).response.status == 200)
        let lost = probe.serve("/jobs", [("queryId", tokens[1])], headNode: 2).response
        #expect(lost.status == 400)
    }
}
