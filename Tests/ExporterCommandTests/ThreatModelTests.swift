import Foundation
import Testing

/// The threat model names tests that exist.
struct ThreatModelTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The names of all tests and suites, as they stand in the sources.
    private static func tests() throws -> Set<String> {
        var names: Set<String> = []
        let folder = root.appendingPathComponent("Tests")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for part in text.components(separatedBy: "func `").dropFirst() {
                names.insert(String(part.prefix { $0 != "`" }))
            }
            for part in text.components(separatedBy: "struct ").dropFirst() {
                let name = part.prefix { $0.isLetter || $0.isNumber }
                if name.hasSuffix("Tests") { names.insert(String(name)) }
            }
        }
        return names
    }

    /// The texts between backticks in a table's cell.
    private static func quoted(_ cell: Substring) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }

    @Test func `Every defence of the threat model names tests, and each of them exists`() throws {
        let page = Self.root.appendingPathComponent("docs/threat-model.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("| ") }.dropFirst(2)
        #expect(rows.count >= 8)
        let tests = try Self.tests()
        #expect(tests.count > 100)
        for row in rows {
            let cells = row.split(separator: "|")
            let named = try Self.quoted(#require(cells.last { $0 != " " }))
            #expect(!named.isEmpty, "\(row)")
            for name in named { #expect(tests.contains(name), "\(name)") }
        }
    }

    @Test func `Every test that README promises exists`() throws {
        let text = try String(
            contentsOf: Self.root.appendingPathComponent("README.md"),
            encoding: .utf8
        )
        let section = try #require(
            text.components(separatedBy: "## What we promise and how it is tested\n").dropFirst()
                .first
        )
        let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n")
            .filter { $0.hasPrefix("| ") }.dropFirst(2)
        #expect(!rows.isEmpty)
        let folders = try FileManager.default.subpathsOfDirectory(
            atPath: Self.root.path + "/Tests"
        ).map { "Tests/" + $0 }
        let tests = try Self.tests().union(folders)
        for row in rows {
            let named = try Self.quoted(#require(row.split(separator: "|").last { $0 != " " }))
            // What is between backticks and begins with a capital is a test, a suite, a module of tests or a
            // folder of them; the rest are commands and variables.
            for name in named where name.first?.isUppercase == true && !name.contains("_") {
                #expect(tests.contains(name) || folders.contains("Tests/" + name), "\(name)")
            }
        }
    }
}
