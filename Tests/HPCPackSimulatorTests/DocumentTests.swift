import Flags
import Foundation
import Testing

@testable import HPCPackSimulator

/// Flags, `--help`, the documentation and README tell the same story.
struct DocumentTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The rows of the table between two marks.
    private static func rows(_ mark: String) throws -> [String] {
        let parts = try text("docs/simulator.md").components(separatedBy: "<!-- \(mark) -->")
        guard parts.count == 3 else { return [] }
        return parts[1].split(separator: "\n").map(String.init).filter { $0.hasPrefix("| `") }
    }

    private static func cell(_ text: String) -> String {
        text.replacingOccurrences(of: "|", with: "\\|")
    }

    @Test func `Every flag stands in the documentation`() throws {
        let expected = SimulatorFlags.table.flags.map { flag in
            let value = flag.kind == .presence ? "" : flag.defaultValue.map { "`\($0)`" } ?? ""
            return "| `\(Self.cell(flag.usage))` | \(value) | \(Self.cell(flag.help)) |"
        }
        #expect(try Self.rows("flags") == expected, "\n\(expected.joined(separator: "\n"))")
    }

    @Test func `Every fault stands in the documentation`() throws {
        for (mark, lines) in [
            ("fault kinds", FaultReference.kinds), ("fault options", FaultReference.options),
        ] {
            let expected = lines.map {
                "| `\(Self.cell($0.form))` | \(Self.cell($0.meaning)) | `\($0.example)` |"
            }
            #expect(try Self.rows(mark) == expected, "\n\(expected.joined(separator: "\n"))")
        }
    }

    @Test func `Every call of the control API stands in the documentation`() throws {
        let expected = ControlCall.all.map {
            "| `\(Self.cell($0.usage))` | \(Self.cell($0.meaning)) |"
        }
        #expect(try Self.rows("control") == expected, "\n\(expected.joined(separator: "\n"))")
    }

    @Test func `Help names every group, flag, fault and call in lines that fit a terminal`() {
        let help = SimulatorFlags.table.help
        for group in SimulatorFlags.table.groups {
            #expect(help.contains("\n\(group.name):\n"))
            for flag in group.flags { #expect(help.contains("\n  \(flag.usage)\n")) }
        }
        for line in FaultReference.kinds + FaultReference.options {
            #expect(help.contains("\n    \(line.form)\n"))
        }
        for call in ControlCall.all { #expect(help.contains("\n    \(call.usage)\n")) }
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func `README and the documentation name only flags that there are`() throws {
        let names = Set(SimulatorFlags.table.flags.map { "--\($0.name)" })
        let readme = try Self.text("README.md").components(separatedBy: "## The simulator")
        #expect(readme.count == 2)
        let section = readme.last?.components(separatedBy: "\n## ").first ?? ""
        for text in [section, try Self.text("docs/simulator.md")] {
            // curl's own flags aside.
            let used = Set(text.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
            let ours = used.subtracting(["--cacert", "--fail-with-body", "--product"])
            #expect(!ours.isEmpty)
            #expect(ours.isSubset(of: names), "\(ours.subtracting(names))")
        }
    }

    @Test func `Every flag changes something`() throws {
        let values = [
            "tls": "self-signed", "profile": "department", "never-times": "empty",
            "listing": "live", "api-build": "old", "fault": "hang", "nodes": "3",
            "jobs": "3", "seed": "3", "speed": "3", "start-time": "1700000000",
            "refused-properties": "Id", "product": "2019", "max-rows-per-read": "3",
            "token-lifetime": "3",
            "lost-token-status": "410",
        ]
        let companions = [
            "tls-host": "--tls=self-signed", "tls-ca-out": "--tls=self-signed",
            "tls-key": "--tls-certificate=c", "tls-certificate": "--tls-key=k",
        ]
        for flag in SimulatorFlags.table.groups.dropLast().flatMap(\.flags) {
            let companion = companions[flag.name]
            let value = flag.kind == .presence ? "" : "=\(values[flag.name] ?? "x")"
            // The flag that another needs beside it must not be what makes the difference.
            let others = [companion].compactMap(\.self).filter { $0 == "--tls=self-signed" }
            let before = try SimulatorArguments(others)
            let after = try SimulatorArguments(
                ["--\(flag.name)\(value)"] + [companion].compactMap(\.self)
            ) { _ in "a User x" }
            #expect(
                "\(before.configuration)" != "\(after.configuration)",
                "\(flag.name) changes nothing"
            )
        }
    }

    @Test func `Without flags the configuration is the default one`() throws {
        let configuration = try SimulatorArguments([]).configuration
        #expect("\(configuration)" == "\(SimulatorConfiguration())")
    }
}
