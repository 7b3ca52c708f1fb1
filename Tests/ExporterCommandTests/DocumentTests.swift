import Exposition
import Flags
import Foundation
import HPCPackClient
import TestSupport
import Testing

@testable import ExporterCommand

/// The documents tell what the code tells.
struct DocumentTests {
    /// Compares the tables, or writes them where `HPCPACK_UPDATE_DOCS=1` asks for that (`make docs`).
    @Test(arguments: ["docs/metrics.md", "docs/configuration.md"])
    func `The tables of a document are what the code says`(_ document: String) throws {
        let tables = try #require(GeneratedTable.byDocument[document])
        var text = try Repository.text(document)
        let isUpdate = ProcessInfo.processInfo.environment["HPCPACK_UPDATE_DOCS"] == "1"
        for table in tables {
            let mark = "<!-- \(table.mark) -->"
            var parts = text.components(separatedBy: mark)
            try #require(parts.count == 3, "\(document) holds \(mark) twice")
            let expected = "\n" + table.text + "\n"
            if isUpdate {
                parts[1] = expected
                text = parts.joined(separator: mark)
            } else {
                #expect(parts[1] == expected, "\(document): run make docs, which writes\(expected)")
            }
        }
        guard isUpdate else { return }
        try Data(text.utf8).write(to: Repository.root.appendingPathComponent(document))
    }

    @Test func `The documents name only flags and metrics that there are`() throws {
        let flags = Set(ExporterFlags.table.flags.map { "--" + $0.name })
        let negations = Set(ExporterFlags.table.flags.map { "--no-" + $0.name })
        let metrics = Set(Exporter.descriptors.map(\.name))
        let known = flags.union(negations).union(metrics)
        let documents =
            try Repository.files(below: "docs").filter {
                $0.hasSuffix(".md") && !$0.contains("simulator")
            } + ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "dashboards/RUNBOOK.md"]
        for document in documents {
            let text = try Repository.text(document)
            let named =
                text.matches(
                    of: /--(?:no-)?(?:hpcpack|collector|web|log)\.[a-z0-9]+(?:[.-][a-z0-9]+)*/
                )
                .map { String($0.output) }
                + text.matches(of: /`(hpcpack_[a-z_]+)/).map { String($0.output.1) }
            #expect(Set(named).subtracting(known) == [], "\(document)")
        }
    }

    @Test func `Help names every flag and every group`() {
        let help = ExporterFlags.table.help
        for group in ExporterFlags.table.groups {
            #expect(help.contains("\n\(group.name):\n"))
            for flag in group.flags { #expect(help.contains("\n  \(flag.usage)\n")) }
        }
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func `README can be read in one sitting`() throws {
        #expect(try Repository.text("README.md").split(separator: "\n").count <= 150)
    }

    @Test func `The architecture names source files that exist`() throws {
        let text = try Repository.text("docs/architecture.md")
        for name in text.matches(of: /`([A-Za-z-]+\/[A-Za-z+\/]+\.swift)`/).map(\.output.1) {
            let path = Repository.root.appendingPathComponent("Sources/\(name)").path
            #expect(FileManager.default.fileExists(atPath: path), "\(name)")
        }
    }

    @Test func `Every metric belongs to a topic of the documents`() {
        let shown = GeneratedTable.metrics.map(\.rows).joined().count
        #expect(shown == Exporter.descriptors.count)
    }
}

/// A table that the code makes for a document.
struct GeneratedTable: Sendable {
    /// What stands in the comments before and after it.
    let mark: String
    let head: [String]
    let rows: [[String]]

    static let byDocument = [
        "docs/metrics.md": metrics + [states], "docs/configuration.md": [flags],
    ]

    var text: String {
        ([head, head.map { _ in "---" }] + rows)
            .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    static let metrics = ["cluster", "nodes", "jobs", "tasks", "exporter", "process"].map {
        topic in
        GeneratedTable(
            mark: "metrics:" + topic,
            head: ["metric", "type", "labels", "meaning"],
            rows: Exporter.descriptors.filter { Self.topic(of: $0.name) == topic }.map { metric in
                let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
                return ["`\(metric.name)`", metric.type.rawValue, labels, metric.help]
            }
        )
    }

    /// Where a metric is documented, told from its name.
    private static func topic(of name: String) -> String {
        if name.hasPrefix("process_") { return "process" }
        if ["exporter", "api", "scrape"].contains(where: { name.hasPrefix("hpcpack_\($0)_") }) {
            return "exporter"
        }
        if ["hpcpack_up", "hpcpack_cluster_info", "hpcpack_job_templates"].contains(name) {
            return "cluster"
        }
        if ["allocated", "queued"].contains(where: name.contains) { return "jobs" }
        return ["task", "job", "node", "core"].first(where: name.contains)
            .map { $0 == "core" ? "nodes" : $0 + "s" } ?? ""
    }

    static let flags = GeneratedTable(
        mark: "flags",
        head: ["flag", "variable", "default", "meaning"],
        rows: ExporterFlags.table.flags.compactMap { flag in
            guard let variable = ExporterFlags.table.variable(of: flag) else { return nil }
            return [
                "`\(flag.usage.replacing("|", with: "\\|"))`", "`\(variable)`",
                flag.defaultValue.map { "`\($0)`" } ?? "", flag.help,
            ]
        }
    )

    static let states = GeneratedTable(
        mark: "states",
        head: ["of", "states"],
        rows: [
            ["a node, of HPC Pack 2016", names(NodeDialect.hpcPack2016.states)],
            ["a node, of HPC Pack 2019", names(NodeDialect.hpcPack2019.states)],
            ["a node's health", names(NodeHealth.known)], ["a job", names(JobState.known)],
            ["a task", names(TaskState.known)],
        ]
    )

    private static func names<State: SchedulerState>(_ states: [State]) -> String {
        states.map { "`\($0.name)`" }.joined(separator: " ")
    }
}
