import Foundation

/// What a panel must show of a cluster, by the truth of its simulator.
enum PanelTruth: Sendable {
    typealias Series = ClusterTruth.Series

    /// These series, each to within a part of its value, or so much.
    ///
    /// A group that only jobs name is counted from when it is first named: what came before is not compared.
    case series(
        @Sendable (ClusterTruth) -> Series,
        part: Double = 1e-9,
        amount: Double = 0,
        ofListedGroups: Bool = false
    )
    /// Series of the exporter's own making, with values in a range.
    case between(ClosedRange<Double>)
    /// One number for all clusters together.
    case together(@Sendable ([ClusterTruth]) -> Double, part: Double = 1e-9)
    /// The number of waits up to each bound, of all clusters together.
    case waits
}

extension PanelTruth {
    /// Counters seen by Prometheus each second of a minute or so: `increase` may add one second to them.
    private static let counted = 0.1
    /// A second that passes between question and answer, on a machine that is busy.
    private static let seconds = 15.0

    private static func one(_ value: @escaping @Sendable (ClusterTruth) -> Double?) -> PanelTruth {
        .series { ClusterTruth.one(value($0)) }
    }

    private static func age(_ series: @escaping @Sendable (ClusterTruth) -> Series) -> PanelTruth {
        .series({ truth in series(truth).mapValues { truth.time - $0 } }, amount: seconds)
    }

    private static func jobs(_ state: String) -> PanelTruth {
        one { $0.json["jobs"][state].number }
    }

    private static func groupJobs(_ state: String) -> PanelTruth {
        .series { ClusterTruth.each($0.json["jobsByGroup"], "node_group") { $0[state].number } }
    }

    private static func quantile(_ q: Double) -> PanelTruth {
        .series(
            { truth in
                ClusterTruth.one(
                    ClusterTruth.quantile(
                        q,
                        of: truth.json["flow"]["queueWaits"],
                        ClusterTruth.waitBuckets
                    )
                )
            },
            part: counted
        )
    }

    private static func runs(_ q: Double) -> PanelTruth {
        .series(
            { truth in
                ClusterTruth.each(truth.json["flow"]["runTimes"], "state") {
                    ClusterTruth.quantile(q, of: $0, ClusterTruth.runBuckets)
                }
            },
            part: counted
        )
    }

    /// By the panel and the name of its query.
    static let all: [String: PanelTruth] = {
        var all: [String: PanelTruth] = [:]
        for (file, panels) in [
            ("fleet", fleet), ("overview", overview.merging(flow) { $1 }), ("nodes", nodes),
            ("breakdowns", breakdowns), ("exporter", exporter),
        ] {
            for (name, truth) in panels { all["hpcpack-\(file).json: \(name)"] = truth }
        }
        return all
    }()

    private static let fleet: [String: PanelTruth] = [
        "Clusters A": .together { Double($0.count) },
        "Failing clusters A": .together { _ in 0 },
        "Cores in use A": .together { all in
            all.compactMap(\.busyCores).reduce(0, +) / all.map(\.onlineCores).reduce(0, +)
        },
        "Running jobs A": .together {
            $0.compactMap { $0.json["jobs"]["Running"].number }.reduce(0, +)
        },
        "Queued jobs A": .together {
            $0.compactMap { $0.json["jobs"]["Queued"].number }.reduce(0, +)
        },
        "Firing alerts A": .between(0...20),
        "Clusters now A": one { _ in 2 },
        "Clusters now B": .series { ["version=\($0.json["version"].string ?? "")": 1] },
        "Clusters now C": one { truth in Double(truth.nodes.count(where: truth.isUsable)) },
        "Clusters now D": one { $0.json["nodes"]["total"].number },
        "Clusters now E": one(\.busyRatio),
        "Clusters now F": one(\.onlineCores),
        "Clusters now G": jobs("Running"),
        "Clusters now H": jobs("Queued"),
        "Clusters now I": age { ClusterTruth.one($0.json["oldestQueuedSubmitTime"].number) },
        "Clusters now J": .series(
            { ClusterTruth.one(ClusterTruth.failureRatio($0.json["flow"]["completed"])) },
            part: counted
        ),
        "Clusters now K": .between(0...60),
        "Fullest clusters A": one(\.busyRatio),
        "Longest queues A": jobs("Queued"),
        "Fewest usable nodes A": one { truth in
            Double(truth.nodes.count(where: truth.isUsable)) / Double(truth.nodes.count)
        },
    ]

