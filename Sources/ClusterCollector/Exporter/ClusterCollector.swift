import Basics
public import Exposition
public import HPCPackClient
public import Logging

/// The outcome of one round of every collector.
public struct RoundResult: Sendable {
    /// The collectors that failed, with their errors, in the order of the collectors.
    public let failures: [(collector: CollectorName, error: String)]

    /// Whether every enabled collector succeeded.
    public var succeeded: Bool { failures.isEmpty }
}

/// Collects one cluster, and turns the last good data into metrics.
///
/// Each collector keeps its data until a later round replaces it, or until the collector has failed for `maxAge`.
/// Rounds are run by a `CollectionScheduler`, or once with `collectRound()`.
public final class ClusterCollector: Sendable {
    let configuration: CollectorConfiguration
    private let client: HPCPackClient
    private let context: CollectionContext
    private let cluster: ClusterInfoCollector
    private let nodes: NodeCollector
    private let jobs: JobCollector
    private let tasks: TaskCollector
    /// What the node metrics of the last page were made from.
    private let lastNodeSource = Mutex<NodeMetricsSource?>(nil)
    /// When the first round began.
    private let start = Mutex<ContinuousClock.Instant?>(nil)

    /// Creates a collector; nothing is read yet.
    ///
    /// - Parameters:
    ///   - client: The cluster to read.
    ///   - configuration: What to collect.
    ///   - logger: Receives failures and recoveries.
    public init(client: HPCPackClient, configuration: CollectorConfiguration, logger: Logger) {
        self.client = client
        self.configuration = configuration
        context = CollectionContext(
            format: DateTimeFormat(client, interval: configuration.interval, logger),
            unrecognized: UnrecognizedValues(logger),
            logger: logger
        )
        cluster = ClusterInfoCollector(client, context)
        nodes = NodeCollector(client, context)
        tasks = TaskCollector(client, context, configuration)
        jobs = JobCollector(client, context, configuration, follower: tasks)
    }

    // MARK: - Rounds

    /// Runs one round of every collector, the tasks after the jobs; blocks the calling thread until all have ended.
    ///
    /// - Parameter onCommit: Called whenever a collector has ended its round, on the thread of that round.
    /// - Returns: Which collectors failed.
    public func collectRound(onCommit: @escaping @Sendable () -> Void = {}) -> RoundResult {
        beginRoundOfAll()
        let lanes: [[CollectorName]] = [[.cluster], [.nodes], [.jobs, .tasks]]
        let run: @Sendable ([CollectorName]) -> Void = { lane in
            for name in lane where self.roundNames.contains(name) {
                self.runRound(of: name)
                onCommit()
            }
        }
        let threads = lanes.map { lane in try? JoinableThread { run(lane) } }
        // At the limit of threads what has none runs on this one.
        for (lane, thread) in zip(lanes, threads) where thread == nil { run(lane) }
        for thread in threads { thread?.join() }
        return RoundResult(
            failures: shown(at: .now).status.collectors.compactMap { entry in
                guard !entry.status.succeeded else { return nil }
                return (entry.name, entry.status.lastError?.text ?? "no round has ended")
            }
        )
    }

    /// Sets who is told when data or the progress of a first full read is known before a round has ended.
    ///
    /// - Parameters:
    ///   - replacesLog: Whether the log need not tell of the progress.
    ///   - call: Called at most once a second, on the thread of the round.
    public func onInterimUpdate(
        replacesLog: Bool = false,
        _ call: @escaping @Sendable (ReadProgress) -> Void
    ) {
        context.interim.listen(replacesLog: replacesLog, call)
    }

    /// Cancels the requests under way, and every later one.
    public func cancel() { client.cancellation.cancel() }

    /// The collectors that have rounds.
    ///
    /// Tasks need the job list, also where jobs are not shown.
    var roundNames: [CollectorName] {
        CollectorName.allCases.filter { name in
            configuration.enabled.contains(name) || name == .jobs && configuration.tasks
        }
    }

    /// Prepares for a round of every collector that begins now, though it may not be due.
    func beginRoundOfAll() { context.format.invalidate() }

    /// Runs one round of a collector; blocks the calling thread until it has ended.
    func runRound(of name: CollectorName) {
        start.withLock { $0 = $0 ?? .now }
        switch name {
        case .cluster: cluster.runRound()
        case .nodes: nodes.runRound()
        case .jobs: jobs.runRound()
        case .tasks: tasks.runRound()
        }
    }

    /// Makes the next rounds read all jobs and tasks, though that may not be due.
    package func requestFullRead() {
        context.fullJobRead.make()
        tasks.requestFullRead()
    }

    // MARK: - Data

    /// Whether the first rounds have ended.
    public var isReady: Bool { shown(at: .now).isReady }

    /// How the rounds of each enabled collector went.
    public var status: [CollectorName: CollectorStatus] {
        let entries = shown(at: .now).status.collectors.map { ($0.name, $0.status) }
        return Dictionary(uniqueKeysWithValues: entries)
    }

    /// How long a first round of tasks, which may take minutes, keeps the first scrape waiting.
    private var longestFirstRound: Duration { max(configuration.interval, .seconds(10)) }

    /// The next moment at which a page changes without a round: data becomes too old, or the collector ready.
    public func nextExpiry(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let maxAge = configuration.maxAge
        let expiries = [
            cluster.slot.current.expiry(maxAge: maxAge), nodes.slot.current.expiry(maxAge: maxAge),
            jobs.slot.current.expiry(maxAge: maxAge), tasks.slot.current.expiry(maxAge: maxAge),
            start.withLock { $0 }.map { $0 + longestFirstRound },
        ]
        return expiries.compactMap { $0 }.filter { $0 > now }.min()
    }

