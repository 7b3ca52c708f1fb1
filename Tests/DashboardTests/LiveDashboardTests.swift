import Foundation
import TestSupport
import Testing

/// Dashboards and metrics with everything real: simulator, exporter and Prometheus.
struct LiveDashboardTests {
    private static func running(
        product: String = "both",
        _ body: (_ exporter: String, _ prometheus: PrometheusProcess) throws -> Void
    ) throws {
        let simulator = try ChildProcess(
            "hpcpack-simulator",
            ["--address=127.0.0.1:0", "--speed=600", "--no-auth", "--product=\(product)"]
        )
        let url = try simulator.word(after: "listening on ")
        let exporter = try ChildProcess(
            "hpcpack-exporter",
            [
                "--hpcpack.url=\(url)", "--web.listen-address=127.0.0.1:0",
                "--collector.interval=1s", "--collector.tasks.source=calls",
                "--collector.jobs.by=owner,project,template,priority",
            ]
        )
        let page = try exporter.word(after: "msg=\"Listening\" address=")
        let address = try #require(URLComponents(string: page))
        let target = "\(address.host ?? ""):\(address.port ?? 0)"
        let prometheus = try PrometheusProcess(
            scraping: [target],
            rules: Repository.ruleFiles.map(\.path)
        )
        try prometheus.wait(for: "count_over_time(hpcpack_up[1m]) > 15 and hpcpack_up == 1")
        try body(target, prometheus)
        // Alive to here.
        #expect(try exporter.stop() == 0)
        #expect(try simulator.stop() == 0)
    }

    @Test func `Every panel shows something, and the exporter has every metric of the contract`()
        throws
    {
        try Self.running { _, prometheus in
            let missing = ContractMetric.of2019.union(ContractMetric.notExportedLive)
            let panels = Dashboard.all.flatMap(\.panels).filter { panel in
                panel.expressions.flatMap { PromQLText($0).selectors }.allSatisfy { selector in
                    let name = ContractMetric.bySeriesName[selector.metric]?.name ?? ""
                    return !missing.contains(name)
                }
            }
            let failures = PanelTrial(api: prometheus.api).failures(of: panels)
            for failure in failures { Issue.record("\(failure)") }

            let families = try prometheus.api.metadataNames()
            let expected = Set(ContractMetric.all.map(\.name)).subtracting(missing)
            #expect(families == expected, "\(families.symmetricDifference(expected).sorted())")
        }
    }

    @Test func `A head node of HPC Pack 2019 leads to the metrics that only it can tell`() throws {
        try Self.running(product: "2019") { _, prometheus in
            let families = try prometheus.api.metadataNames()
            #expect(families.isSuperset(of: ContractMetric.of2019))
            #expect(!families.contains("hpcpack_unreachable_nodes"))
            let panels = Dashboard.all.flatMap(\.panels).filter { panel in
                panel.expressions.contains { $0.contains("_by_health") }
            }
            #expect(panels.count == 2)
            let failures = PanelTrial(api: prometheus.api).failures(of: panels)
            for failure in failures { Issue.record("\(failure)") }
        }
    }
}
