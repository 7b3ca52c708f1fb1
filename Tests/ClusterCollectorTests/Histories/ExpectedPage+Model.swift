/// What the model holds, as docs/metrics.md#rules tells to show it: counted by brute force, from scratch each time.
extension ExpectedPage {
    private static let nodeStates = ["Offline", "Draining", "Online"]
    private static let jobStates = [
        "Configuring", "Submitted", "Validating", "ExternalValidation", "Queued", "Running",
        "Finishing", "Finished", "Failed", "Canceled", "Canceling",
    ]
    private static let taskStates = [
        "Configuring", "Submitted", "Validating", "Queued", "Dispatching", "Running", "Finishing",
        "Finished", "Failed", "Canceled", "Canceling",
    ]
    private static let waitBounds = [1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400]
    private static let runBounds = [10, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 259_200]

    private func axis(_ named: some Sequence<Set<String>>) -> [String] {
        named.reduce(into: Set(spelling.keys)) { $0.formUnion($1) }.sorted()
    }

    private static func tally(_ pairs: some Sequence<(String, Int)>) -> [String: Int] {
        Dictionary(pairs.map { ($0.0, $0.1) }, uniquingKeysWith: +)
    }

    private static func names(_ groups: [String]) -> Set<String> {
        Set(groups.map { $0.lowercased() })
    }

    mutating func add(cluster: ModelCluster) {
        add("hpcpack_job_templates", [], cluster.templates)
        add(
            "hpcpack_cluster_info",
            [("version", cluster.version), ("active_head_node", cluster.headNode)],
            1
        )
    }

    mutating func add(nodes: [ModelNode]) {
        let members = nodes.map { (node: $0, groups: Self.names($0.groups)) }
        func states(_ isIt: ((node: ModelNode, groups: Set<String>)) -> Bool, cores: Bool = false)
            -> [String: Int]
        {
            Self.tally(members.filter(isIt).map { ($0.node.state, cores ? $0.node.cores : 1) })
        }
        let known = Self.nodeStates
        add("hpcpack_nodes", [], states: states { _ in true }, known: known)
        add("hpcpack_cores", [], states: states({ _ in true }, cores: true), known: known)
        add("hpcpack_unreachable_nodes", [], nodes.count { !$0.isReachable })
        add("hpcpack_ungrouped_nodes", [], states: states { $0.groups.isEmpty }, known: known)
        for group in axis(members.map(\.groups)) {
            let label = [("node_group", group)]
            let isMember: ((node: ModelNode, groups: Set<String>)) -> Bool = {
                $0.groups.contains(group)
            }
            add("hpcpack_node_group_nodes", label, states: states(isMember), known: known)
            add(
                "hpcpack_node_group_cores",
                label,
                states: states(isMember, cores: true),
                known: known
            )
            add(
                "hpcpack_node_group_unreachable_nodes",
                label,
                members.count { isMember($0) && !$0.node.isReachable }
            )
        }
        addDetails(members)
    }

    private mutating func addDetails(_ members: [(node: ModelNode, groups: Set<String>)]) {
        for family in ["sockets", "memory_bytes", "online_timestamp_seconds", "group_member"] {
            decide("hpcpack_node_\(family)")
        }
        for (node, groups) in members {
            let label = [("node", node.name)]
            for state in Self.nodeStates {
                add(
                    "hpcpack_node_state",
                    label + [("state", state)],
                    node.state == state ? 1 : 0
                )
            }
            if !Self.nodeStates.contains(node.state) {
                add("hpcpack_node_state", label + [("state", "Unknown")], 1)
            }
            add("hpcpack_node_reachable", label, node.isReachable ? 1 : 0)
            add("hpcpack_node_cores", label, node.cores)
            if let sockets = node.sockets { add("hpcpack_node_sockets", label, sockets) }
            if let memory = node.memory { add("hpcpack_node_memory_bytes", label, memory << 20) }
            if node.online != 0 {
                add("hpcpack_node_online_timestamp_seconds", label, node.online)
            }
            let info = [("availability", node.availability), ("location", node.location)]
            add("hpcpack_node_info", label + info.filter { !$0.1.isEmpty }, 1)
            for group in groups {
                add("hpcpack_node_group_member", label + [("node_group", group)], 1)
            }
        }
    }

    /// - Parameters:
    ///   - jobs: All jobs.
    ///   - ghosts: How many purged jobs a reader of changes may hold still, in whatever state.
    ///   - refused: The properties that the server refuses, in lower case.
    mutating func add(jobs: [ModelJob], ghosts: Int, refused: Set<String> = []) {
        let members = jobs.map { (job: $0, groups: Self.names($0.groups)) }
        let known = Self.jobStates
        let names = axis(members.map(\.groups))
        add(
            "hpcpack_jobs",
            [],
            states: Self.tally(jobs.map { ($0.state, 1) }),
            known: known,
            extra: ghosts
        )
        add(
            "hpcpack_ungrouped_jobs",
            [],
            states: Self.tally(members.filter { $0.groups.isEmpty }.map { ($0.job.state, 1) }),
            known: known,
            extra: ghosts
        )
        for group in names {
            add(
                "hpcpack_node_group_jobs",
                [("node_group", group)],
                states: Self.tally(
                    members.filter { $0.groups.contains(group) }.map { ($0.job.state, 1) }
                ),
                known: known,
                extra: ghosts
            )
        }
        guard ghosts == 0 else { return }
        let oldest = "oldest_queued_job_submit_timestamp_seconds"
        decide("hpcpack_\(oldest)")
        decide("hpcpack_node_group_\(oldest)")
        guard !refused.contains("submittime") else { return }
        let queued = members.filter { $0.job.state == "Queued" && $0.job.submit != 0 }
        if let submit = queued.map(\.job.submit).min() { add("hpcpack_\(oldest)", [], submit) }
        for group in names {
            let submits = queued.filter { $0.groups.contains(group) }.map(\.job.submit)
            guard let submit = submits.min() else { continue }
            add("hpcpack_node_group_\(oldest)", [("node_group", group)], submit)
        }
    }

