import Foundation
import TestSupport

/// What the simulator says is true of one cluster, by the labels that a panel's series would have.
///
/// A series is named by its labels but for those of the target, in the order of their names: `node_group=GPU,state=Online`.
struct ClusterTruth: Sendable {
    typealias Series = [String: Double]

    /// The label `cluster` of its target.
    let name: String
    let json: Tree
    /// When it was read, in Unix seconds.
    let time = Date().timeIntervalSince1970

    init(name: String, control: String) throws {
        self.name = name
        json = try Tree(json: Data(Curl.get(control + "/truth?allTasks=false").bytes))
    }

    /// HPC Pack 2016 tells reachability, 2019 health; each knows other states.
    var isOf2019: Bool { json["nodes"]["byState"].keys.contains("Rejected") }

    static func one(_ value: Double?) -> Series { value.map { ["": $0] } ?? [:] }

    /// The sum of the members that a filter lets through.
    static func sum(_ tree: Tree, where filter: (String) -> Bool = { _ in true }) -> Double {
        tree.keys.filter(filter).compactMap { tree[$0].number }.reduce(0, +)
    }

    /// A series for each member, with its name as a label.
    static func each(_ tree: Tree, _ label: String, _ value: (Tree) -> Double? = { $0.number })
        -> Series
    {
        Series(
            uniqueKeysWithValues: tree.keys.compactMap { key in
                value(tree[key]).map { ("\(label)=\(key)", $0) }
            }
        )
    }

    /// A series for each member of each group, with two labels.
    static func grouped(
        _ tree: Tree,
        _ label: String,
        _ members: (Tree) -> Tree = { $0 },
        where filter: (String) -> Bool = { _ in true }
    ) -> Series {
        var series: Series = [:]
        for group in tree.keys {
            let inner = members(tree[group])
            for key in inner.keys where filter(key) {
                let labels = ["node_group=\(group)", "\(label)=\(key)"].sorted()
                series[labels.joined(separator: ",")] = inner[key].number
            }
        }
        return series
    }

    static func isActive(_ state: String) -> Bool {
        !["Finished", "Failed", "Canceled"].contains(state)
    }

    /// Cores that run tasks, else those that jobs hold.
    var busyCores: Double? { json["nodes"]["coresInUse"].number ?? json["allocatedCores"].number }
    var onlineCores: Double { json["nodes"]["coresByState"]["Online"].number ?? 0 }
    var busyRatio: Double? { busyCores.map { $0 / onlineCores } }

    var nodes: [Tree] { json["nodeDetails"].list }

    /// Whether the head node has lost a node.
    func isLost(_ node: Tree) -> Bool {
        isOf2019 ? node["health"].string == "Error" : node["reachable"].bool == false
    }

    func isUsable(_ node: Tree) -> Bool { node["state"].string == "Online" && !isLost(node) }
    func isProblem(_ node: Tree) -> Bool { !isUsable(node) }

    /// A series for each node that a filter lets through.
    func eachNode(
        where filter: (Tree) -> Bool,
        labels: (Tree) -> [String] = { _ in [] },
        _ value: (Tree) -> Double?
    ) -> Series {
        var series: Series = [:]
        for node in nodes where filter(node) {
            let names = (["node=\(node["name"].string ?? "")"] + labels(node)).sorted()
            series[names.joined(separator: ",")] = value(node)
        }
        return series
    }

    /// Whether a series is of a group that the group list has.
    func isOfListedGroup(_ key: String) -> Bool {
        json["nodeGroups"].strings.contains { "node_group=" + $0 == key }
    }

    /// The failed of those that ended.
    static func failureRatio(_ counts: Tree) -> Double? {
        let all = sum(counts)
        return all > 0 ? (counts["Failed"].number ?? 0) / all : nil
    }

    static let waitBuckets: [Double] = [1, 5, 15, 60, 300, 900, 3600, 14400, 43200, 86400]
    static let runBuckets: [Double] = [10, 60, 300, 900, 3600, 14400, 43200, 86400, 259_200]

    /// A quantile as Prometheus works it out from a histogram.
    static func quantile(_ q: Double, of values: Tree, _ bounds: [Double]) -> Double? {
        let values = values.list.compactMap(\.number)
        guard !values.isEmpty else { return nil }
        let rank = q * Double(values.count)
        var below = 0.0
        var lower = 0.0
        for bound in bounds {
            let upTo = Double(values.count { $0 <= bound })
            if upTo >= rank { return lower + (bound - lower) * (rank - below) / (upTo - below) }
            (below, lower) = (upTo, bound)
        }
        return bounds.last
    }
}
