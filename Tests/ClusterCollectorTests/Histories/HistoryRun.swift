import ClusterCollector
import Exposition
import HPCPackClient
import Logging
import TestSupport

/// Runs a history against a collector and compares each page with the truth.
struct HistoryRun {
    /// Where a history went wrong.
    struct Failure: CustomStringConvertible {
        var round: Int
        var complaints: [String]

        var description: String {
            "round \(round):\n  " + complaints.prefix(12).joined(separator: "\n  ")
                + (complaints.count > 12 ? "\n  and \(complaints.count - 12) more" : "")
        }
    }

    /// What a round cost, for tests of thrift.
    struct RoundCost: Sendable {
        var isFull: Bool
        var isQuiet: Bool
        var activeJobs: Int
        var cost: ModelHeadNode.Cost
    }

    /// The last good data of each collector; `nil` where events during the read leave open what it is.
    private struct Served {
        var groups: [String]?
        var cluster: ModelCluster?
        var nodes: [ModelNode]?
        var jobs: (jobs: [ModelJob], ghosts: Int)?
        var tasks: (jobs: [ModelJob], ghosts: Int)?
    }

    let history: History
    /// Changes a page before it is compared, to test the tests.
    var tamper: (String) -> String = { $0 }
    private(set) var costs: [RoundCost] = []

    private let headNode: ModelHeadNode
    private var collector: ClusterCollector
    private var throughput = ThroughputObserver()
    private var mostThroughput = ThroughputObserver(believesStamps: false)
    private var served = Served()
    private var counters: [String: Double] = [:]
    /// When the last round ended, by the head node's clock.
    private var lastRead: Int?

    init(_ history: History, tamper: @escaping (String) -> String = { $0 }) throws {
        self.history = history
        self.tamper = tamper
        headNode = ModelHeadNode(ModelCluster(history.behavior))
        collector = try Self.collector(headNode, history.behavior)
    }

    /// Runs a history to its end, or to the first round that goes wrong.
    static func failure(
        of history: History,
        tamper: @escaping (String) -> String = { $0 }
    ) throws -> Failure? {
        var run = try HistoryRun(history, tamper: tamper)
        return try run.run()
    }

    private static func collector(
        _ headNode: ModelHeadNode,
        _ behavior: ServerBehavior
    ) throws -> ClusterCollector {
        var limits = ClientLimits()
        limits.firstBackoff = .microseconds(50)
        let client = HPCPackClient(
            ClientConfiguration(
                headNodes: [try HeadNodeURL(headNode.server.url)],
                timeout: .seconds(20),
                maxConcurrency: behavior.concurrency,
                rowsPerRead: behavior.rowsPerRead,
                limits: limits
            ),
            logger: .silent
        )
        let configuration = CollectorConfiguration(
            taskJobs: behavior.allTasks ? .all : .active,
            fullInterval: behavior.fullInterval
        )
        return ClusterCollector(client: client, configuration: configuration, logger: .silent)
    }

    private static func page(
        of collector: ClusterCollector,
        _ tamper: (String) -> String = { $0 }
    ) -> [PageSeries] {
        let bytes = ExpositionPage.render(collector.families(at: .now))
        return PageSeries.all(tamper(String(decoding: bytes, as: UTF8.self)))
    }

    /// Runs the rounds.
    mutating func run() throws -> Failure? {
        defer { headNode.server.stop() }
        for (number, round) in history.rounds.enumerated() {
            let complaints = try run(round)
            guard complaints.isEmpty else { return Failure(round: number, complaints: complaints) }
        }
        return nil
    }