    /// Leaves out the histograms whose source is not told, once a job shows that (rule 1 of docs/metrics.md#rules).
    mutating func decideUntold(_ refused: Set<String>, jobs: [ModelJob]) {
        let started: Set = ["Running", "Finishing", "Finished"]
        let states = Set(jobs.map(\.state))
        let untold = refused.filter { property in
            switch property {
            case "submittime": !states.isDisjoint(with: started.union(["Queued"]))
            case "starttime": !states.isDisjoint(with: started)
            default: !states.isDisjoint(with: ["Finished", "Failed"])
            }
        }
        for (family, needs) in Self.sources where !needs.isDisjoint(with: refused) {
            values = values.filter { series in
                PageSeries.family(String(series.key.prefix { $0 != "{" })) != family
            }
            if needs.isDisjoint(with: untold) {
                families.remove(family)
            } else {
                families.insert(family)
            }
        }
    }

    private static let sources: [(String, Set<String>)] = [
        ("hpcpack_job_queue_wait_seconds", ["submittime", "starttime"]),
        ("hpcpack_node_group_job_queue_wait_seconds", ["submittime", "starttime"]),
        ("hpcpack_job_run_seconds", ["starttime", "endtime"]),
    ]

    /// - Parameters:
    ///   - throughput: What must count.
    ///   - most: What may count.
    mutating func add(throughput: ThroughputObserver, most: ThroughputObserver) {
        func both(_ count: (ThroughputObserver) -> Int) -> (Int, Int) {
            let lower = count(throughput)
            return (lower, count(most) - lower)
        }
        for state in ModelJob.terminal {
            let label = [("state", state)]
            let (ended, extra) = both { $0.endings.count { $0.state == state } }
            add("hpcpack_jobs_completed_total", label, ended, extra: extra)
            func runs(_ throughput: ThroughputObserver) -> [Int] {
                throughput.runs.filter { $0.state == state }.map(\.seconds)
            }
            add(
                "hpcpack_job_run_seconds",
                label,
                histogram: runs(throughput),
                most: runs(most),
                bounds: Self.runBounds
            )
        }
        add(
            "hpcpack_job_queue_wait_seconds",
            [],
            histogram: throughput.waits.map(\.seconds),
            most: most.waits.map(\.seconds),
            bounds: Self.waitBounds
        )
        for group in axis(most.endings.map(\.groups) + most.waits.map(\.groups)) {
            let label = [("node_group", group)]
            for state in ModelJob.terminal {
                let (ended, extra) = both {
                    $0.endings.count { $0.state == state && $0.groups.contains(group) }
                }
                add(
                    "hpcpack_node_group_jobs_completed_total",
                    label + [("state", state)],
                    ended,
                    extra: extra
                )
            }
            func waits(_ throughput: ThroughputObserver) -> [Int] {
                throughput.waits.filter { $0.groups.contains(group) }.map(\.seconds)
            }
            add(
                "hpcpack_node_group_job_queue_wait_seconds",
                label,
                histogram: waits(throughput),
                most: waits(most),
                bounds: Self.waitBounds
            )
        }
    }

    /// - Parameters:
    ///   - jobs: All jobs.
    ///   - all: Whether the tasks of ended jobs count.
    ///   - mastersShow: Whether a sweep without instances is listed as its master.
    ///   - ghosts: How many tasks that are gone a reader of changes may hold still.
    mutating func add(tasksOf jobs: [ModelJob], all: Bool, mastersShow: Bool, ghosts: Int) {
        let counted = jobs.filter { all || $0.isActive }.map { job in
            (
                groups: Self.names(job.groups),
                states: job.shownTasks(mastersShow: mastersShow).map { ($0.state, 1) }
            )
        }
        let known = Self.taskStates
        add(
            "hpcpack_tasks",
            [],
            states: Self.tally(counted.flatMap(\.states)),
            known: known,
            extra: ghosts
        )
        add(
            "hpcpack_ungrouped_tasks",
            [],
            states: Self.tally(counted.filter { $0.groups.isEmpty }.flatMap(\.states)),
            known: known,
            extra: ghosts
        )
        for group in axis(counted.map(\.groups)) {
            add(
                "hpcpack_node_group_tasks",
                [("node_group", group)],
                states: Self.tally(
                    counted.filter { $0.groups.contains(group) }.flatMap(\.states)
                ),
                known: known,
                extra: ghosts
            )
        }
    }
}
