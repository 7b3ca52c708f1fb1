import Foundation
import TestSupport
import Testing

/// Dashboards and metrics with everything real: two simulated clusters, one of HPC Pack 2016 and one of 2019, an exporter
/// for each, and the Prometheus that scrapes both.
///
/// The targets are equal in job and instance: only the label `cluster` tells them apart.
struct LiveDashboardTests {
    /// A cluster whose time stands still until it is told to go on.
    private struct Cluster {
        let name: String
        let simulator: ChildProcess
        let control: String
        let exporter: ChildProcess
        /// `host:port` of the exporter.
        let target: String

        init(name: String, product: String, seed: Int) throws {
            self.name = name
            simulator = try ChildProcess(
                "hpcpack-simulator",
                [
                    "--address=127.0.0.1:0", "--control-address=127.0.0.1:0", "--speed=0",
                    "--no-auth", "--product=\(product)", "--seed=\(seed)", "--nodes=120",
                    "--jobs=3000",
                ]
            )
            let url = try simulator.word(after: "listening on ")
            control = try simulator.word(after: "control on ")
            exporter = try ChildProcess(
                "hpcpack-exporter",
                [
                    "--hpcpack.url=\(url)", "--web.listen-address=127.0.0.1:0",
                    "--hpcpack.max-request-rate=0", "--collector.interval=1s",
                    "--collector.full-interval=5s", "--collector.tasks.source=calls",
                    "--collector.jobs.by=owner,project,template,priority",
                ]
            )
            let page = try exporter.word(after: "msg=\"Listening\" address=")
            let address = try #require(URLComponents(string: page))
            target = "\(address.host ?? ""):\(address.port ?? 0)"
        }

        func tell(_ path: String) throws { _ = try Curl.get(control + path, method: "POST") }
    }

    @Test func `Each panel shows of two clusters what is true of each`() throws {
        let clusters = [
            try Cluster(name: "east", product: "2016", seed: 1),
            try Cluster(name: "west", product: "2019", seed: 2),
        ]
        let jobs = clusters.map { cluster in
            "{targets: ['\(cluster.target)'], labels: {cluster: \(cluster.name), instance: exporter}}"
        }
        let prometheus = try PrometheusProcess(
            scraping: [],
            job: "none",
            rules: Repository.ruleFiles.map(\.path),
            more: """
                - job_name: hpcpack
                  static_configs: [\(jobs.joined(separator: ", "))]
                """
        )
        // What has ended before is history; from the mark on, exporter and truth count the same.
        try prometheus.wait(
            for: "count(count_over_time(hpcpack_up[1m]) > 3 and hpcpack_up == 1) == 2"
        )
        for cluster in clusters {
            try cluster.tell("/mark")
            try cluster.tell("/speed?value=100")
        }
        let ended = "min(sum without (state) (hpcpack_jobs_completed_total)) > 15"
        try prometheus.wait(for: ended + " and min(count_over_time(hpcpack_up[5m])) > 15")
        for cluster in clusters { try cluster.tell("/pause") }

        // OpenMetrics, which Prometheus asks for, names the family of a counter without "_total".
        let families = Set(try prometheus.api.metadataNames().map(Self.withoutTotal))
        let expected = Set(
            ContractMetric.all.map(\.name).filter { !ContractMetric.notExportedLive.contains($0) }
                .map(Self.withoutTotal)
        )
        #expect(families == expected, "\(families.symmetricDifference(expected).sorted())")

        // Exporter and Prometheus need some rounds to see where the clusters stand still.
        let panels = Dashboard.all.flatMap(\.panels)
        var differences: [String] = []
        _ = try Deadline.wait(seconds: 60) {
            let truths = try clusters.map { try ClusterTruth(name: $0.name, control: $0.control) }
            #expect(truths.map(\.isOf2019) == [false, true])
            differences = PanelTrial(api: prometheus.api, truths: truths).differences(of: panels)
            return differences.isEmpty
        }
        for difference in differences { Issue.record("\(difference)") }

        let marks = Dashboard.all.flatMap(\.annotations).compactMap { $0["expr"].string }
        for mark in Set(marks) { _ = try prometheus.api.query(PanelTrial.filled(mark)) }
        for cluster in clusters {
            // Alive to here.
            #expect(try cluster.exporter.stop() == 0)
            #expect(try cluster.simulator.stop() == 0)
        }
    }

    @Test func `Each query has its truth, and each truth its query`() {
        let queries = Dashboard.all.flatMap(\.panels).flatMap { panel in
            panel.targets.map { "\(panel.testDescription) \($0["refId"].string ?? "")" }
        }
        #expect(Set(queries) == Set(PanelTruth.all.keys))
    }

    private static func withoutTotal(_ name: String) -> String {
        name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
    }
}
