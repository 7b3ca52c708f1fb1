import Foundation
import TestSupport

/// Runs the queries of panels against a Prometheus, as Grafana would, and says what is wrong.
struct PanelTrial {
    let api: PrometheusAPI
    /// Panels (as "file: title") that may have no data, and why.
    var mayBeEmpty: [String: String] = PanelTrial.emptyOnAHealthyCluster

    /// Panels that show nothing when nothing is wrong.
    static let emptyOnAHealthyCluster = [
        "hpcpack-exporter.json: Errors by operation and code": "no request fails",
        "hpcpack-nodes.json: Problem nodes": "every node is online and reachable",
        "hpcpack-nodes.json: Problem nodes over time": "every node is online and reachable",
    ]

    /// Queries (as "file: title refId") that may have no data though others of the panel have.
    static let emptyQueries = [
        "hpcpack-overview.json: Node groups G": "no job is queued for a group"
    ]

    /// Runs every query of `panels`.
    ///
    /// - Returns: A sentence for each query that fails or finds nothing.
    func failures(of panels: [Panel]) -> [String] {
        var failures: [String] = []
        for panel in panels {
            for target in panel.targets {
                let name = "\(panel.testDescription) \(target["refId"].string ?? "")"
                let expression = Self.filled(target["expr"].string ?? "")
                do {
                    let isInstant = target["instant"].bool == true
                    let series =
                        isInstant
                        ? try api.query(expression)
                        : try api.queryRange(expression, seconds: 20)
                    // Grafana shows nothing for NaN.
                    let isEmpty = series.allSatisfy { $0.values.allSatisfy(\.isNaN) }
                    if isEmpty, mayBeEmpty[panel.testDescription] == nil,
                        Self.emptyQueries[name] == nil
                    {
                        failures.append("\(name) finds nothing: \(expression)")
                    }
                } catch {
                    failures.append("\(name) fails: \(error): \(expression)")
                }
            }
        }
        return failures
    }

    /// An expression with the variables filled in as for "All" and a range of a minute.
    static func filled(_ expression: String) -> String {
        [
            ("$__rate_interval", "1m"), ("$__range", "1m"), ("$__interval", "1s"),
            ("$job", ".+"), ("$cluster", ".*"), ("$instance", ".+"), ("$node_group", ".*"),
            ("$top", "10"),
        ]
        .reduce(expression) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
}
