import TestSupport
import Testing

@testable import ClusterCollector

/// The node groups of nodes whose rows do not tell them.
struct GroupMembersTests {
    @Test(
        arguments: [
            // The members of two groups, the nodes, and the groups of those that are in any.
            (["CN1"], ["cn2"], ["cn1", "CN2", "cn3"], ["cn1": [0], "cn2": [1]]),
            (["cn1.hpc.local"], ["CN1"], ["CN1"], ["cn1": [0, 1]]),
            (
                ["cn1"], ["CN2"], ["cn1.hpc.local", "cn2.hpc.local"],
                ["cn1.hpc.local": [0], "cn2.hpc.local": [1]]
            ),
            (["CN1.HPC.local"], [], ["cn1.hpc.LOCAL"], ["cn1.hpc.local": [0]]),
            // Two members, or two nodes, that only the domain tells apart.
            (["cn1.a"], ["cn1.b"], ["cn1"], [:]), (["cn1"], [], ["cn1.a", "cn1.b"], [:]),
            (["cn1.a"], [], ["cn1.b"], [:]), (["cn1.a"], [], ["cn1", "cn1.a"], ["cn1.a": [0]]),
            (["cn10"], [], ["cn1"], [:]), ([], [], ["cn1"], [:]), (["cn1"], [], [], [:]),
        ] as [([String], [String], [String], [String: [Int]])]
    )
    func `Members match nodes by name, or by the first label of a DNS name`(
        first: [String],
        second: [String],
        nodes: [String],
        groups: [String: [Int]]
    ) {
        var members = GroupMembers()
        for name in first { members.add(name, to: 0) }
        for name in second { members.add(name, to: 1) }
        #expect(members.groups(ofNodes: nodes).mapValues { $0.sorted() } == groups)
    }

    @Test func `A group without a name is counted and left out`() throws {
        let bench = try Bench()
        bench.cluster.change { content in
            content = .small()
            content.groups = ["ComputeNodes", "", " "]
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(
            page["hpcpack_node_group_nodes{node_group=\"ComputeNodes\",state=\"Online\"}"] == 2
        )
        #expect(
            page["hpcpack_exporter_unrecognized_values_total{field=\"node_group_name\"}"] == 2
        )
    }

    @Test func `Members that are DNS names put nodes with short names into their groups`() throws {
        let bench = try Bench()
        bench.cluster.change { content in
            content.groups = ["A"]
            content.members = ["A": ["cn1.hpc.local"]]
            content.nodes = [[("Id", "1"), ("Name", "CN1"), ("State", "Online")]]
        }
        let page = bench.round()
        #expect(page["hpcpack_node_group_nodes{node_group=\"A\",state=\"Online\"}"] == 1)
        #expect(page["hpcpack_ungrouped_nodes{state=\"Online\"}"] == 0)
    }

    @Test(
        arguments: [
            ("16", 16, nil), (" 16 ", 16, nil), ("0", 0, nil), ("", 0, nil), ("0x10", 0, 1),
            ("1e1", 0, 1), ("+16", 0, 1), ("-1", 0, 1), ("1 6", 0, 1), ("2.5", 0, 1), ("inf", 0, 1),
            ("nan", 0, 1), ("1,024", 0, 1), ("99999999999999999999", 0, 1),
        ] as [(String, Double, Double?)]
    )
    func `A number of cores is decimal digits`(value: String, cores: Double, unrecognized: Double?)
        throws
    {
        let bench = try Bench()
        bench.cluster.change { content in
            content.nodes = [
                [("Id", "1"), ("State", "Online"), ("NodeGroups", ""), ("NumCores", value)],
                [("Id", "2"), ("State", "Online"), ("NodeGroups", ""), ("NumCores", "0")],
            ]
        }
        let page = bench.round()
        #expect(page["hpcpack_cores{state=\"Online\"}"] == cores)
        #expect(
            page["hpcpack_exporter_unrecognized_values_total{field=\"node_cores\"}"]
                == unrecognized ?? 0
        )
    }
}
