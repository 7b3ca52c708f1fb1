import Foundation
import Testing

/// Names in dashboards and rules against the contract, both ways.
struct MetricUseTests {
    private static func expressions() throws -> [String] {
        let panels = Dashboard.all.flatMap(\.panels).flatMap(\.expressions)
        let variables = Dashboard.all.flatMap(\.variables)
            .filter { $0["type"].string == "query" }
            .compactMap { $0["query"]["query"].string }
        let marks = Dashboard.all.flatMap(\.annotations).compactMap { $0["expr"].string }
        return try panels + marks + RuleFile.rules().map(\.expression)
            + variables.map { String($0.dropFirst("label_values(".count).prefix { $0 != "," }) }
    }

    // A per-node series has no node_group, which ".*" matches and a chosen group does not. That is
    // how "All" takes in the nodes that are in no group.
    private static func selectsNodesInAnyOrNoGroup(_ matcher: PromQLText.Matcher) -> Bool {
        matcher == .init(label: "node_group", comparison: "=~", value: "$node_group")
    }

    @Test func `Every metric and label that is named is in the contract`() throws {
        let recorded = Set(try RuleFile.rules().compactMap(\.record))
        for expression in try Self.expressions() {
            let text = PromQLText(expression)
            var labels = ContractMetric.targetLabels
            for selector in text.selectors where !recorded.contains(selector.metric) {
                if ContractMetric.ofPrometheus.contains(selector.metric) { continue }
                let metric = ContractMetric.bySeriesName[selector.metric]
                #expect(metric != nil, "\(selector.metric) in \(expression)")
                let allowed = metric?.allLabels ?? []
                labels.formUnion(allowed)
                for matcher in selector.matchers where !Self.selectsNodesInAnyOrNoGroup(matcher) {
                    #expect(allowed.contains(matcher.label), "\(matcher.label) in \(expression)")
                }
            }
            guard text.selectors.allSatisfy({ !recorded.contains($0.metric) }) else { continue }
            for label in text.groupingLabels {
                #expect(labels.contains(label), "\(label) in \(expression)")
            }
        }
    }

    @Test func `Every metric of the contract is used, or unused for a reason`() throws {
        let used = Set(
            try Self.expressions().flatMap { PromQLText($0).selectors }
                .compactMap { ContractMetric.bySeriesName[$0.metric]?.name }
        )
        for metric in ContractMetric.all {
            let reason = ContractMetric.deliberatelyUnused[metric.name]
            #expect(used.contains(metric.name) == (reason == nil), "\(metric.name)")
        }
    }

    @Test func `Every recorded series serves an alert or a dashboard, or is meant for reports`()
        throws
    {
        let rules = try RuleFile.rules()
        let used = Set(try Self.expressions().flatMap { PromQLText($0).selectors }.map(\.metric))
        let forReports: Set = ["instance:hpcpack_cores_online:ratio"]
        for record in rules.compactMap(\.record) {
            #expect(used.contains(record) != forReports.contains(record), "\(record)")
            // level:metric:operations
            #expect(record.split(separator: ":").count == 3, "\(record)")
        }
    }
}