    private static let overview: [String: PanelTruth] = [
        "Collectors A": one { _ in 1 },
        "Nodes online / total A": one { $0.json["nodes"]["byState"]["Online"].number },
        "Nodes online / total B": one { $0.json["nodes"]["total"].number },
        "Lost nodes A": one { truth in Double(truth.nodes.count(where: truth.isLost)) },
        "Cores in use A": one(\.busyRatio),
        "Running jobs A": jobs("Running"),
        "Queued / held jobs A": jobs("Queued"),
        "Queued / held jobs B": one { $0.json["heldJobs"].number },
        "Oldest queued job A": age { ClusterTruth.one($0.json["oldestQueuedSubmitTime"].number) },
        "Cores: available, allocated, in use A": one(\.onlineCores),
        "Cores: available, allocated, in use B": one { $0.json["allocatedCores"].number },
        "Cores: available, allocated, in use C": one { $0.json["nodes"]["coresInUse"].number },
        "Active jobs by state A": .series {
            ClusterTruth.each($0.json["jobs"], "state").filter {
                ClusterTruth.isActive(String($0.key.dropFirst("state=".count)))
            }
        },
        "Why jobs wait A": .series {
            ClusterTruth.each($0.json["pendingJobs"], "reason").filter { $0.value > 0 }
        },
        "Why jobs wait B": one { $0.json["heldJobs"].number },
        "Cores in use by node group A": .series {
            ClusterTruth.each($0.json["nodesByGroup"], "node_group") {
                $0["coresInUse"].number ?? 0
            }
        },
        "Allocated cores by node group A": .series {
            ClusterTruth.each($0.json["allocatedCoresByGroup"], "node_group")
        },
        "Allocated cores by node group B": one { $0.json["ungroupedAllocatedCores"].number },
        "Resources that the queue asks for A": .series {
            ClusterTruth.each($0.json["queuedResources"], "unit")
        },
        "Queued resources by node group A": .series {
            ClusterTruth.grouped($0.json["queuedResourcesByGroup"], "unit")
        },
        "Nodes by state A": .series { ClusterTruth.each($0.json["nodes"]["byState"], "state") },
        "Nodes by state B": one { $0.isOf2019 ? nil : $0.json["nodes"]["unreachable"].number },
        "Nodes by health A": .series {
            $0.isOf2019 ? ClusterTruth.each($0.json["nodes"]["byHealth"], "health") : [:]
        },
        "Node groups A": .series {
            ClusterTruth.each($0.json["nodesByGroup"], "node_group") { $0["total"].number }
        },
        "Node groups B": .series {
            ClusterTruth.each($0.json["nodesByGroup"], "node_group", Self.onlineRatio)
        },
        "Node groups C": .series { truth in
            ClusterTruth.each(truth.json["nodesByGroup"], "node_group") {
                truth.isOf2019 ? $0["byHealth"]["Error"].number : $0["unreachable"].number
            }
        },
        "Node groups D": .series {
            ClusterTruth.each($0.json["nodesByGroup"], "node_group") {
                ClusterTruth.sum($0["coresByState"])
            }
        },
        "Node groups E": groupJobs("Running"),
        "Node groups F": groupJobs("Queued"),
        "Node groups G": age {
            ClusterTruth.each($0.json["oldestQueuedSubmitTimeByGroup"], "node_group")
        },
        "Ended jobs by state A": .series {
            ClusterTruth.each($0.json["jobs"], "state").filter {
                !ClusterTruth.isActive(String($0.key.dropFirst("state=".count)))
            }
        },
        "Tasks by state A": .series {
            ClusterTruth.each($0.json["activeTasks"]["byState"], "state")
        },
        "Running tasks by node group A": .series {
            ClusterTruth.each($0.json["activeTasks"]["byGroup"], "node_group") {
                $0["Running"].number
            }
        },
        "Queued jobs by node group A": groupJobs("Queued"),
        "Running jobs by node group A": groupJobs("Running"),
        "Outside of any group A": one { ClusterTruth.sum($0.json["ungroupedNodes"]) },
        "Outside of any group B": one {
            ClusterTruth.sum($0.json["ungroupedJobs"], where: ClusterTruth.isActive)
        },
        "Outside of any group C": one {
            ClusterTruth.sum($0.json["activeTasks"]["ungrouped"], where: ClusterTruth.isActive)
        },
        "Clusters A": .series {
            let name = $0.json["activeHeadNode"].string ?? ""
            return ["active_head_node=\(name),version=\($0.json["version"].string ?? "")": 1]
        },
        "Clusters B": one { Double($0.json["jobTemplates"].list.count) },
    ]

