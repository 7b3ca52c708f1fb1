import Basics
public import Exposition
public import HPCPackClient
public import Logging

/// Collects one cluster in rounds and turns the last good data into metric families.
///
/// A round reads cluster, nodes, jobs and tasks at once, with at most `maxConcurrency` requests under way.
/// Each collector commits its data only when all of it came; one that fails leaves its last good data, until
/// that is older than `maxAge`.
public final class ClusterCollector: Sendable {
    let client: HPCPackClient
    let configuration: CollectorConfiguration
    let groups = GroupTable()
    let unrecognized: UnrecognizedValues
    let logger: Logger
    let jobs: JobCollector
    let tasks: TaskCollector
    let published = Mutex(Published())
    /// How the server writes times, as it last told.
    let pattern = Mutex<DateTimePattern?>(nil)
    private let pool: SessionPool

    /// Makes a collector; nothing is read yet.
    ///
    /// - Parameters:
    ///   - client: The cluster to read.
    ///   - configuration: What to collect.
    ///   - logger: Takes failures and recoveries.
    public init(client: HPCPackClient, configuration: CollectorConfiguration, logger: Logger) {
        self.client = client
        self.configuration = configuration
        self.logger = logger
        unrecognized = UnrecognizedValues(logger)
        pool = SessionPool(client)
        jobs = JobCollector(configuration)
        tasks = TaskCollector(configuration)
    }

    /// Does one round; blocks the calling thread until it has ended.
    ///
    /// - Parameter onProgress: Called, on any thread, whenever a collector has ended.
    /// - Returns: Which collectors failed.
    public func collectRound(onProgress: @escaping @Sendable () -> Void = {}) -> RoundResult {
        let start = ContinuousClock.now
        client.clearBlocks()
        let round = Round(self, pool, onProgress)
        round.run()
        published.withLock { $0.rounds += 1 }
        return RoundResult(failures: round.failures(), duration: ContinuousClock.now - start)
    }

    /// Makes a running round end soon, and every later one fail.
    public func cancel() { client.cancellation.cancel() }

    /// Ends the threads that read; no round may begin after it, nor be under way.
    ///
    /// The process must not end before: see ``JoinableThread``.
    public func close() { pool.close() }

    /// Lets the next round read all jobs and tasks, though it may not be due.
    package func requestFullRead() {
        jobs.requestFullRead()
        tasks.requestFullRead()
    }

    /// Whether a first round has ended.
    public var isReady: Bool { published.withLock { $0.rounds > 0 } }

    /// How the collectors fare.
    public var status: [CollectorName: CollectorStatus] { published.withLock { $0.status } }

    /// When data that is served now gets too old, so that the page must be made anew.
    public func nextExpiry(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        published.withLock { $0.nextExpiry(after: now, maxAge: configuration.maxAge) }
    }

    /// The metric families as of now, from the last good data.
    ///
    /// - Parameter now: The moment of the page; what is older than `maxAge` is left out.
    /// - Returns: The families, in no particular order.
    public func families(at now: ContinuousClock.Instant) -> [MetricFamily] {
        let (data, view) = fresh(at: now)
        return families(data, view)
    }

    /// The same data for people.
    ///
    /// - Parameter now: The moment of the page; what is older than `maxAge` is left out.
    /// - Returns: The numbers of the families, added up by nobody else.
    public func summary(at now: ContinuousClock.Instant) -> ClusterSummary {
        let (data, view) = fresh(at: now)
        return ClusterSummary(data, view, configuration)
    }

    /// Families and summary of one moment, so that both tell of the same rounds.
    ///
    /// - Parameter now: The moment of the page; what is older than `maxAge` is left out.
    /// - Returns: What `families(at:)` and `summary(at:)` return, from the same data.
    public func report(
        at now: ContinuousClock.Instant
    ) -> (families: [MetricFamily], summary: ClusterSummary) {
        let (data, view) = fresh(at: now)
        return (families(data, view), ClusterSummary(data, view, configuration))
    }

    private func fresh(at now: ContinuousClock.Instant) -> (Published, GroupTable.View) {
        let data = published.withLock { $0 }.fresh(at: now, maxAge: configuration.maxAge)
        return (data, groups.view)
    }

    private func families(_ data: Published, _ view: GroupTable.View) -> [MetricFamily] {
        ClusterFamilies.families(data, configuration)
            + NodeFamilies.families(data.nodes?.value, view, details: configuration.nodeDetails)
            + (configuration.jobs
                ? JobFamilies.families(data.jobs?.value, view)
                    + JobFlowFamilies.families(data.jobs?.value, view) : [])
            + TaskFamilies.families(data.tasks?.value, view)
            + ExporterFamilies.families(client.metrics.current(), unrecognized.counts)
    }

    /// Every family that a page can hold, for documents and their tests.
    public static var descriptors: [MetricDescriptor] {
        ClusterFamilies.descriptors + NodeFamilies.descriptors + JobFamilies.descriptors
            + JobFlowFamilies.descriptors
            + TaskFamilies.descriptors + ExporterFamilies.descriptors
    }
}
