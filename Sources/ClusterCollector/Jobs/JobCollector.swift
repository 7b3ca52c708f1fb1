import Basics
import HPCPackClient

/// The jobs as they are shown: counts, ages of the queue and throughput.
struct Jobs: Sendable {
    /// Jobs by state, and by the node groups that they name.
    var counts: GroupedCounts<JobState>
    /// Whether the server tells the groups of jobs.
    var hasGroups: Bool
    /// The columns that the server tells.
    var columnsTold: JobColumns
    /// What happened to jobs since the first read; `nil` before it has ended.
    var throughput: JobThroughput?
    /// The earliest submit time of the queued jobs, in Unix seconds.
    private(set) var oldestQueued: UInt32?
    private var oldestQueuedBySet: [NodeGroupSetID: UInt32] = [:]

    /// The counts by state alone, which are known before any row counts.
    init(interim counts: StateCounts<JobState>) {
        self.counts = GroupedCounts()
        self.counts.add(counts, set: 0)
        hasGroups = false
        columnsTold = []
    }

    /// Summarizes a store; the cost follows the number of active jobs.
    init(_ store: JobStore) {
        counts = store.counts
        hasGroups = store.hasGroups
        columnsTold = store.columnsTold
        throughput = store.throughput
        for job in store.activeJobs where job.row.state == .queued && job.row.submitTime != 0 {
            let time = job.row.submitTime
            oldestQueued = min(oldestQueued ?? time, time)
            oldestQueuedBySet[job.groups] = min(oldestQueuedBySet[job.groups] ?? time, time)
        }
    }

    /// The earliest submit time of each group's queued jobs, in Unix seconds.
    func oldestQueuedByGroup(_ groups: NodeGroupRegistry.Snapshot) -> [NodeGroupID: UInt32] {
        var oldest: [NodeGroupID: UInt32] = [:]
        for (set, time) in oldestQueuedBySet {
            for group in groups.sets[Int(set)] { oldest[group] = min(oldest[group] ?? time, time) }
        }
        return oldest
    }
}

/// What a read of the job list tells the task collector.
struct JobReading: Sendable {
    /// What the read changed.
    var changes: JobChanges
    /// The jobs that have not ended.
    var active: [JobReference]
    /// The jobs that have ended; only after the first read, and only when their tasks count.
    var ended: [JobReference]
    /// The newest change time that the server's clock has reached, in Unix seconds; `nil` when change times cannot be
    /// relied on.
    var newestChange: UInt32?
    /// Whether the server's clock was set back, so that no older change time may be relied on.
    var clockWasSetBack: Bool
    /// Whether the server tells the groups of jobs.
    var hasGroups: Bool
    /// Why the group list could not be read, when the task collector has to report it.
    var groupError: RequestError?
}

/// Collects the jobs that the scheduler holds.
final class JobCollector: Collector {
    let slot: CollectorSlot<Jobs>
    private let context: CollectionContext
    private let configuration: CollectorConfiguration
    private let follower: TaskCollector
    /// The reader and its jobs, locked for the whole of a round.
    ///
    /// Rounds never overlap, so nobody waits for the lock, and the jobs are never copied.
    private let reader: Mutex<JobReader>

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - client: The cluster to read.
    ///   - context: What the collectors share.
    ///   - configuration: What to collect.
    ///   - follower: Follows every read of the job list, on the thread of the round.
    init(
        _ client: HPCPackClient,
        _ context: CollectionContext,
        _ configuration: CollectorConfiguration,
        follower: TaskCollector
    ) {
        slot = CollectorSlot(.jobs, Session(client), context.logger)
        self.context = context
        self.configuration = configuration
        self.follower = follower
        reader = Mutex(JobReader(fullInterval: configuration.fullInterval))
    }

    func collect() throws(RequestError) -> Collected<Jobs> {
        context.format.refreshIfNeeded()
        // The group list belongs to the node collector; without nodes, jobs need it.
        let groupError = configuration.nodes ? nil : context.updateGroups(slot.session)
        do {
            let (collected, jobs) = try read(groupError)
            follower.follow(.success(jobs))
            return collected
        } catch {
            follower.follow(.failure(error))
            throw error
        }
    }

    private func read(
        _ groupError: RequestError?
    ) throws(RequestError) -> (Collected<Jobs>, JobReading) {
        try reader.withLock { (reader) throws(RequestError) -> (Collected<Jobs>, JobReading) in
            if context.fullJobRead.consume() { reader.requestFullRead() }
            let first = FirstJobRead(slot, context, interval: configuration.interval)
            let outcome = try reader.read(slot.session, context, at: .now) { page in
                if self.configuration.jobs { first.endPage(page) }
            }
            let collected = Collected(
                data: Jobs(reader.store),
                error: groupError,
                fullReads: reader.fullReads,
                corrections: reader.corrections
            )
            return (collected, reading(reader, outcome, groupError))
        }
    }

    private func reading(
        _ reader: JobReader,
        _ outcome: JobReader.Outcome,
        _ groupError: RequestError?
    ) -> JobReading {
        let store = reader.store
        let listsEnded =
            configuration.tasks && configuration.taskJobs == .all && outcome.changes.isFirstRead
        let newest = store.watermark.newest
        return JobReading(
            changes: outcome.changes,
            active: configuration.tasks ? store.activeJobs.map(JobReference.init) : [],
            ended: listsEnded
                ? store.table.entries.filter(\.row.state.isTerminal).map(JobReference.init) : [],
            newestChange: reader.breaker.isClosed && newest != 0 ? newest : nil,
            clockWasSetBack: outcome.clockWasSetBack,
            hasGroups: store.hasGroups,
            groupError: configuration.jobs ? nil : groupError
        )
    }
}
