import Foundation
import Testing

@testable import HPCPackSimulator

/// The operations, the specification's list of them and the documentation name the same.
struct OperationListTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    private struct Row {
        let title: String
        let line: String
        let isImplemented: String
        let suite: String
        let test: String
    }

    private static func rows() throws -> [Row] {
        let text = try String(
            contentsOf: root.appendingPathComponent("docs/simulator-operations.md"),
            encoding: .utf8
        )
        let parts = text.components(separatedBy: "<!-- operations -->")
        try #require(parts.count == 3)
        return try parts[1].split(separator: "\n").dropFirst(2).map { line in
            let cells = line.split(separator: "|").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
            }
            try #require(cells.count == 4)
            let test = cells[3].components(separatedBy: "`: ")
            try #require(test.count == 2)
            return Row(
                title: cells[0],
                line: cells[1],
                isImplemented: cells[2],
                suite: test[0],
                test: test[1]
            )
        }
    }

    @Test func `The operations are those of the specification, in its order`() {
        #expect(Operation.allCases.map(\.rawValue) == Self.specification + Self.readsOf2019)
    }

    @Test func `Either product has its own calls on nodes, and both have the others`() throws {
        let nodesOf2016 = Self.specification.filter { $0.hasPrefix("GET /nodes") }
        #expect(nodesOf2016.count == 4)
        for operation in Operation.allCases {
            let line = operation.rawValue
            #expect(operation.exists(in: .both))
            #expect(operation.exists(in: .hpcPack2016) == !Self.readsOf2019.contains(line))
            #expect(operation.exists(in: .hpcPack2019) == !nodesOf2016.contains(line))
        }
        let old = try HeadNodeProbe { $0.product = .hpcPack2016 }
        let new = try HeadNodeProbe { $0.product = .hpcPack2019 }
        func paths(_ lines: [String]) -> [String] {
            lines.map {
                $0.dropFirst(4).replacingOccurrences(of: "{name}", with: "HeadNodes")
                    .replacingOccurrences(of: "{id}", with: "1")
            }
        }
        for (probe, lines) in [(old, Self.readsOf2019), (new, nodesOf2016)] {
            for path in paths(lines) {
                let answer = probe.ask(path)
                #expect(answer.status == 404, "\(path)")
                #expect(answer.message?.contains("No HTTP resource was found") == true, "\(path)")
            }
        }
        #expect(old.ask("/nodes").status == 200 && new.ask("/cluster/nodes").status == 200)
    }

    @Test func `The documentation has every operation with a test that exists`() throws {
        let rows = try Self.rows()
        #expect(rows.map { $0.line } == Operation.allCases.map(\.rawValue))
        #expect(Set(rows.map { $0.title }).count == rows.count)
        for row in rows {
            #expect(row.isImplemented == "yes")
            let file = "Tests/HPCPackSimulatorTests/\(row.suite).swift"
            let source = try String(
                contentsOf: Self.root.appendingPathComponent(file),
                encoding: .utf8
            )
            #expect(source.contains("func `\(row.test)`("), "\(row.title)")
        }
    }

    /// Whatever is documented is there: no operation answers as an unknown path does.
    @Test func `Every operation has its own answer`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "echo *", ("Type", "ParametricSweep"), ("EndValue", "2"))
        try client.submit(job)
        client.simulator.advance(by: 3)
        for operation in Operation.allCases {
            let words = operation.rawValue.split(separator: " ").map(String.init)
            let path = words[1].replacingOccurrences(of: "{jobId}", with: String(job))
                .replacingOccurrences(of: "{taskId}", with: "1")
                .replacingOccurrences(of: "{subtaskId}", with: "1")
                .replacingOccurrences(of: "roups/{name}", with: "roups/HeadNodes")
                .replacingOccurrences(of: "history/{name}", with: "history/HPCSchedulerJobs")
                .replacingOccurrences(of: "{id}", with: Self.operationID(client.probe))
                .replacingOccurrences(of: "{name}", with: "HEADNODE")
            let answer = try client.send(words[0], path)
            #expect(
                [200, 204, 400, 409].contains(answer.status),
                "\(operation.rawValue): \(answer.text)"
            )
        }
    }

    private static func operationID(_ probe: HeadNodeProbe) -> String {
        let logs = probe.ask("/cluster/operations").jsonValue as? [[String: Any]]
        return logs?.first?["Id"] as? String ?? ""
    }

    /// The reads of the specification of HPC Pack 2019 that are not in that of 2016.
    private static let readsOf2019 = [
        "GET /cluster/userRoles",
        "GET /cluster/metrics/definitions",
        "GET /cluster/metrics/history/{name}",
        "GET /cluster/metrics/jobs",
        "GET /cluster/nodes",
        "GET /cluster/nodes/{name}",
        "GET /cluster/nodes/metrics",
        "GET /cluster/nodes/stats/state",
        "GET /cluster/nodes/stats/health",
        "GET /cluster/operations",
        "GET /cluster/operations/first",
        "GET /cluster/operations/{id}",
        "GET /cluster/nodeGroups",
        "GET /cluster/nodeGroups/{name}",
        "GET /cluster/nodeGroups/{name}/nodes",
    ]

    /// The table of contents of the specification of HPC Pack 2016, as method and path.
    private static let specification = [
        "GET /cluster/version",
        "GET /cluster/activeHeadNode",
        "GET /cluster/info/dateTimeFormat",
        "GET /nodes",
        "GET /nodes/{name}",
        "GET /nodes/groups",
        "GET /nodes/groups/{name}",
        "GET /jobs",
        "POST /jobs",
        "POST /jobs/jobFile",
        "GET /jobs/{jobId}",
        "PUT /jobs/{jobId}",
        "GET /jobs/{jobId}/customProperties",
        "POST /jobs/{jobId}/customProperties",
        "GET /jobs/{jobId}/envVariables",
        "POST /jobs/{jobId}/envVariables",
        "POST /jobs/{jobId}/submit",
        "POST /jobs/{jobId}/cancel",
        "POST /jobs/{jobId}/finish",
        "POST /jobs/{jobId}/requeue",
        "GET /jobs/{jobId}/tasks",
        "POST /jobs/{jobId}/tasks",
        "GET /jobs/{jobId}/tasks/{taskId}",
        "PUT /jobs/{jobId}/tasks/{taskId}",
        "GET /jobs/{jobId}/tasks/{taskId}/customProperties",
        "POST /jobs/{jobId}/tasks/{taskId}/customProperties",
        "GET /jobs/{jobId}/tasks/{taskId}/envVariables",
        "POST /jobs/{jobId}/tasks/{taskId}/envVariables",
        "POST /jobs/{jobId}/tasks/{taskId}/cancel",
        "POST /jobs/{jobId}/tasks/{taskId}/finish",
        "POST /jobs/{jobId}/tasks/{taskId}/requeue",
        "GET /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}",
        "PUT /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}",
        "POST /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}/cancel",
        "POST /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}/finish",
        "POST /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}/requeue",
        "GET /jobs/templates",
    ]
}
