import Foundation
import TestSupport
import Testing

/// The mixin: what it generates is checked in, and its settings reach everything.
struct MixinTests {
    private static let mixin = Repository.dashboards.appendingPathComponent("mixin")

    /// The value of a Jsonnet expression in which `mixin` is the mixin with other settings.
    private static func value(_ expression: String, settings: String = "{}") throws -> Tree {
        let outcome = try InstalledTool("jsonnet", package: "jsonnet").run(
            [
                "--exec",
                "local mixin = (import 'mixin.libsonnet') + { _config+:: \(settings) }; \(expression)",
            ],
            in: mixin.path
        )
        guard outcome.status == 0 else { throw YAMLFile.Unreadable(description: "\(outcome)") }
        return try Tree(json: Data(outcome.bytes))
    }

    private static func alerts(settings: String = "{}") throws -> [String: Tree] {
        let groups = try value("mixin.prometheusAlerts.groups", settings: settings).list
        return Dictionary(
            groups.flatMap { $0["rules"].list }.map { ($0["alert"].string ?? "", $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    @Test func `What is generated is what is checked in`() throws {
        let made = try TemporaryFolder()
        let script = Repository.root.appendingPathComponent("scripts/generate-monitoring").path
        let outcome = try InstalledTool("python3", package: "python3").run([script, made.path])
        #expect(outcome.status == 0, "\(outcome)")
        let files = try #require(
            FileManager.default.enumerator(atPath: made.path)?.allObjects as? [String]
        ).filter { !($0 as NSString).pathExtension.isEmpty }
        #expect(files.count > 8)
        for file in files {
            let isSame =
                try String(contentsOfFile: made.path(file), encoding: .utf8)
                == Repository.text(file)
            #expect(isSame, "\(file): run make monitoring")
        }
    }

    @Test func `The files of the mixin are formatted`() throws {
        let files = try #require(
            FileManager.default.enumerator(atPath: Self.mixin.path)?.allObjects as? [String]
        ).filter { $0.hasSuffix(".libsonnet") }
        #expect(files.count > 5)
        let outcome = try InstalledTool("jsonnetfmt", package: "jsonnet")
            .run(["--test"] + files, in: Self.mixin.path)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func `A threshold that is changed in one place changes rule and text`() throws {
        let alerts = try Self.alerts(
            settings: """
                { alerts+: {
                  ManyNodesUnreachable+: { share: 0.35, nodes: 7, 'for': '1h', severity: 'info' },
                  QueueTooLong+: { enabled: false },
                } }
                """
        )
        let many = try #require(alerts["HPCPackManyNodesUnreachable"])
        #expect(many["expr"].string?.contains("> 0.35\n") == true)
        #expect(many["expr"].string?.contains(">= 7") == true)
        #expect(many["for"].string == "1h")
        #expect(many["labels"]["severity"].string == "info")
        let text = many["annotations"]["description"].string ?? ""
        #expect(text.hasPrefix("More than 35 % of the nodes, and at least 7, have been"))
        #expect(text.contains("for an hour:"))
        #expect(alerts["HPCPackQueueTooLong"] == nil)
    }

    @Test func `Selector, severities, prefix and runbook reach every alert`() throws {
        let settings = """
            { selector: 'env="prod"', runbookURL: 'https://wiki/x', alertPrefix: 'Grid',
              severities: { critical: 'P1', warning: 'P2', info: 'P3' },
              targetLabels: ['job', 'instance', 'site'], clusterLabel: 'site' }
            """
        let alerts = try Self.alerts(settings: settings)
        #expect(alerts.count == (try RuleFile.alerts().count))
        for (name, alert) in alerts {
            #expect(name.hasPrefix("Grid"))
            #expect(["P1", "P2", "P3"].contains(alert["labels"]["severity"].string ?? ""))
            let notes = alert["annotations"]
            #expect(notes["runbook_url"].string == "https://wiki/x#" + name.lowercased())
            let texts = (notes["summary"].string ?? "") + (notes["description"].string ?? "")
            #expect(!texts.contains("cluster=") && !texts.contains("$labels.cluster"))
        }
        let recorded = try Self.value("mixin.prometheusRules.groups", settings: settings).list
        let rules = recorded.flatMap { $0["rules"].list } + alerts.values
        for rule in rules {
            let expression = rule["expr"].string ?? ""
            for selector in PromQLText(expression).selectors where selector.metric != "up" {
                #expect(
                    selector.matchers.first
                        == .init(label: "env", comparison: "=", value: "prod"),
                    "\(selector.metric) in \(expression)"
                )
            }
        }
    }

    @Test func `amtool accepts the inhibition, and it names alerts that there are`() throws {
        let file = Repository.dashboards.appendingPathComponent("alertmanager.yml")
        let outcome = try InstalledTool("amtool", package: "prometheus-alertmanager")
            .run(["check-config", file.path])
        #expect(outcome.status == 0, "\(outcome)")
        let alerts = Set(try RuleFile.alerts().compactMap(\.alert))
        let rules = try YAMLFile.document(file)["inhibit_rules"].list
        #expect(!rules.isEmpty)
        for rule in rules {
            #expect(rule["equal"].strings.starts(with: ["job", "instance", "cluster"]))
            let source = rule["source_matchers"].strings.first?.components(separatedBy: " = ").last
            let pattern = rule["target_matchers"].strings.first?
                .components(separatedBy: "\"").dropFirst().first
            let targets = pattern?.components(separatedBy: "|") ?? []
            #expect(source.map(alerts.contains) == true)
            #expect(!targets.isEmpty && alerts.isSuperset(of: targets))
            #expect(source.map { !targets.contains($0) } == true)
        }
    }
}
