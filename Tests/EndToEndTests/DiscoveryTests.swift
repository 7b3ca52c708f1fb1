import Foundation
import TestSupport
import Testing

/// A real Prometheus that finds the nodes by the exporter (docs/service-discovery.md).
struct DiscoveryTests {
    @Test func `Prometheus discovers the nodes, and keeps them while they are not known`() throws {
        let cluster = try SimulatedCluster(["--nodes=12", "--jobs=20"])
        let exporter = try RunningExporter(
            cluster.flags + ["--collector.interval=1s", "--hpcpack.max-request-rate=0"],
            environment: SimulatedCluster.environment
        )
        let page = try exporter.page()
        let names = page.values.keys.filter { $0.hasPrefix("hpcpack_node_cores{") }.map {
            String($0.dropFirst("hpcpack_node_cores{node=\"".count).dropLast(2))
        }
        #expect(names.count >= 12)
        let prometheus = try PrometheusProcess(
            scraping: [exporter.authority],
            more: """
                - job_name: node
                  http_sd_configs:
                    - url: 'http://\(exporter.authority)/sd/nodes?port=1&suffix=.localhost'
                      refresh_interval: 1s
                  relabel_configs:
                    - {source_labels: [__meta_hpcpack_node], target_label: node}
                    - {source_labels: [__meta_hpcpack_node_state], target_label: state}
                    - {source_labels: [__meta_hpcpack_node_groups], target_label: groups}
                    - {target_label: __address__, replacement: '127.0.0.1:1'}
                """
        )
        try prometheus.wait(for: "count(up{job=\"node\"}) == \(names.count)")
        let found = try prometheus.api.query("up{job=\"node\"}")
        #expect(Set(found.compactMap { $0.labels["node"] }) == Set(names))
        #expect(found.allSatisfy { $0.labels["state"] != nil })
        #expect(found.contains { $0.labels["groups"]?.contains(",ComputeNodes,") ?? false })
        // The join of the document: metrics of a node exporter by the groups of the cluster.
        let join = "up{job=\"node\"} * on (node) group_right () hpcpack_node_group_member"
        try prometheus.wait(for: join)
    }
}
