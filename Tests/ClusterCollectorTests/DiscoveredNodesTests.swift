import ClusterCollector
import TestSupport
import Testing

/// The nodes for service discovery.
struct DiscoveredNodesTests {
    @Test func `Nodes are told as the metrics show them, and no longer than these`() throws {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change { content in
            content = .small()
            content.nodes[0].append(("Location", "OnPremise"))
            content.nodes.append([("Id", "9"), ("State", "Online"), ("NodeGroups", "empty,Rack 1")])
        }
        #expect(bench.collector.discoveredNodes(at: .now) == nil, "not read yet")
        _ = bench.round()
        #expect(
            bench.collector.discoveredNodes(at: .now)
                == DiscoveredNodes(
                    nodes: [
                        .init(
                            name: "CN1",
                            state: "Online",
                            isReachable: true,
                            location: "OnPremise",
                            groups: ["ComputeNodes"]
                        ),
                        .init(
                            name: "CN2",
                            state: "Online",
                            isReachable: false,
                            groups: ["ComputeNodes", "GPU Nodes"]
                        ), .init(name: "CN3", state: "Draining", isReachable: true),
                    ],
                    groups: ["ComputeNodes", "GPU Nodes", "Empty"]
                ),
            "a node without a name is no target"
        )
        bench.cluster.fail("/nodes", .response(404, body: ""))
        _ = bench.round()
        #expect(bench.collector.discoveredNodes(at: .now)?.nodes.count == 3)
        #expect(bench.collector.discoveredNodes(at: .now + .seconds(301)) == nil, "withdrawn")
    }

    @Test func `Where nodes are not collected none are told`() throws {
        let bench = try Bench(configure: {
            $0.nodes = false
            $0.tasks = false
        })
        _ = bench.round()
        #expect(bench.collector.discoveredNodes(at: .now) == nil)
    }
}
