import Foundation
import TestSupport
import Testing

/// The exporter's numbers are the simulator's truth, whatever the cluster and its habits.
struct TruthTests {
    static let habits: [[String]] = [
        ["--seed=1"], ["--seed=2", "--date-format=dd.MM.yyyy HH:mm:ss", "--never-times=year-one"],
        [
            "--seed=3", "--nodes=150", "--jobs=900", "--max-rows-per-read=7",
            "--no-node-groups-property",
        ],
        [
            "--seed=4", "--listing=live", "--api-build=strict-old",
            "--continuation-header=x-ms-continuation-queryid",
        ],
        [
            "--seed=5", "--jobs=1000", "--max-rows-per-read=100", "--empty-last-page",
            "--date-format=d/M/yyyy h:mm:ss tt",
        ],
        ["--seed=6", "--nodes=0", "--jobs=0"],
        ["--seed=7", "--jobs=900", "--refused-properties=RunningTaskCount"],
        ["--seed=8", "--product=2019", "--nodes=150"], ["--seed=9", "--product=2016"],
    ]

    @Test(arguments: habits)
    func `The counts equal the truth`(habit: [String]) throws {
        let cluster = try SimulatedCluster(habit)
        let once = try ChildProcess(
            "hpcpack-exporter",
            cluster.flags + ["--once"],
            environment: SimulatedCluster.environment
        )
        #expect(try once.exitCode() == 0, "\(once.standardError)")
        let page = MetricsPage(once.standardOutput)
        #expect(page["hpcpack_up"] == 1)
        let differences = try cluster.truth().differences(from: page)
        #expect(differences.isEmpty, "\(differences.prefix(10))")
    }

    @Test(arguments: ["both", "2019"])
    func `The counts follow a cluster that lives`(product: String) throws {
        let cluster = try SimulatedCluster(["--seed=7", "--jobs=300", "--product=\(product)"])
        let exporter = try RunningExporter(
            // Purged jobs go with the next full read.
            cluster.flags + [
                "--collector.interval=100ms", "--collector.full-interval=1s",
                "--hpcpack.max-request-rate=0",
            ],
            environment: SimulatedCluster.environment
        )
        for _ in 0..<8 {
            try cluster.tell("/advance?seconds=1800")
            let truth = try cluster.truth()
            var differences: [String] = []
            let isTrue = try Deadline.wait {
                differences = truth.differences(from: try exporter.page())
                return differences.isEmpty
            }
            #expect(isTrue, "\(differences.prefix(10))")
        }
        #expect(try exporter.page()["hpcpack_up"] == 1)
        exporter.process.signal(SIGTERM)
        #expect(try exporter.process.exitCode() == 0)
    }

    @Test func `A real Prometheus scrapes the page and answers with the true counts`() throws {
        let cluster = try SimulatedCluster(["--seed=8"])
        let exporter = try RunningExporter(
            cluster.flags,
            environment: SimulatedCluster.environment
        )
        let prometheus = try PrometheusProcess(scraping: [exporter.authority])
        try prometheus.wait(for: "hpcpack_up == 1")
        for (series, value) in try cluster.truth().series.sorted(by: { $0.key < $1.key }) {
            let result = try prometheus.api.query(series)
            if result.isEmpty, value == 0 { continue }
            #expect(result.first?.values == [value], "\(series)")
        }
    }

    @Test func `promtool finds nothing to say about the page`() throws {
        let cluster = try SimulatedCluster(["--seed=9"])
        let once = try ChildProcess(
            "hpcpack-exporter",
            cluster.flags + ["--once"],
            environment: SimulatedCluster.environment
        )
        #expect(try once.exitCode() == 0)
        let outcome = try InstalledTool("promtool", package: "prometheus")
            .run(["check", "metrics"], input: once.standardOutput)
        #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.output)")
    }
}
