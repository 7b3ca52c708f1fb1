import Foundation
import TestSupport

/// Runs the queries of panels against a Prometheus, as Grafana would, and compares them with the truth.
struct PanelTrial {
    let api: PrometheusAPI
    let truths: [ClusterTruth]

    /// The windows that the queries get: all the time since the clusters began to live.
    static let windowSeconds = 600
    private static let ofTarget: Set = ["__name__", "job", "instance", "cluster", "name", "scope"]

    /// A sentence for each query that fails or does not show what is true.
    func differences(of panels: [Panel]) -> [String] {
        panels.flatMap { panel in
            panel.targets.flatMap { target in
                let name = "\(panel.testDescription) \(target["refId"].string ?? "")"
                guard let truth = PanelTruth.all[name] else {
                    return ["\(name) is compared with nothing"]
                }
                let expression = Self.filled(target["expr"].string ?? "")
                do {
                    return try differences(api.query(expression), truth)
                        .map { "\(name): \($0): \(expression)" }
                } catch {
                    return ["\(name) fails: \(error): \(expression)"]
                }
            }
        }
    }

    private func differences(_ shown: [PrometheusAPI.Series], _ truth: PanelTruth) -> [String] {
        // Grafana shows nothing for NaN.
        let shown = shown.filter { $0.values.first?.isNaN == false }
        switch truth {
        case .together(let expected, let part):
            let value = shown.first?.values.first ?? .nan
            let isTrue = shown.count == 1 && Self.isNear(value, expected(truths), part, 0)
            return isTrue ? [] : ["\(shown.map(\.values)) is shown, \(expected(truths)) is true"]
        case .waits:
            let waits = truths.flatMap { $0.json["flow"]["queueWaits"].list.compactMap(\.number) }
            return shown.compactMap { series in
                let bound = Double(series.labels["le"] ?? "") ?? .infinity
                let upTo = Double(waits.count { $0 <= bound })
                let value = series.values.first ?? .nan
                return Self.isNear(value, upTo, 0.1, 2)
                    ? nil : "\(value) for \(bound), \(upTo) is true"
            }
                + (shown.count == ClusterTruth.waitBuckets.count + 1
                    ? [] : ["\(shown.count) buckets"])
        case .between(let range):
            return shown.filter { !range.contains($0.values.first ?? .nan) }
                .map { "\($0) is not in \(range)" }
        case .series(let expected, let part, let amount, let ofListedGroups):
            let strangers = shown.filter { series in
                !truths.contains {
                    $0.name == series.labels["cluster"] && $0.name == series.labels["name"]
                }
            }
            return strangers.map { "\($0.labels) belongs to no cluster" }
                + truths.flatMap { truth in
                    let own = shown.filter {
                        $0.labels["cluster"] == truth.name
                            && (!ofListedGroups
                                || truth.isOfListedGroup(
                                    "node_group=\($0.labels["node_group"] ?? "")"
                                ))
                    }
                    let expected = expected(truth).filter {
                        !ofListedGroups || truth.isOfListedGroup($0.key)
                    }
                    return Self.differences(own, expected, part, amount)
                        .map { "\(truth.name): \($0)" }
                }
        }
    }

    private static func differences(
        _ shown: [PrometheusAPI.Series],
        _ expected: ClusterTruth.Series,
        _ part: Double,
        _ amount: Double
    ) -> [String] {
        let expected = ClusterTruth.Series(
            uniqueKeysWithValues: expected.map { ($0.lowercased(), $1) }
        )
        var values: ClusterTruth.Series = [:]
        var twice: [String] = []
        for series in shown {
            let labels = series.labels.filter { !ofTarget.contains($0.key) }
            // Groups and owners are one whatever the case, and spelled as first seen.
            let key = labels.map { "\($0)=\($1)" }.sorted().joined(separator: ",").lowercased()
            if values.updateValue(series.values[0], forKey: key) != nil { twice.append(key) }
        }
        return twice.map { "\($0) is shown twice" }
            + Set(values.keys).union(expected.keys).sorted().compactMap { key in
                switch (values[key], expected[key]) {
                case (let value?, let truth?) where isNear(value, truth, part, amount): nil
                // Groups that only jobs name have no series where nothing of a kind names them.
                case (nil, 0): nil
                case (let value, let truth):
                    "\(key) is shown as \(value.map { "\($0)" } ?? "nothing"), "
                        + "\(truth.map { "\($0)" } ?? "nothing") is true"
                }
            }
    }

    private static func isNear(_ a: Double, _ b: Double, _ part: Double, _ amount: Double) -> Bool {
        abs(a - b) <= abs(b) * part + amount
    }

    /// An expression with the variables filled in as for "All", and with the whole time as its window.
    static func filled(_ expression: String) -> String {
        [
            ("$__rate_interval", "\(windowSeconds)s"), ("$__range", "\(windowSeconds)s"),
            ("$job", ".+"), ("$cluster", ".*"), ("$instance", ".+"), ("$node_group", ".*"),
            ("$top", "1000"), ("$$__all", "all"),
        ]
        .reduce(expression) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
}
