import JSONRows
import TestSupport
import Testing

@testable import HPCPackClient

/// The node calls of HPC Pack 2019 (docs/hpcpack-api.md#hpc-pack-2019).
struct ClusterNodeTests {
    /// Keeps the nodes of a listing, and what was not recognised in it.
    private final class Stage: ListingStage {
        var nodes: [NodeRow] = []
        var figures: [NodeFigures] = []
        var unrecognized: [String] = []
        let readsFigures: Bool

        init(figures: Bool = false) { readsFigures = figures }

        func begin() { (nodes, figures, unrecognized) = ([], [], []) }

        func stage(_ row: borrowing Row) -> Bool {
            let decoder = RowDecoder(pattern: nil) { [unowned self] field, value in
                unrecognized.append("\(field.rawValue)=\(value)")
            }
            if readsFigures {
                if let told = decoder.nodeFigures(row) { figures.append(told) }
            } else if let node = decoder.clusterNode(row) {
                nodes.append(node)
            }
            return true
        }
    }

    private static func nodes(_ body: String) throws -> Stage {
        let stage = Stage()
        try Session.test(ScriptedServer { _ in .json(body) }).clusterNodes(into: stage)
        return stage
    }

    @Test func `A node is read with its real types`() throws {
        let stage = try Self.nodes(
            """
            [{"ActiveServiceRoles":["ComputeNode"],"Cores":8,"Groups":["WCFBrokerNodes","A,B"],"Health":"OK",
            "HpcPackVersion":"6.0.7128.0","InstalledServiceRoles":null,"Location":null,"MemorySize":28672.5,
            "Name":"HPCHN01","OnAzure":true,"Roles":["ComputeNode"],"Sockets":1,"State":"Online",
            "Template":"HeadNode Template"}]
            """
        )
        #expect(stage.unrecognized == [])
        #expect(
            stage.nodes == [
                NodeRow(
                    id: "hpchn01",
                    name: "HPCHN01",
                    state: .online,
                    health: .ok,
                    cores: 8,
                    sockets: 1,
                    memoryBytes: 28672.5 * 1_048_576,
                    template: "HeadNode Template",
                    groups: ["WCFBrokerNodes", "A,B"]
                )
            ]
        )
    }

    @Test(
        arguments: [
            // A member, and the field that counts it.
            (#""Cores":"eight""#, "node_cores=eight"), (#""Cores":"0x10""#, "node_cores=0x10"),
            (#""Cores":-1"#, "node_cores=-1"), (#""Cores":8.5"#, "node_cores=8.5"),
            (#""Cores":1e999"#, "node_cores=1e999"), (#""Cores":9e18"#, "node_cores=9e18"),
            (#""Cores":"NaN""#, "node_cores=NaN"), (#""Cores":true"#, "node_cores=true"),
            (#""Cores":[8]"#, "node_cores=an array or an object"),
            (#""Cores":["8"]"#, "node_cores=an array or an object"),
            (#""Cores":{}"#, "node_cores=an array or an object"),
            (#""Sockets":-0.5"#, "node_sockets=-0.5"), (#""Sockets":"two""#, "node_sockets=two"),
            (#""MemorySize":1e300"#, "node_memory=1e300"),
            (#""MemorySize":-28672"#, "node_memory=-28672"),
            (#""MemorySize":"lots""#, "node_memory=lots"),
            (#""Health":"Fine""#, "node_health=Fine"), (#""Health":1"#, "node_health=1"),
            (#""Health":"Unknown""#, "node_health=Unknown"),
            (#""Health":["OK"]"#, "node_health=an array or an object"),
            (#""Groups":"ComputeNodes""#, "node_groups=ComputeNodes"),
            (#""Groups":{"a":1}"#, "node_groups="), (#""Groups":["a",7]"#, "node_groups="),
        ] as [(String, String)]
    )
    func `A value that is none is left out and counted`(member: String, unrecognized: String)
        throws
    {
        let stage = try Self.nodes(#"[{"Name":"A","State":"Online",\#(member)}]"#)
        #expect(stage.unrecognized == [unrecognized])
        let node = try #require(stage.nodes.first)
        #expect(node.cores == nil && node.sockets == nil && node.memoryBytes == nil)
        #expect(node.health == (member.hasPrefix("\"Health") ? .unknown : nil))
        #expect(node.groups == (member.hasPrefix("\"Groups") ? [] : nil))
    }

    @Test(arguments: [
        #""Cores":null,"Sockets":null,"MemorySize":null,"Health":null,"Template":null,"Location":null"#,
        #""Health":"","Template":" ","Location":"","Cores":"","MemorySize":"""#, #""x":[[]]"#,
    ])
    func `What is null or empty is absent, and no news`(members: String) throws {
        let stage = try Self.nodes(#"[{"Name":"A","State":"Unknown",\#(members)}]"#)
        #expect(stage.unrecognized == [])
        #expect(stage.nodes == [NodeRow(id: "a", name: "A", state: .unknown)])
    }

    @Test func `Whole numbers are whole however they are written`() throws {
        let stage = try Self.nodes(#"[{"Name":"A","State":"online","Cores":1.6E1,"Sockets":2.0}]"#)
        #expect(stage.unrecognized == [])
        #expect(stage.nodes.first?.cores == 16)
        #expect(stage.nodes.first?.sockets == 2)
    }

    @Test(arguments: ["null", "1", #""""#, #"["Online"]"#, #""Levitating""#, "{}"])
    func `A state that is not documented is Unknown and counted`(state: String) throws {
        let stage = try Self.nodes(#"[{"Name":"A","State":\#(state)}]"#)
        #expect(stage.nodes.first?.state == .unknown)
        #expect(stage.unrecognized.count == 1 && stage.unrecognized[0].hasPrefix("node_state="))
    }

    @Test func `Every documented state and health is known`() throws {
        for state in NodeDialect.hpcPack2019.states {
            let stage = try Self.nodes(#"[{"Name":"A","State":"\#(state.name)"}]"#)
            #expect(stage.nodes.first?.state == state)
            #expect(stage.unrecognized == [])
        }
        for health in NodeHealth.known {
            let text = #"[{"Name":"A","State":"Online","Health":"\#(health.name)"}]"#
            let stage = try Self.nodes(text)
            #expect(stage.nodes.first?.health == health)
            #expect(stage.unrecognized == [])
        }
    }

    @Test func `The states of 2019 are not documented for the nodes of 2016`() throws {
        for state in NodeState.allCases {
            let rows = RestObjects.json([[("Id", "1"), ("State", "\(state.name)")]])
            let columns = NodeColumn.set
            var unrecognized = 0
            var read: NodeState?
            let decoder = RowDecoder(pattern: nil) { _, _ in unrecognized += 1 }
            var reader = RowReader(shape: .objects(columns))
            try reader.feed(Array(rows.utf8).span) { row in read = decoder.node(row)?.state }
            let isDocumented = NodeDialect.hpcPack2016.states.contains(state)
            #expect(read == (isDocumented ? state : .unknown))
            #expect(unrecognized == (isDocumented ? 0 : 1))
        }
    }

    @Test(arguments: ["", #""Name":null,"#, #""Name":"","#, #""Name":" ","#, #""Name":["A"],"#])
    func `A node without a name is left out and counted`(name: String) throws {
        let stage = try Self.nodes(#"[{\#(name)"State":"Online"}]"#)
        #expect(stage.nodes == [])
        #expect(stage.unrecognized.count == 1 && stage.unrecognized[0].hasPrefix("node_name="))
    }

    private static func figures(_ body: String) throws -> Stage {
        let stage = Stage(figures: true)
        let server = ScriptedServer { _ in .json(body) }
        #expect(try Session.test(server).clusterNodeMetrics(into: stage))
        #expect(server.requests.map(\.path) == ["/hpc/cluster/nodes/metrics"])
        #expect(server.requests[0].parameter("metricNames") == "HPCCoresInUse,HPCCpuUsage")
        return stage
    }

    @Test func `Figures come by keys in any case, and none of an unreachable node`() throws {
        let stage = try Self.figures(
            """
            [{"Metrics":{"HpcCpuUsage":12.5,"HpcNetwork":1824.3,"hpccoresinuse":4},"NodeName":"A"},
            {"Metrics":{},"NodeName":"B"},{"NodeName":"C","Metrics":{"HPCCPUUSAGE":1E-05,"HPCCoresInUse":null}},
            {"NodeName":"D","Metrics":null},{"NodeName":"E"},{"NodeName":"F","Metrics":{"HPCCpuUsage":-0.0}}]
            """
        )
        #expect(stage.unrecognized == [])
        #expect(
            stage.figures == [
                NodeFigures(name: "A", coresInUse: 4, cpuUsageRatio: 0.125),
                NodeFigures(name: "B"), NodeFigures(name: "C", cpuUsageRatio: 1e-05 / 100),
                NodeFigures(name: "D"), NodeFigures(name: "E"),
                NodeFigures(name: "F", cpuUsageRatio: 0),
            ]
        )
        #expect(stage.figures[5].cpuUsageRatio?.sign == .plus)
    }

    @Test(
        arguments: [
            (#""HPCCoresInUse":-1"#, "node_cores_in_use=-1"),
            (#""HPCCoresInUse":1e999"#, "node_cores_in_use=1e999"),
            (#""HPCCoresInUse":"0x10""#, "node_cores_in_use=0x10"),
            (#""HPCCoresInUse":[4]"#, "node_cores_in_use=an array or an object"),
            (#""HPCCpuUsage":"NaN""#, "node_cpu_usage=NaN"),
            (#""HPCCpuUsage":-1E-05"#, "node_cpu_usage=-1E-05"),
            (#""HPCCpuUsage":1e9"#, "node_cpu_usage=1e9"),
            (#""HPCCpuUsage":"1.""#, "node_cpu_usage=1."),
            (#""HPCCpuUsage":"1.e5""#, "node_cpu_usage=1.e5"),
            (#""HPCCpuUsage":"12 %""#, "node_cpu_usage=12 %"),
        ] as [(String, String)]
    )
    func `A figure that is none is left out and counted`(member: String, unrecognized: String)
        throws
    {
        let stage = try Self.figures(#"[{"NodeName":"A","Metrics":{\#(member)}}]"#)
        #expect(stage.figures == [NodeFigures(name: "A")])
        #expect(stage.unrecognized == [unrecognized])
    }

    @Test(arguments: [400, 401, 403, 404, 500, 501, 503])
    func `Metrics that are refused are recorded, and other failures are failures`(status: Int)
        throws
    {
        let server = ScriptedServer { _ in .response(status, body: "{}") }
        let session = try Session.test(server, limits: { $0.tries = 2 })
        session.client.recordCapability(.nodeMetrics, true)
        if [401, 503].contains(status) {
            #expect(throws: RequestError.self) {
                try session.clusterNodeMetrics(into: Stage(figures: true))
            }
            #expect(session.client.knownCapabilities == [.nodeMetrics: true])
            #expect(server.requests.count == (status == 503 ? 2 : 1))
        } else {
            #expect(try !session.clusterNodeMetrics(into: Stage(figures: true)))
            #expect(session.client.knownCapabilities == [.nodeMetrics: false])
            #expect(server.requests.count == 1)
            #expect(session.client.block(of: 0, for: .jobs) == nil)
        }
    }

    @Test func `A listing that breaks off is read again from its beginning`() throws {
        let calls = Counter()
        let server = ScriptedServer { _ in
            calls.next() == 1
                ? .raw(
                    Array("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[{\"Name\":\"Old\"}".utf8)
                )
                : .json(#"[{"Name":"A","State":"Online"}]"#)
        }
        let stage = Stage()
        try Session.test(server).clusterNodes(into: stage)
        #expect(stage.nodes.map(\.name) == ["A"])
    }

    @Test func `Groups and their members are read in either dialect`() throws {
        let server = ScriptedServer { request in
            request.path.hasSuffix("/nodes")
                ? .json(#"["CN001","CN002"]"#)
                : .json(
                    #"[{"Description":"d","Managed":true,"Name":"HeadNodes"},{"Name":" "},{"Name":null},{"Name":"New Group"}]"#
                )
        }
        let session = try Session.test(server)
        var unnamed = 0
        #expect(
            try session.nodeGroups(.hpcPack2019, onUnnamed: { unnamed += 1 }) == [
                "HeadNodes", "New Group",
            ]
        )
        #expect(unnamed == 2)
        #expect(try session.nodeGroupMembers("New/Group", .hpcPack2019) == ["CN001", "CN002"])
        #expect(server.requests[1].path == "/hpc/cluster/nodeGroups/New%2FGroup/nodes")
    }
}
