import Basics
import ClusterCollector
import Foundation
import TestSupport
import Testing

@testable import ExporterCommand

/// `/sd/nodes`, as Prometheus' HTTP service discovery reads it.
struct ServiceDiscoveryTests {
    private static let cluster = DiscoveredNodes(
        nodes: [
            .init(
                name: "CN001",
                state: "Online",
                isReachable: true,
                location: "OnPremise",
                template: #"Compute "A" \ 1"#,
                groups: ["ComputeNodes", "GPU Nodes"]
            ),
            .init(name: "CN002", state: "Offline", isReachable: false, groups: ["ComputeNodes"]),
            .init(name: "CN003", state: "Unknown"),
        ],
        groups: ["ComputeNodes", "GPU Nodes", "Empty"]
    )

    private static func refusal(_ query: String?) -> ServiceDiscovery.Refusal? {
        do throws(ServiceDiscovery.Refusal) {
            _ = try ServiceDiscovery(query: query).body(cluster)
            return nil
        } catch {
            return error
        }
    }

    private static func targets(_ query: String) throws -> [String] {
        let body = try ServiceDiscovery(query: query).body(cluster)
        let groups = try #require(
            JSONSerialization.jsonObject(with: Data(body.utf8)) as? [[String: Any]]
        )
        return groups.flatMap { $0["targets"] as? [String] ?? [] }
    }

    @Test func `Each node is a target group with what is known of it`() throws {
        #expect(
            try ServiceDiscovery(query: "port=9182").body(Self.cluster) == #"""
                [{"targets":["CN001:9182"],"labels":{"__meta_hpcpack_node":"CN001","__meta_hpcpack_node_state":"Online","__meta_hpcpack_node_reachable":"true","__meta_hpcpack_node_location":"OnPremise","__meta_hpcpack_node_template":"Compute \"A\" \\ 1","__meta_hpcpack_node_groups":",ComputeNodes,GPU Nodes,"}},
                {"targets":["CN002:9182"],"labels":{"__meta_hpcpack_node":"CN002","__meta_hpcpack_node_state":"Offline","__meta_hpcpack_node_reachable":"false","__meta_hpcpack_node_groups":",ComputeNodes,"}},
                {"targets":["CN003:9182"],"labels":{"__meta_hpcpack_node":"CN003","__meta_hpcpack_node_state":"Unknown"}}]

                """#
        )
    }

    @Test(
        arguments: [
            ("port=1", ["CN001:1", "CN002:1", "CN003:1"]),
            (
                "port=65535&suffix=.example.com",
                ["CN001.example.com:65535", "CN002.example.com:65535", "CN003.example.com:65535"]
            ), ("port=9182&group=GPU+Nodes", ["CN001:9182"]),
            ("port=9182&group=gpu%20nodes", ["CN001:9182"]), ("port=9182&group=Empty", []),
            ("port=9182&group=GPU+Nodes&group=ComputeNodes", ["CN001:9182", "CN002:9182"]),
            ("port=9182&state=online", ["CN001:9182"]), ("port=9182&state=Draining", []),
            ("port=9182&state=Offline&state=Unknown", ["CN002:9182", "CN003:9182"]),
            ("group=ComputeNodes&state=Offline&state=Unknown&port=9182", ["CN002:9182"]),
            ("port=9182&suffix=", ["CN001:9182", "CN002:9182", "CN003:9182"]),
            ("&port=9182&&", ["CN001:9182", "CN002:9182", "CN003:9182"]),
        ] as [(String, [String])]
    )
    func `Parameters choose the nodes and their addresses`(query: String, targets: [String]) throws
    {
        #expect(try Self.targets(query) == targets)
    }

    @Test(arguments: [
        nil, "", "port", "port=", "port=0", "port=65536", "port=-1", "port=9182.0", "port=0x10",
        "port=99999999999999999999", "port=http", "port=9182&port=9182", "port=+9182",
        "port=9182&suffix=a&suffix=b", "port=9182&suffix=/..", "port=9182&suffix=:80",
        "port=9182&suffix=%0A", "port=9182&group=", "port=9182&state=", "port=9182&state=Sleeping",
        "port=9182&name=x", "port=9182&PORT=1", "port=9182&group=%zz", "port=9182&group=%C3",
        "port=9182&group=%4",
    ])
    func `What is no proper query is refused with a sentence`(query: String?) throws {
        let refusal = try #require(Self.refusal(query))
        #expect(refusal.status == 400)
        #expect(refusal.text.hasSuffix(".") && refusal.text.contains(" "))
    }

    @Test(arguments: [
        "port=1&group=GPU", "port=1&group=ComputeNodes&group=None", "port=1&group=%C3%A9",
    ])
    func `A group that there is not is not found`(query: String) {
        #expect(Self.refusal(query)?.status == 404)
    }

    @Test func `While nodes are not known there is no list, not an empty one`() throws {
        let server = try PageServer()
        func status(_ target: String) throws -> String {
            let line = try server.ask(target).components(separatedBy: "\r\n")[0]
            return String(line.split(separator: " ")[1])
        }
        #expect(try status("/sd/nodes?port=9182") == "503")
        #expect(try status("/sd/nodes") == "400")
        server.nodes.value.withLock { $0 = Self.cluster }
        let answer = try server.ask("/sd/nodes?port=9182&state=Online")
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.contains("\r\nContent-Type: application/json; charset=utf-8\r\n"))
        #expect(answer.contains("\r\nCache-Control: no-store\r\n"))
        #expect(answer.contains("CN001:9182") && !answer.contains("CN002"))
        #expect(try status("/sd/nodes?port=9182&group=None") == "404")
        #expect(try status("/sd/nodes/") == "404")
        #expect(try server.ask("/sd/nodes?port=1", method: "POST").hasPrefix("HTTP/1.1 405"))
        server.nodes.value.withLock { $0 = DiscoveredNodes(nodes: [], groups: []) }
        #expect(try server.ask("/sd/nodes?port=9182").hasSuffix("\r\n\r\n[]\n"))
    }
}