    private mutating func run(_ round: HistoryRound) throws -> [String] {
        var disturbance = round.disturbance
        for event in round.events { headNode.change { $0.apply(event) } }
        if round.restartsExporter {
            collector = try Self.collector(headNode, history.behavior)
            (throughput, served, counters) = (ThroughputObserver(), Served(), [:])
            mostThroughput = ThroughputObserver(believesStamps: false)
        }
        if !throughput.hasLooked {
            // A first read that is disturbed leaves open what it held; so it is not.
            for (_, event) in disturbance.events { headNode.change { $0.apply(event) } }
            disturbance.events = []
            disturbance.outage = nil
        }
        // Rounds are farther apart than the second in which stamps are told; events need not be.
        let before = lastRead
        headNode.change { if $0.now == before { $0.now += 1 } }
        if round.isFull { collector.requestFullRead() }
        headNode.begin(disturbance)
        let result = collector.collectRound()
        let cost = headNode.end()
        let page = Self.page(of: collector, tamper)
        let failed = Set(result.failures.map(\.collector.rawValue))
        var complaints = self.complaints(about: failed, disturbance)
        if !complaints.isEmpty {
            complaints += result.failures.map { "\($0.collector.rawValue): \($0.error)" }
        }
        let full = note(page, &complaints)
        if round.isFull, disturbance.outage == nil, !full.jobs || !full.tasks {
            complaints.append("the round should have read everything")
        }
        lastRead = headNode.cluster.now
        let isQuiet = !headNode.cluster.wasDisturbed
        costs.append(
            RoundCost(
                isFull: full.jobs,
                isQuiet: isQuiet && disturbance.outage == nil,
                activeJobs: headNode.cluster.jobs.values.count(where: \.isActive),
                cost: cost
            )
        )
        serve(failed, disturbance, isQuiet, full, cost)
        complaints += expected().complaints(about: page)
        if isQuiet, disturbance.outage == nil { complaints += try complaintsOfFreshRead() }
        return complaints
    }

    /// Collectors fail when something of theirs is down, and never else.
    private func complaints(
        about failed: Set<String>,
        _ disturbance: ModelHeadNode.Disturbance
    ) -> [String] {
        let outage = disturbance.outage
        let expected: Set<String> =
            switch outage {
            case "/jobs": ["jobs", "tasks"]
            case "/tasks": ["tasks"]
            case "/nodes", "/nodes/groups": ["nodes"]
            case nil: []
            default: ["cluster"]
            }
        // A break that falls on the last try of a refusal with 5xx leaves nothing to try.
        if disturbance.restart != nil, failed.isSubset(of: ["jobs", "tasks"]),
            [history.behavior.jobFilter, history.behavior.taskFilter].contains(where: \.isFault)
        {
            return []
        }
        // Where no job is active no tasks are asked for.
        let isRight = failed == expected || outage == "/tasks" && failed.isEmpty
        return isRight ? [] : ["failed: \(failed.sorted()), expected: \(expected.sorted())"]
    }

    /// Reads from the page which listings were read in full, and that no counter went back.
    private mutating func note(
        _ page: [PageSeries],
        _ complaints: inout [String]
    ) -> (jobs: Bool, tasks: Bool) {
        var now: [String: Double] = [:]
        for series in page
        where ["_total", "_bucket", "_count", "_sum"].contains(where: series.name.hasSuffix) {
            now[series.key] = series.value
        }
        for (key, value) in now where value < counters[key] ?? 0 {
            complaints.append("\(key) went back from \(counters[key] ?? 0) to \(value)")
        }
        func grew(_ name: String) -> Bool {
            let key = "hpcpack_exporter_full_reads_total{collector=\"\(name)\"}"
            return now[key] ?? 0 > counters[key] ?? 0
        }
        defer { counters = now }
        return (grew("jobs"), grew("tasks"))
    }

