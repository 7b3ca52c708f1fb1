import ClusterCollector
import Exposition
import TestSupport
import Testing

/// Nodes from round to round: what is kept of them makes no difference.
struct NodeChangeTests {
    /// A node of the fake cluster.
    private struct Node {
        var id: Int
        var name: String
        var state = "Online"
        var isReachable = "True"
        var groups = "ComputeNodes"
        var cores = "8"

        func row(tellsGroups: Bool) -> [(String, String)] {
            [("Id", "\(id)"), ("Name", name), ("State", state), ("Reachable", isReachable)]
                + (tellsGroups ? [("NodeGroups", groups)] : []) + [("NumCores", cores)]
        }

        var object: String {
            let groups = groups.split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",")
            return """
                {"Name":"\(name)","State":"\(state)","Health":"OK","Cores":\(cores),"Groups":[\(groups)]}
                """
        }
    }

    /// How the server tells its nodes.
    enum Server: CaseIterable {
        case rows, rowsWithoutGroups, objects
    }

    private static func figures(_ nodes: [Node], _ usage: [Int: Double]) -> String {
        let objects = nodes.map { node in
            let values = usage[node.id].map {
                "\"HPCCoresInUse\":\(node.id % 8),\"HPCCpuUsage\":\($0)"
            }
            return "{\"NodeName\":\"\(node.name.uppercased())\",\"Metrics\":{\(values ?? "")}}"
        }
        return "[\(objects.joined(separator: ","))]"
    }

    private static func bench(_ cluster: FakeCluster? = nil) throws -> Bench {
        try Bench(
            configure: {
                $0.tasks = false
                $0.jobs = false
            },
            rowsPerRead: 100,
            headNodes: cluster.map { [$0.server.url] } ?? []
        )
    }

    /// The lines of a page that tell of nodes.
    private static func lines(_ text: [UInt8]) -> [Substring] {
        String(decoding: text, as: UTF8.self).split(separator: "\n").filter { line in
            ["hpcpack_node", "hpcpack_cores", "hpcpack_un"].contains { line.hasPrefix($0) }
                || line.hasPrefix("hpcpack_up ")
        }
    }

    @Test(arguments: Server.allCases)
    func `After any changes the page is that of an exporter that starts now`(server: Server) throws
    {
        var random = SeededRandom(12)
        let bench = try Self.bench()
        var renderer = ExpositionRenderer()
        var nodes = (1...600).map { Node(id: $0, name: "node\(1000 + $0)") }
        var usage: [Int: Double] = [:]
        var hasMetrics = true
        var groups = ["ComputeNodes", "GPU", "Empty"]
        for step in 0..<16 {
            for _ in 0..<(step % 4) {
                let index = Int.random(in: nodes.indices, using: &random)
                switch Int.random(in: 0..<11, using: &random) {
                case 0:
                    nodes[index].state =
                        ["Offline", "Draining", "Nonsense"].randomElement(using: &random) ?? ""
                case 1: nodes[index].isReachable = "False"
                case 2: nodes[index].groups = "GPU,ComputeNodes"
                case 3: nodes.remove(at: index)
                case 4: nodes.append(Node(id: 5000 + step * 10 + index % 10, name: "a\(step)"))
                case 5: nodes.swapAt(index, 0)
                case 6: nodes[index].name = "renamed\(step)"
                case 7: nodes[index].cores = server == .objects ? "-1" : "many"
                case 8 where server == .rows: nodes.append(nodes[index])
                case 9: groups[1] = ["GPU", "gpu", "Gpu"].randomElement(using: &random) ?? ""
                case 10: hasMetrics.toggle()
                default: for node in nodes { usage[node.id] = Double(step) }
                }
                usage[nodes[0].id] = usage[nodes[0].id] == nil ? 50 : nil
            }
            bench.cluster.change { content in
                content.nodes =
                    server == .objects ? [] : nodes.map { $0.row(tellsGroups: server == .rows) }
                content.groups = groups
                content.members = Dictionary(
                    uniqueKeysWithValues: groups.map { group in
                        let key = group.lowercased()
                        let members = nodes.filter {
                            $0.groups.lowercased().split(separator: ",").contains(key[...])
                        }
                        return (group, members.map(\.name))
                    }
                )
                content.answers["/cluster/nodes/metrics"] = .json(
                    hasMetrics ? Self.figures(nodes, usage) : "[]"
                )
                guard server == .objects else { return }
                let names = groups.map { "{\"Name\":\"\($0)\"}" }.joined(separator: ",")
                content.answers["/cluster/nodes"] = .json(
                    "[\(nodes.map(\.object).joined(separator: ","))]"
                )
                content.answers["/cluster/nodeGroups"] = .json("[\(names)]")
                content.answers["/nodes"] = .response(404, body: "{}")
                content.answers["/nodes/groups"] = .response(404, body: "{}")
            }
            #expect(bench.collector.collectRound().succeeded)
            let families = bench.collector.families(at: .now)
            let kept = Array(renderer.render(families).parts.map(\.bytes).joined())
            let fresh = try Self.bench(bench.cluster)
            #expect(fresh.collector.collectRound().succeeded)
            let expected = ExpositionPage.render(fresh.collector.families(at: .now))
            let (lines, others) = (Self.lines(kept), Self.lines(expected))
            #expect(lines.count > 600)
            #expect(Array(lines.difference(from: others).prefix(5)).isEmpty, "step \(step)")
        }
    }

    @Test func `An interrupted listing leaves no trace`() throws {
        let bench = try Self.bench()
        var nodes = (1...300).map { Node(id: $0, name: "node\(1000 + $0)") }
        bench.cluster.change { $0.nodes = nodes.map { $0.row(tellsGroups: true) } }
        #expect(bench.round()["hpcpack_nodes{state=\"Online\"}"] == 300)
        // The first pages tell of other states; the listing breaks off, and then the old states are back.
        bench.cluster.change { content in
            content.nodes = nodes.map { node in
                var node = node
                node.state = "Offline"
                return node.row(tellsGroups: true)
            }
            content.nodes[250] = [("State", "Online")]
        }
        #expect(bench.round()["hpcpack_nodes{state=\"Online\"}"] == 300)
        nodes[7].state = "Draining"
        bench.cluster.change { $0.nodes = nodes.map { $0.row(tellsGroups: true) } }
        let page = bench.round()
        #expect(page["hpcpack_nodes{state=\"Online\"}"] == 299)
        #expect(page["hpcpack_nodes{state=\"Draining\"}"] == 1)
        #expect(page["hpcpack_node_state{node=\"node1008\",state=\"Draining\"}"] == 1)
    }

    @Test func `A value that is not understood is counted each time it comes`() throws {
        let bench = try Self.bench()
        bench.cluster.change { content in
            content.nodes = [Node(id: 1, name: "CN1", cores: "many").row(tellsGroups: true)]
        }
        let series = "hpcpack_exporter_unrecognized_values_total{field=\"node_cores\"}"
        #expect(bench.round()[series] == 1)
        #expect(bench.round()[series] == 2)
    }
}