    /// What came out since the mark; the windows of the queries hold all of it.
    private static let flow: [String: PanelTruth] = [
        "Failed in range A": .series(
            { ClusterTruth.one($0.json["flow"]["completed"]["Failed"].number) },
            part: counted,
            amount: 1
        ),
        "Jobs ended in an hour A": .series(
            { truth in
                ClusterTruth.each(truth.json["flow"]["completed"], "state")
                    .mapValues { $0 * 3600 / Double(PanelTrial.windowSeconds) }
            },
            part: counted,
            amount: 3
        ),
        "Failure ratio A": .series(
            { ClusterTruth.one(ClusterTruth.failureRatio($0.json["flow"]["completed"])) },
            part: counted
        ),
        "Failure ratio by node group A": .series(
            { truth in
                ClusterTruth.each(truth.json["flow"]["completedByGroup"], "node_group") {
                    ClusterTruth.failureRatio($0)
                }
            },
            part: counted,
            ofListedGroups: true
        ),
        "Queue wait: median, 90 %, 99 % A": quantile(0.5),
        "Queue wait: median, 90 %, 99 % B": quantile(0.9),
        "Queue wait: median, 90 %, 99 % C": quantile(0.99),
        "Queue wait, distribution A": .waits,
        "Queue wait by node group, 90 % A": .series(
            { truth in
                ClusterTruth.each(truth.json["flow"]["queueWaitsByGroup"], "node_group") {
                    ClusterTruth.quantile(0.9, of: $0, ClusterTruth.waitBuckets)
                }
            },
            part: counted,
            ofListedGroups: true
        ),
        "Run time: median, 90 % A": runs(0.5),
        "Run time: median, 90 % B": runs(0.9),
    ]

    private static let nodes: [String: PanelTruth] = {
        var all: [String: PanelTruth] = [
            "Nodes A": one { Double($0.nodes.count) },
            "Usable A": one { truth in Double(truth.nodes.count(where: truth.isUsable)) },
            "Lost A": one { truth in Double(truth.nodes.count(where: truth.isLost)) },
            "Draining A": one { Double($0.nodes.count { $0["state"].string == "Draining" }) },
            "Offline A": one { Double($0.nodes.count { $0["state"].string == "Offline" }) },
            "Node groups over time A": .series {
                ClusterTruth.each($0.json["nodesByGroup"], "node_group", Self.onlineRatio)
            },
            "Problem nodes over time A": .series { truth in
                truth.eachNode(where: truth.isProblem) { node in
                    if truth.isLost(node) { return 4 }
                    return ["Draining": 1, "Offline": 2][node["state"].string ?? ""] ?? 3
                }
            },
            "Cores in use A": one { $0.json["nodes"]["coresInUse"].number },
            "Cores in use B": one(\.onlineCores),
            "Cores in use by node group A": .series {
                ClusterTruth.each($0.json["nodesByGroup"], "node_group") {
                    $0["coresInUse"].number ?? 0
                }
            },
            "Fullest nodes A": .series { truth in
                truth.eachNode(where: { _ in true }) { node in
                    node["coresInUse"].number.map { $0 / (node["cores"].number ?? 1) }
                }
            },
            "Busiest nodes A": processors { _, _ in true },
            "Nodes by health A": .series {
                $0.isOf2019 ? ClusterTruth.each($0.json["nodes"]["byHealth"], "health") : [:]
            },
            "Unhealthy nodes by node group A": .series {
                !$0.isOf2019
                    ? [:]
                    : ClusterTruth.grouped(
                        $0.json["nodesByGroup"],
                        "health",
                        { $0["byHealth"] },
                        where: { $0 != "OK" }
                    ).filter { $0.value > 0 }
            },
            "Cores by node state A": .series {
                ClusterTruth.each($0.json["nodes"]["coresByState"], "state")
            },
            "Online cores by node group A": .series {
                ClusterTruth.each($0.json["nodesByGroup"], "node_group") {
                    $0["coresByState"]["Online"].number
                }
            },
            "Nodes of the groups by state A": .series {
                ClusterTruth.grouped($0.json["nodesByGroup"], "state", { $0["byState"] })
                    .filter { $0.value > 0 }
            },
            "Unreachable nodes by node group A": .series { truth in
                ClusterTruth.each(truth.json["nodesByGroup"], "node_group") {
                    truth.isOf2019 ? nil : $0["unreachable"].number
                }
            },
            "Memory of online nodes A": one { truth in
                truth.nodes.filter { $0["state"].string == "Online" }
                    .compactMap { $0["memoryMiB"].number }.reduce(0, +) * 1_048_576
            },
            "Queued and running jobs by node group A": .series {
                ClusterTruth.grouped(
                    $0.json["jobsByGroup"],
                    "state",
                    where: { ["Queued", "Running"].contains($0) }
                )
            },
        ]
        for (name, truth) in details({ $0.isProblem($1) }) { all["Problem nodes " + name] = truth }
        for (name, truth) in details({ _, _ in true }) {
            all["All nodes of the chosen groups " + name] = truth
        }
        return all
    }()

