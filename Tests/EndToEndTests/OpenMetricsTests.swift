import Foundation
import TestSupport
import Testing

/// OpenMetrics, as independent readers take it.
struct OpenMetricsTests {
    /// What the parser of Prometheus' client library for Python makes of a page: a family on each line with its type and
    /// unit, and below it its series, as JSON.
    private static let program = """
        import json, sys
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
        text = sys.stdin.buffer.read().decode()
        families = [
            {"name": family.name, "type": family.type, "unit": family.unit, "help": family.documentation,
             "samples": [[s.name, sorted(s.labels.items()), repr(s.value)] for s in family.samples]}
            for family in text_string_to_metric_families(text)
        ]
        json.dump(families, sys.stdout)
        """

    private struct Family: Decodable {
        var name: String
        var type: String
        var unit: String
        var help: String
    }

    /// The field that Prometheus 2.42 sends.
    private static let accept =
        "Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

    @Test
    func `The parser of the Python client takes the page, and finds the series of the text format`()
        throws
    {
        let cluster = try SimulatedCluster(["--nodes=300", "--jobs=200"])
        let exporter = try RunningExporter(
            cluster.flags + ["--collector.interval=1h"],
            environment: SimulatedCluster.environment
        )
        let url = "http://\(exporter.authority)/metrics"
        _ = try exporter.page()
        let text = try Curl.get(url)
        let open = try Curl.get(url, ["-H", Self.accept])
        #expect(
            open.headers["content-type"]
                == "application/openmetrics-text; version=1.0.0; charset=utf-8"
        )
        #expect(open.headers["vary"] == "Accept, Accept-Encoding")
        #expect(open.body.hasSuffix("\n# EOF\n"))
        let packed = try Curl.get(url, ["-H", Self.accept, "--compressed"])
        #expect(packed.headers["content-encoding"] == "gzip" && packed.bytes == open.bytes)

        let python = try InstalledTool.python(
            with: "prometheus_client",
            package: "python3-prometheus-client"
        )
        let outcome = try python.run(["-c", Self.program], input: open.body)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let families = try JSONDecoder().decode([Family].self, from: Data(outcome.bytes))
        #expect(families.count > 60)
        for family in families {
            #expect(!family.help.isEmpty && family.type != "unknown", "\(family)")
            #expect(!family.name.hasSuffix("_total"), "\(family)")
            #expect(family.unit.isEmpty || family.name.hasSuffix("_" + family.unit), "\(family)")
        }
        let named = Dictionary(uniqueKeysWithValues: families.map { ($0.name, $0) })
        #expect(named["process_cpu_seconds"]?.unit == "seconds")
        #expect(named["hpcpack_api_response_bytes"]?.type == "counter")
        #expect(named["hpcpack_api_request_duration_seconds"]?.type == "histogram")

        // The series are the same but for the form of bounds, and for those that tell since when is counted.
        func series(_ body: String) -> [String] {
            body.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        }
        let created = series(open.body).filter { $0.contains("_created") }
        #expect(created.count > 20)
        let rest = series(open.body).filter { !$0.contains("_created") }
        let bounds = series(text.body).map { (line: String) -> String in
            line.replacing(/le="([0-9]+)"/) { match in "le=\"\(match.output.1).0\"" }
        }
        #expect(rest == bounds)
        #expect(bounds != series(text.body))
    }

    @Test func `Prometheus asks for it and takes it`() throws {
        let cluster = try SimulatedCluster(["--nodes=300", "--jobs=50"])
        let exporter = try RunningExporter(
            cluster.flags + ["--collector.interval=1s", "--hpcpack.max-request-rate=0"],
            environment: SimulatedCluster.environment
        )
        _ = try exporter.page()
        let prometheus = try PrometheusProcess(scraping: [exporter.authority])
        // Only OpenMetrics tells since when is counted.
        try prometheus.wait(
            for: "hpcpack_exporter_http_requests_created{handler=\"metrics\"} > 1e9"
        )
        try prometheus.wait(for: "sum(hpcpack_node_state) == 300")
        try prometheus.wait(for: "hpcpack_api_requests_total > 0")
        #expect(try prometheus.api.query("up == 0").isEmpty)
    }
}
