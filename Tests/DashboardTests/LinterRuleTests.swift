import Foundation
import TestSupport
import Testing

/// The rules of Grafana's dashboard-linter, each as a test under its name.
///
/// See <https://github.com/grafana/dashboard-linter>.
struct LinterRuleTests {
    private static let panels = Dashboard.all.flatMap(\.panels)

    private func variable(_ name: String, of dashboard: Dashboard) throws -> Tree {
        try #require(dashboard.variables.first { $0["name"].string == name })
    }

    /// What both rules on a variable of the scrape ask for.
    private func checkVariable(_ name: String, label: String, of dashboard: Dashboard) throws {
        let variable = try variable(name, of: dashboard)
        #expect(variable["datasource"]["uid"].string == "${datasource}")
        #expect(variable["type"].string == "query")
        #expect(variable["label"].string == label)
        #expect(variable["multi"].bool == true)
        #expect(variable["allValue"].string == ".+")
    }

    @Test(arguments: Dashboard.all) func `template-datasource-rule`(dashboard: Dashboard) {
        let sources = dashboard.variables.filter { $0["type"].string == "datasource" }
        #expect(sources.map { $0["name"].string } == ["datasource"])
        #expect(sources.map { $0["label"].string } == ["Data source"])
        #expect(sources.map { $0["query"].string } == ["prometheus"])
    }

    @Test(arguments: Dashboard.all) func `template-job-rule`(dashboard: Dashboard) throws {
        try checkVariable("job", label: "Job", of: dashboard)
    }

    @Test(arguments: Dashboard.all) func `template-instance-rule`(dashboard: Dashboard) throws {
        try checkVariable("instance", label: "Instance", of: dashboard)
    }

    @Test(arguments: Dashboard.all) func `template-label-promql-rule`(dashboard: Dashboard) throws {
        for variable in dashboard.variables where variable["type"].string == "query" {
            let query = try #require(variable["query"]["query"].string)
            let match = try #require(query.wholeMatch(of: /([a-z_]+)\((.+)\)/))
            #expect(["label_names", "label_values", "metrics", "query_result"].contains(match.1))
            let selector = String(
                match.2.prefix(upTo: match.2.lastIndex(of: ",") ?? match.2.endIndex)
            )
            try checkPromQL([selector])
        }
    }

    @Test(arguments: Dashboard.all)
    func `template-on-time-change-reload-rule`(dashboard: Dashboard) {
        for variable in dashboard.variables where variable["type"].string == "query" {
            #expect(variable["refresh"].number == 2)
        }
    }

    @Test(arguments: panels) func `panel-datasource-rule`(panel: Panel) {
        #expect(panel.json["datasource"]["uid"].string == "${datasource}")
    }

    @Test(arguments: panels) func `panel-title-description-rule`(panel: Panel) {
        #expect(!panel.title.isEmpty)
        #expect(panel.json["description"].string?.isEmpty == false)
    }

    @Test(arguments: panels) func `panel-units-rule`(panel: Panel) {
        // Those of Grafana's list that make sense here; a suffix of one's own is none of them.
        let units: Set = [
            "none", "short", "percent", "percentunit", "bytes", "Bps", "s", "reqps", "cps",
            "dateTimeAsIso",
        ]
        let config = panel.json["fieldConfig"]
        #expect(config["defaults"]["unit"].string.map(units.contains) == true)
        for property in config["overrides"].list.flatMap({ $0["properties"].list })
        where property["id"].string == "unit" {
            #expect(property["value"].string.map(units.contains) == true)
        }
    }

    @Test(arguments: panels) func `panel-no-targets-rule`(panel: Panel) {
        #expect(!panel.targets.isEmpty)
    }

    @Test(arguments: panels) func `target-logql-rule`(panel: Panel) {
        // No target asks Loki, whose language this is.
        for target in panel.targets { #expect(target["datasource"]["type"].string == "prometheus") }
    }

    @Test(arguments: panels) func `target-logql-auto-rule`(panel: Panel) {
        for expression in panel.expressions { #expect(!expression.contains("$__auto")) }
    }

    @Test(arguments: Dashboard.all) func `target-promql-rule`(dashboard: Dashboard) throws {
        try checkPromQL(
            dashboard.panels.flatMap(\.expressions)
                + dashboard.annotations.compactMap { $0["expr"].string }
        )
    }

    @Test(arguments: panels) func `target-rate-interval-rule`(panel: Panel) {
        for selector in panel.expressions.flatMap({ PromQLText($0).selectors })
        where ["rate", "irate"].contains(selector.function) {
            #expect(selector.window == "$__rate_interval")
        }
    }

    @Test(arguments: panels) func `target-job-rule`(panel: Panel) {
        checkMatcher("job", in: panel)
    }

    @Test(arguments: panels) func `target-instance-rule`(panel: Panel) {
        checkMatcher("instance", in: panel)
    }

    @Test(arguments: panels) func `target-counter-agg-rule`(panel: Panel) {
        for selector in panel.expressions.flatMap({ PromQLText($0).selectors })
        where selector.metric.hasSuffix("_total") {
            #expect(["rate", "irate", "increase"].contains(selector.function))
            #expect(selector.window != nil)
        }
    }

    @Test(arguments: Dashboard.all) func `uneditable-dashboard`(dashboard: Dashboard) {
        #expect(dashboard.json["editable"].bool == false)
    }

    private func checkMatcher(_ label: String, in panel: Panel) {
        for selector in panel.expressions.flatMap({ PromQLText($0).selectors }) {
            let matchers = selector.matchers.filter { $0.label == label }
            #expect(matchers == [.init(label: label, comparison: "=~", value: "$" + label)])
        }
    }

    /// Has Prometheus' own parser read expressions, as of recording rules.
    private func checkPromQL(_ expressions: [String]) throws {
        let folder = try TemporaryFolder()
        let rules = expressions.enumerated().map { index, expression in
            ["record": "level:metric\(index):sum", "expr": PanelTrial.filled(expression)]
        }
        let file = ["groups": [["name": "panels", "rules": rules] as [String: Any]]]
        // JSON is YAML, but for the escaped slashes that Foundation writes.
        let json = try JSONSerialization.data(
            withJSONObject: file,
            options: .withoutEscapingSlashes
        )
        let path = try folder.write("rules.json", String(decoding: json, as: UTF8.self))
        let outcome = try InstalledTool("promtool", package: "prometheus")
            .run(["check", "rules", path])
        #expect(outcome.status == 0, "\(outcome.output)")
    }
}