    @Sendable private static func onlineRatio(_ group: Tree) -> Double? {
        let total = group["total"].number ?? 0
        return total > 0 ? (group["byState"]["Online"].number ?? 0) / total : nil
    }

    private static func processors(
        _ isShown: @escaping @Sendable (ClusterTruth, Tree) -> Bool
    ) -> PanelTruth {
        .series(
            { truth in
                truth.eachNode(where: { truth.isOf2019 && isShown(truth, $0) }) {
                    $0["cpuUsageRatio"].number
                }
            },
            amount: 0.01
        )
    }

    /// The queries of a table of nodes.
    private static func details(
        _ isShown: @escaping @Sendable (ClusterTruth, Tree) -> Bool
    ) -> [String: PanelTruth] {
        func each(_ value: @escaping @Sendable (ClusterTruth, Tree) -> Double?) -> PanelTruth {
            .series { truth in
                truth.eachNode(where: { isShown(truth, $0) }) { value(truth, $0) }
            }
        }
        return [
            "A": .series { truth in
                truth.eachNode(
                    where: { isShown(truth, $0) },
                    labels: { ["state=\($0["state"].string ?? "")"] },
                    { _ in 1 }
                )
            },
            "B": each { $0.isOf2019 ? nil : $1["reachable"].bool == true ? 1 : 0 },
            "C": .series { truth in
                truth.eachNode(
                    where: { truth.isOf2019 && isShown(truth, $0) },
                    labels: { ["health=\($0["health"].string ?? "")"] },
                    { _ in 1 }
                )
            },
            "D": each { $1["cores"].number },
            "E": each { $1["coresInUse"].number },
            "F": processors(isShown),
            "G": each { $1["sockets"].number },
            "H": each { $1["memoryMiB"].number.map { $0 * 1_048_576 } },
            "I": each { $0.isOf2019 ? nil : $1["onlineTime"].number.map { $0 * 1000 } },
            "J": .series { truth in
                let told =
                    truth.isOf2019 ? ["location", "template"] : ["availability", "location"]
                return truth.eachNode(
                    where: { isShown(truth, $0) },
                    labels: { node in
                        told.compactMap { name in node[name].string.map { "\(name)=\($0)" } }
                    },
                    { _ in 1 }
                )
            },
        ]
    }

    private static let breakdowns: [String: PanelTruth] = {
        var all: [String: PanelTruth] = [:]
        for (kind, label) in [
            ("owner", "owner"), ("project", "project"), ("template", "job_template"),
            ("priority", "priority"),
        ] {
            let jobs = "jobsBy\(kind.capitalized)"
            let cores = "allocatedCoresBy\(kind.capitalized)"
            all["Known by \(kind) A"] = one { Double($0.json[jobs].keys.count) }
            all["Allocated cores by \(kind) A"] = .series {
                ClusterTruth.each($0.json[cores], label)
            }
            for state in ["Running", "Queued"] {
                all["\(state) jobs by \(kind) A"] = .series {
                    ClusterTruth.each($0.json[jobs], label) { $0[state].number }
                }
            }
        }
        return all
    }()

    /// The exporter by itself: the clusters are well, and nothing fails.
    private static let exporter: [String: PanelTruth] = [
        "Collectors A": one { _ in 1 },
        "Oldest data A": .between(0...60),
        "Head node requests A": .between(0.1...1000),
        "Up for A": .between(5...900),
        "Restarts in range A": one { _ in 0 },
        "Version A": .between(1...1),
        "Collector success A": .series { _ in
            Series(
                uniqueKeysWithValues: ["cluster", "jobs", "nodes", "tasks"].map {
                    ("collector=" + $0, 1)
                }
            )
        },
        "Scrapes A": one { _ in 1 },
        "Data age A": .between(0...60),
        "Data age B": one { _ in 3 },
        "Round duration A": .between(0...30),
        "Full reads and corrections A": .between(0...1000),
        // A minute and more of the clusters' time passes within a round.
        "Full reads and corrections B": .between(0...1000),
        "Requests by operation A": .between(0...1000),
        "Errors by operation and code A": .between(0...1000),
        "Error ratio A": .between(0...0.5),
        "Latency by operation, 90 % A": .between(0...10),
        "Latency by operation, mean A": .between(0...10),
        "Latency, distribution A": .between(0...100_000),
        "Bytes by operation A": .between(0...1e9),
        "Rows by operation A": .between(0...1e6),
        "Listings begun again and values not understood A": .between(0...0),
        "Listings begun again and values not understood B": .between(0...0),
        "CPU A": .between(0...4),
        "Memory A": .between(1e6...1e9),
        "Open descriptors A": .between(0...1),
        "Requests to the exporter A": .between(0...100),
    ]
}