    /// Notes what the page must show from this round on.
    private mutating func serve(
        _ failed: Set<String>,
        _ disturbance: ModelHeadNode.Disturbance,
        _ isQuiet: Bool,
        _ full: (jobs: Bool, tasks: Bool),
        _ cost: ModelHeadNode.Cost
    ) {
        guard isQuiet else {
            headNode.change { $0.lockDirtyJobs() }
            served = Served()
            return
        }
        var told = cost.jobProperties
        if history.behavior.jobChangeTime == .left { told.remove("changetime") }
        if !failed.contains("jobs") {
            if full.jobs { headNode.change { $0.noteRead(full: true) } }
            let seen = headNode.cluster.sortedJobs.filter { !$0.isFrozen }
            throughput.look(at: seen, told: told)
            mostThroughput.look(at: seen, told: told)
            headNode.change { $0.noteRead(full: false) }
        }
        if !failed.contains("tasks"), full.tasks { headNode.change { $0.noteTasksRead() } }
        let cluster = headNode.cluster
        if !failed.contains("cluster") {
            served.cluster = cluster
        } else if disturbance.outage == "/cluster/info/dateTimeFormat" {
            // The other calls of the collector bring data that may be shown at once.
            served.cluster = nil
        }
        if disturbance.outage != "/nodes/groups" { served.groups = cluster.groups }
        if !failed.contains("nodes") { served.nodes = Self.asTold(cluster) }
        if !failed.contains("jobs") {
            served.jobs =
                cluster.hidesJobs ? nil : (cluster.sortedJobs, cluster.ghosts.count)
        }
        if !failed.contains("tasks") {
            let ghosts =
                cluster.ghosts.reduce(0) { $0 + $1.tasks.count }
                + cluster.jobs.values.reduce(0) {
                    $0 + $1.ghostTasks.values.reduce(0, +)
                }
            served.tasks = cluster.hidesTasks ? nil : (cluster.sortedJobs, ghosts)
        }
    }

    /// The nodes with the groups that a reader is told: where only the group list tells who belongs where,
    /// those in the list of this moment.
    private static func asTold(_ cluster: ModelCluster) -> [ModelNode] {
        guard cluster.behavior.nodeGroups != .told else { return cluster.nodes }
        let listed = Set(cluster.groups.map { $0.lowercased() })
        return cluster.nodes.map { node in
            var node = node
            node.groups.removeAll { !listed.contains($0.lowercased()) }
            return node
        }
    }

    private func expected() -> ExpectedPage {
        let behavior = history.behavior
        guard let groups = served.groups else { return ExpectedPage(groups: []) }
        var expected = ExpectedPage(groups: groups)
        if let cluster = served.cluster { expected.add(cluster: cluster) }
        if let nodes = served.nodes { expected.add(nodes: nodes) }
        if let (jobs, ghosts) = served.jobs {
            expected.add(jobs: jobs, ghosts: ghosts, refused: behavior.refusedJobProperties)
            expected.add(throughput: throughput, most: mostThroughput)
            expected.decideUntold(behavior.refusedJobProperties, jobs: jobs)
        }
        if let (jobs, ghosts) = served.tasks {
            expected.add(
                tasksOf: jobs,
                all: behavior.allTasks,
                mastersShow: behavior.mastersShow,
                ghosts: ghosts
            )
        }
        return expected
    }

    /// A second collector that has never read anything must show the same gauges.
    private func complaintsOfFreshRead() throws -> [String] {
        let cluster = headNode.cluster
        let behavior = history.behavior
        headNode.begin(ModelHeadNode.Disturbance())
        defer { _ = headNode.end() }
        let fresh = try Self.collector(headNode, behavior)
        _ = fresh.collectRound()
        let page = Self.page(of: fresh)
        var expected = ExpectedPage(groups: cluster.groups)
        expected.add(cluster: cluster)
        expected.add(nodes: Self.asTold(cluster))
        let refused = behavior.refusedJobProperties
        expected.add(jobs: cluster.sortedJobs, ghosts: 0, refused: refused)
        expected.add(throughput: ThroughputObserver(), most: ThroughputObserver())
        expected.decideUntold(refused, jobs: cluster.sortedJobs)
        expected.add(
            tasksOf: cluster.sortedJobs,
            all: behavior.allTasks,
            mastersShow: behavior.mastersShow,
            ghosts: 0
        )
        return expected.complaints(about: page).map { "fresh read: " + $0 }
    }
}
