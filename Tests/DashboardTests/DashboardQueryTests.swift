import Foundation
import Testing

/// What every query of a dashboard must keep to.
struct DashboardQueryTests {
    private static let panels = Dashboard.all.flatMap(\.panels)
    private static let counting: Set = ["rate", "increase", "irate"]

    @Test(arguments: panels)
    func `Every selector is bound to the chosen jobs and instances`(panel: Panel) {
        for expression in panel.expressions {
            let selectors = PromQLText(expression).selectors
            #expect(!selectors.isEmpty)
            for selector in selectors {
                #expect(
                    selector.matchers.starts(with: [
                        .init(label: "job", comparison: "=~", value: "$job"),
                        .init(label: "instance", comparison: "=~", value: "$instance"),
                    ]),
                    "\(selector.metric) in \(expression)"
                )
            }
        }
    }

    @Test(arguments: panels)
    func `Counters are read as rates over the rate interval, or over the whole range at once`(
        panel: Panel
    ) {
        for target in panel.targets {
            for selector in PromQLText(target["expr"].string ?? "").selectors {
                let kind = ContractMetric.bySeriesName[selector.metric]?.kind
                if kind == .counter || kind == .histogram {
                    #expect(Self.counting.contains(selector.function), "\(selector.metric)")
                }
                guard Self.counting.contains(selector.function) else { continue }
                #expect(kind == .counter || kind == .histogram, "\(selector.metric)")
                let ofRange = target["instant"].bool == true && selector.window == "$__range"
                #expect(ofRange || selector.window == "$__rate_interval", "\(selector.metric)")
            }
        }
    }

    @Test(arguments: panels)
    func `Clusters stay apart, but for heat maps`(panel: Panel) {
        for target in panel.targets {
            let text = PromQLText(target["expr"].string ?? "")
            if panel.type == "heatmap" {
                #expect(text.groupingLabels == ["le"])
                #expect(panel.json["description"].string?.contains("together") == true)
            } else {
                #expect(text.groupingLabels.starts(with: ["job", "instance"]))
            }
        }
    }

    @Test(arguments: panels)
    func `Group series are never summed over the groups`(panel: Panel) {
        for expression in panel.expressions {
            let text = PromQLText(expression)
            let group = text.selectors.filter {
                ContractMetric.bySeriesName[$0.metric]?.labels.contains("node_group") == true
                    && $0.metric != "hpcpack_node_group_member"
            }
            if !group.isEmpty { #expect(text.groupingLabels.contains("node_group")) }
        }
    }

    @Test(arguments: panels)
    func `Metrics of every process are narrowed to exporters`(panel: Panel) {
        for expression in panel.expressions {
            let names = PromQLText(expression).selectors.map(\.metric)
            if names.contains(where: { $0 == "up" || $0.hasPrefix("process_") }) {
                #expect(names.contains("hpcpack_exporter_build_info"), "\(expression)")
            }
        }
    }
}
