import Foundation
import TestSupport
import Testing

/// What comments and documents cite is in the repository.
struct CitationTests {
    /// The texts that may cite a document.
    private static func files() throws -> [String] {
        let folders = try ["Sources", "Tests", "docs", "dashboards"].flatMap(Repository.files)
        return folders.filter { path in
            ["swift", "h", "c", "md", "yml"].contains { path.hasSuffix("." + $0) }
                && !path.hasPrefix("Tests/Corpus/")
        } + ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Package.swift", "Makefile"]
    }

    /// What is wrong with a citation; `nil` when its file and heading exist.
    private static func fault(in target: String) -> String? {
        let parts = target.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        let url = Repository.root.appendingPathComponent(parts[0]).standardizedFileURL
        guard FileManager.default.fileExists(atPath: url.path) else { return "no such file" }
        guard parts.count == 2 else { return nil }
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return "no text" }
        return MarkdownText(text).anchors.contains(parts[1]) ? nil : "no such heading"
    }

    @Test func `Every document that a text cites has the heading that it names`() throws {
        var count = 0
        for file in try Self.files() {
            let text = try Repository.text(file)
            for match in text.matches(of: /(?:docs|dashboards)\/[A-Za-z-]+\.md(?:#[\w-]+)?/) {
                count += 1
                let fault = Self.fault(in: String(match.output))
                #expect(fault == nil, "\(file): \(match.output)")
            }
        }
        #expect(count > 50)
    }

    @Test func `Every link of a document leads somewhere`() throws {
        for file in try Self.files() where file.hasSuffix(".md") {
            let folder = file.split(separator: "/").dropLast().map { $0 + "/" }.joined()
            for link in MarkdownText(try Repository.text(file)).links where !link.contains(":") {
                let target = link.hasPrefix("#") ? file + link : folder + link
                let fault = Self.fault(in: target)
                #expect(fault == nil, "\(file): \(link)")
            }
        }
    }

    @Test func `No comment cites a document outside the repository`() throws {
        for file in try Self.files() where file.hasSuffix(".swift") {
            let cited = try Repository.text(file)
                .matches(of: /\/\/.*(?:\b(?:DESIGN|METRICS|FACTS)\b|rest-api-20)/)
            #expect(cited.isEmpty, "\(file): \(cited.map(\.output))")
        }
    }

    @Test(arguments: [
        ("## Errors, authentication and addresses", ["errors-authentication-and-addresses"]),
        (
            "# `--once` and C++\n```\n## none\n```\n### `--once` and C++",
            ["--once-and-c", "--once-and-c-1"]
        ),
    ])
    func `A heading's anchor is the one that GitHub gives it`(_ text: String, _ anchors: [String]) {
        #expect(MarkdownText(text).anchors == anchors)
    }
}

/// The headings and links of a Markdown text, those in code blocks aside.
private struct MarkdownText {
    /// The anchors of its headings, as GitHub makes them.
    private(set) var anchors: [String] = []
    /// The targets of its links and pictures.
    private(set) var links: [String] = []

    init(_ text: String) {
        var prose = ""
        var isCode = false
        var counts: [String: Int] = [:]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") { isCode.toggle() }
            guard !isCode else { continue }
            prose += line + "\n"
            guard let heading = line.wholeMatch(of: /#{1,6} +(.*)/)?.output.1 else { continue }
            let kept = heading.lowercased().filter {
                $0.isLetter || $0.isNumber || "-_ ".contains($0)
            }
            let slug = kept.replacing(" ", with: "-")
            let count = counts[slug, default: 0]
            counts[slug] = count + 1
            anchors.append(count == 0 ? slug : "\(slug)-\(count)")
        }
        links = prose.matches(of: /\]\(<?([^)>\s]+)/).map { String($0.output.1) }
    }
}
