import Foundation
import TestSupport
import Testing

/// The rules, as Prometheus' own tool and as their readers see them.
struct RuleTests {
    private static func promtool(_ arguments: [String]) throws -> InstalledTool.Outcome {
        try InstalledTool("promtool", package: "prometheus")
            .run(arguments, in: Repository.dashboards.path)
    }

    @Test func `promtool accepts the rules`() throws {
        let outcome = try Self.promtool(["check", "rules"] + Repository.ruleFiles.map(\.path))
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test(arguments: try RuleFile.tests().map(\.lastPathComponent))
    func `The rules do what their tests say`(file: String) throws {
        let outcome = try Self.promtool(["test", "rules", "rules/tests/\(file)"])
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test(arguments: ["prometheus.yml", "../packaging/compose/prometheus.yml"])
    func `promtool accepts the scrape configurations`(file: String) throws {
        let outcome = try Self.promtool(["check", "config", file])
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test func `Every alert is tested firing and not firing`() throws {
        var firing: Set<String> = []
        var silent: Set<String> = []
        for file in try RuleFile.tests() {
            for test in try YAMLFile.document(file)["tests"].list {
                for one in test["alert_rule_test"].list {
                    let name = one["alertname"].string ?? ""
                    if one["exp_alerts"].list.isEmpty {
                        silent.insert(name)
                    } else {
                        firing.insert(name)
                    }
                }
            }
        }
        let alerts = Set(try RuleFile.alerts().compactMap(\.alert))
        #expect(firing == alerts)
        #expect(silent == alerts)
    }

    @Test func `Every alert has a severity, says what it means and leads to the runbook`() throws {
        let severities: Set = ["critical", "warning", "info"]
        for rule in try RuleFile.alerts() {
            let name = rule.alert ?? ""
            #expect(severities.contains(rule.json["labels"]["severity"].string ?? ""), "\(name)")
            let notes = rule.json["annotations"]
            #expect(notes.keys == ["description", "runbook_url", "summary"], "\(name)")
            #expect(notes["summary"].string?.hasSuffix(".") == true, "\(name)")
            #expect(notes["description"].string?.isEmpty == false, "\(name)")
            #expect(
                notes["runbook_url"].string == "dashboards/RUNBOOK.md#" + name.lowercased()
            )
        }
    }

    @Test func `The runbook has a section for every alert and for nothing else`() throws {
        let text = try Repository.text("dashboards/RUNBOOK.md")
        let sections = text.components(separatedBy: "\n## ").dropFirst()
        let titles = sections.map { String($0.prefix { $0 != "\n" }) }
        #expect(titles == (try RuleFile.alerts().compactMap(\.alert)).sortedLike(titles))
        for section in sections {
            let title = section.prefix { $0 != "\n" }
            for part in ["**Meaning.**", "**Look at.**", "**Do"] {
                #expect(section.contains(part), "\(title) lacks \(part)")
            }
        }
        let anchors = Set(titles.map { $0.lowercased() })
        for link in text.components(separatedBy: "](#").dropFirst() {
            let anchor = String(link.prefix { $0 != ")" })
            #expect(anchors.contains(anchor), "\(anchor)")
        }
    }

    @Test func `Aggregations keep the labels of the target`() throws {
        for rule in try RuleFile.rules() {
            #expect(!rule.expression.contains(" by ("), "\(rule.expression)")
        }
    }
}

extension [String] {
    /// The same elements, ordered as in `other` where they are there.
    fileprivate func sortedLike(_ other: [String]) -> [String] {
        other.filter(contains) + filter { !other.contains($0) }
    }
}
