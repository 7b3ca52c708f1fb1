import Foundation
import TestSupport
import Testing

/// The guarantees and the threat model name tests that exist.
struct GuaranteeTests {
    /// The names of all tests and suites, as they stand in the sources.
    private static func tests() throws -> Set<String> {
        var names: Set<String> = []
        for file in try Repository.files(below: "Tests") where file.hasSuffix(".swift") {
            let text = try Repository.text(file)
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
        let rows = try Repository.text("docs/threat-model.md").split(separator: "\n")
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

    @Test func `Every guarantee names tests, and each of them exists`() throws {
        let rows = try Repository.text("docs/guarantees.md").split(separator: "\n")
            .filter { $0.hasPrefix("| ") && !$0.hasPrefix("| promise") && !$0.hasPrefix("| ---") }
        #expect(rows.count > 20)
        let folders = try Repository.files(below: "Tests")
        let tests = try Self.tests().union(folders)
        for row in rows {
            let named = try Self.quoted(#require(row.split(separator: "|").last { $0 != " " }))
            #expect(!named.isEmpty, "\(row)")
            // What is between backticks and begins with a capital is a test, a suite, a module of tests or a
            // folder of them; the rest are commands and variables.
            for name in named where name.first?.isUppercase == true && !name.contains("_") {
                #expect(tests.contains(name) || folders.contains("Tests/" + name), "\(name)")
            }
        }
    }
}
