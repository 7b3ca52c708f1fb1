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

    @Test func `Every alert has its five cases, each of which asks for that alert`() throws {
        let cases = [
            "fires", "just does not fire", "across clusters", "a restart of the exporter",
            "its series absent",
        ]
        var named: [String: Tree] = [:]
        for file in try RuleFile.tests() where file.lastPathComponent.hasPrefix("cases-") {
            for test in try YAMLFile.document(file)["tests"].list {
                #expect(named.updateValue(test, forKey: test["name"].string ?? "") == nil)
            }
        }
        for alert in try RuleFile.alerts().compactMap(\.alert) {
            for (index, name) in cases.enumerated() {
                let found = named.removeValue(forKey: "\(alert): \(name)")
                let test = try #require(found, "\(alert): \(name)")
                let rules = test["alert_rule_test"].list
                let expressions = test["promql_expr_test"].list
                #expect(rules.allSatisfy { $0["alertname"].string == alert }, "\(alert): \(name)")
                #expect(
                    expressions.allSatisfy { $0["expr"].string?.contains("\"\(alert)\"") == true }
                )
                // What fires is not also what stays silent.
                let fires = rules.contains { !$0["exp_alerts"].list.isEmpty }
                #expect(fires == (index == 0), "\(alert): \(name)")
                if index == 2 {
                    // Two clusters fire beside one that is well, and one more with another label.
                    #expect(expressions.map { $0["exp_samples"].list.count } == [3])
                    let series = test["input_series"].list.compactMap { $0["series"].string }
                    #expect(series.contains { $0.contains("cluster=\"west\"") })
                }
            }
        }
        #expect(named.isEmpty, "\(named.keys.sorted())")
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
            for part in [
                "**Meaning.**", "**Look at.**", "**Do", "```powershell\n", "**Nothing to do**",
            ] {
                #expect(section.contains(part), "\(title) lacks \(part)")
            }
        }
        let anchors = Set(titles.map { $0.lowercased() })
        for link in text.components(separatedBy: "](#").dropFirst() {
            let anchor = String(link.prefix { $0 != ")" })
            #expect(anchors.contains(anchor), "\(anchor)")
        }
    }

    @Test func `Aggregation and matching keep every label of the target`() throws {
        for rule in try RuleFile.rules() {
            let expression = rule.expression.split(whereSeparator: \.isWhitespace).joined(
                separator: " "
            )
            #expect(!expression.contains(" by ("), "\(expression)")
            // "on ()" asks whether there is anything at all.
            #expect(
                !expression.replacingOccurrences(of: " on ()", with: "").contains(" on ("),
                "\(expression)"
            )
            let ofTarget = PromQLText(rule.expression).groupingLabels.filter {
                ContractMetric.targetLabels.contains($0) && $0 != "instance"
            }
            #expect(ofTarget.isEmpty, "\(expression)")
        }
    }
}

extension [String] {
    /// The same elements, ordered as in `other` where they are there.
    fileprivate func sortedLike(_ other: [String]) -> [String] {
        other.filter(contains) + filter { !other.contains($0) }
    }
}
