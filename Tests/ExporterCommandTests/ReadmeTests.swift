import Exposition
import Foundation
import Testing

@testable import ExporterCommand

/// README tells the same story as the code.
struct ReadmeTests {
    private static let readme: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8))
            ?? ""
    }()

    /// The rows of the table between two marks.
    private static func rows(_ mark: String) -> [String] {
        let parts = readme.components(separatedBy: "<!-- \(mark) -->")
        guard parts.count == 3 else { return [] }
        return parts[1].split(separator: "\n").map(String.init).filter { $0.hasPrefix("| `") }
    }

    @Test func `Every flag stands in README with its variable and default`() {
        let expected = Flag.all.filter { $0.name != "help" && $0.name != "version" }.map { flag in
            let standard = flag.standard.isEmpty ? "" : "`\(flag.standard)`"
            let usage = flag.usage.replacingOccurrences(of: "|", with: "\\|")
            return "| `\(usage)` | `\(flag.environmentVariable)` | \(standard) | \(flag.help) |"
        }
        #expect(Self.rows("flags") == expected, "\n\(expected.joined(separator: "\n"))")
    }

    @Test func `Every metric stands in README with its type, labels and meaning`() {
        let expected = Exporter.descriptors.map { metric in
            let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(metric.name)` | \(metric.type.rawValue) | \(labels) | \(metric.help) |"
        }
        #expect(Self.rows("metrics") == expected, "\n\(expected.joined(separator: "\n"))")
    }

    @Test func `Help names every flag and every group`() {
        for flag in Flag.all {
            #expect(HelpText.text.contains(flag.usage))
            #expect(HelpText.text.contains(flag.group + ":"))
        }
        #expect(HelpText.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }
}