    /// The metric families as of a moment, from the last good data.
    ///
    /// - Parameter now: The moment; data that is too old by then is left out.
    /// - Returns: The families, in no particular order.
    public func families(at now: ContinuousClock.Instant) -> [MetricFamily] {
        families(shown(at: now))
    }

    /// The numbers for people, from the data that the families show.
    public func summary(at now: ContinuousClock.Instant) -> ClusterSummary {
        ClusterSummary(shown(at: now))
    }

    /// The nodes for service discovery as of a moment.
    ///
    /// - Parameter now: The moment.
    /// - Returns: `nil` while nodes are not known: not read yet, not collected, or too old to be shown.
    public func discoveredNodes(at now: ContinuousClock.Instant) -> DiscoveredNodes? {
        let nodes = nodes.slot.current.shown(at: now, maxAge: configuration.maxAge).data
        return nodes.map { DiscoveredNodes($0, context.groups.snapshot) }
    }

    /// What there is to tell of one moment, from the same data.
    ///
    /// - Parameter now: The moment.
    /// - Returns: The families; whether the first rounds have ended; and what makes the numbers for people.
    public func report(
        at now: ContinuousClock.Instant
    ) -> (families: [MetricFamily], isReady: Bool, summary: @Sendable () -> ClusterSummary) {
        let data = shown(at: now)
        return (families(data), data.isReady, { ClusterSummary(data) })
    }

    private func families(_ data: CollectedData) -> [MetricFamily] {
        var families = CollectionMetrics.all.families(of: data.status)
        if let cluster = data.cluster { families += ClusterMetrics.all.families(of: cluster) }
        if let nodes = data.nodes {
            families += NodeMetrics.all.families(of: nodeMetricsSource(nodes, data.groups))
        }
        if let jobs = data.jobs {
            families += JobMetrics.all.families(
                of: JobMetricsSource(jobs: jobs, groups: data.groups)
            )
        }
        if let tasks = data.tasks {
            families += TaskMetrics.all.families(
                of: TaskMetricsSource(tasks: tasks, groups: data.groups)
            )
        }
        families += RequestMetricsTable.all.families(of: client.metrics.current())
        families += CertificateMetrics.all.families(
            of: CertificateMetrics.certificates(of: client)
        )
        families += CapabilityMetrics.all.families(of: client.knownCapabilities)
        families += UnrecognizedValueMetrics.all.families(of: context.unrecognized.counts)
        return families
    }

    /// What the node metrics are made from: that of the last page where nothing has changed.
    private func nodeMetricsSource(
        _ nodes: Nodes,
        _ groups: NodeGroupRegistry.Snapshot
    ) -> NodeMetricsSource {
        lastNodeSource.withLock { last in
            if let last, last.isOf(nodes, groups) { return last }
            let source = NodeMetricsSource(nodes, groups, showsDetails: configuration.nodeDetails)
            last = source
            return source
        }
    }

    /// Every family that a page can hold, for documents and their tests.
    public static var descriptors: [MetricDescriptor] {
        CollectionMetrics.all.map(\.descriptor) + ClusterMetrics.all.map(\.descriptor)
            + NodeMetrics.all.map(\.descriptor) + JobMetrics.all.map(\.descriptor)
            + TaskMetrics.all.map(\.descriptor) + RequestMetricsTable.all.map(\.descriptor)
            + CertificateMetrics.all.map(\.descriptor)
            + CapabilityMetrics.all.map(\.descriptor)
            + UnrecognizedValueMetrics.all.map(\.descriptor)
    }

    /// The data that is shown at a moment.
    private func shown(at now: ContinuousClock.Instant) -> CollectedData {
        func state<Data>(_ slot: CollectorSlot<Data>) -> CollectorState<Data> {
            slot.current.shown(at: now, maxAge: configuration.maxAge)
        }
        let (cluster, nodes) = (state(cluster.slot), state(nodes.slot))
        let (jobs, tasks) = (state(jobs.slot), state(tasks.slot))
        let entries = configuration.enabled.map { name in
            switch name {
            case .cluster: CollectionStatus.Entry(name, cluster)
            case .nodes: CollectionStatus.Entry(name, nodes)
            case .jobs: CollectionStatus.Entry(name, jobs)
            case .tasks: CollectionStatus.Entry(name, tasks)
            }
        }
        // Whole seconds, so that equal times stay equal although two clocks are read.
        let oldestTaskRead =
            configuration.tasks
            ? self.tasks.oldestRead.map {
                (WallClock.now - ($0.duration(to: .now) / .seconds(1))).rounded()
            }
            : nil
        let hasWaited = start.withLock { $0 }.map { now - $0 >= longestFirstRound } ?? false
        let isReady = entries.allSatisfy { $0.rounds > 0 || $0.name == .tasks && hasWaited }
        return CollectedData(
            cluster: cluster.data,
            nodes: nodes.data,
            jobs: configuration.jobs ? jobs.data : nil,
            tasks: tasks.data,
            groups: context.groups.snapshot,
            status: CollectionStatus(
                collectors: entries,
                interval: configuration.interval,
                oldestTaskRead: oldestTaskRead
            ),
            isReady: isReady
        )
    }
}

/// The data of all collectors that is shown at one moment.
struct CollectedData: Sendable {
    let cluster: ClusterInfo?
    let nodes: Nodes?
    let jobs: Jobs?
    let tasks: Tasks?
    let groups: NodeGroupRegistry.Snapshot
    let status: CollectionStatus
    /// Whether the first rounds have ended.
    let isReady: Bool

    /// Whether data of a collector is shown.
    func hasData(of name: CollectorName) -> Bool {
        switch name {
        case .cluster: cluster != nil
        case .nodes: nodes != nil
        case .jobs: jobs != nil
        case .tasks: tasks != nil
        }
    }
}
