import Foundation
import Testing

/// What every query of a dashboard must keep to.
struct DashboardQueryTests {
    private static let panels = Dashboard.all.flatMap(\.panels)
    private static let counting: Set = ["rate", "increase", "irate"]

    /// The matchers with which every selector begins.
    static let bound: [PromQLText.Matcher] = ["job", "cluster", "instance"].map {
        .init(label: $0, comparison: "=~", value: "$" + $0)
    }

    @Test(arguments: panels)
    func `Every selector is bound to the chosen jobs, clusters and instances`(panel: Panel) {
        for expression in panel.expressions {
            let selectors = PromQLText(expression).selectors
            #expect(!selectors.isEmpty)
            for selector in selectors {
                #expect(
                    // A recorded series has the labels of its target, too.
                    selector.matchers.starts(with: Self.bound),
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
    func `Clusters stay apart and have a name, but where the panel says that they are together`(
        panel: Panel
    ) {
        let isTogether = panel.json["description"].string?.contains("together") == true
        #expect(!isTogether || ["heatmap", "stat"].contains(panel.type))
        for target in panel.targets {
            let expression = target["expr"].string ?? ""
            let text = PromQLText(expression)
            if panel.type == "heatmap" {
                #expect(text.groupingLabels == ["le"])
                #expect(isTogether)
            } else if !isTogether {
                #expect(
                    text.groupingLabels.starts(with: ["job", "instance", "cluster", "namespace"])
                        || text.groupingLabels.first == "state"
                )
                #expect(expression.contains("label_join("), "\(expression)")
                let legend = target["legendFormat"].string ?? "{{name}}"
                #expect(legend.contains("{{name}}"))
                #expect(!legend.contains("{{instance}}"))
            }
        }
    }

    @Test(arguments: panels)
    func `Lines that may be many are those with most`(panel: Panel) {
        // Owners, projects and groups by the hundred, nodes by the thousand.
        let many: Set = ["node_group", "node", "owner", "project", "job_template"]
        guard panel.type == "timeseries" else { return }
        for target in panel.targets {
            let legend = target["legendFormat"].string ?? ""
            guard many.contains(where: { legend.contains("{{\($0)}}") }) else { continue }
            #expect(target["expr"].string?.contains("topk by (") == true, "\(panel.title)")
        }
        let shown = panel.json["options"]["legend"]
        #expect(shown["displayMode"].string == "table")
        #expect(shown["calcs"].strings == ["lastNotNull", "max"])
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
