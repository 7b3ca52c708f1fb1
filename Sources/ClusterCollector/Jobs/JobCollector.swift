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
    /// What the active jobs hold and wait for; `nil` before the first read has ended.
    private(set) var resources: JobResources?
    /// Jobs by their texts.
    private(set) var breakdowns: [JobBreakdown] = []

    /// The counts by state alone, which are known before any row counts.
    init(interim counts: StateCounts<JobState>) {
        self.counts = GroupedCounts()
        self.counts.add(counts, set: 0)
        hasGroups = false
        columnsTold = []
    }

    /// Summarizes a store; the cost follows the number of active jobs.
    ///
    /// - Parameters:
    ///   - store: The jobs.
    ///   - queries: What was asked of them.
    ///   - now: The server's clock in Unix seconds.
    init(_ store: JobStore, _ queries: JobQueries, at now: UInt32) {
        counts = store.counts
        hasGroups = store.hasGroups
        columnsTold = store.columnsTold
        throughput = store.throughput
        var resources = JobResources(queries, at: now)
        for job in store.activeJobs {
            let detail = store.detail(of: job.row.id)
            resources.add(job, detail ?? JobDetail())
            guard job.row.state == .queued, job.row.submitTime != 0 else { continue }
            // Nothing is wrong with a job that waits because it is held.
            guard detail?.isHeld(at: now) != true else { continue }
            let time = job.row.submitTime
            oldestQueued = min(oldestQueued ?? time, time)
            oldestQueuedBySet[job.groups] = min(oldestQueuedBySet[job.groups] ?? time, time)
        }
        breakdowns = store.labels.breakdowns(allocated: resources.allocatedByLabels)
        self.resources = resources
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
    /// The jobs that have ended; only when their tasks count, and only in a complete reading.
    var ended: [JobReference]
    /// Whether all jobs are told, so that nothing needs to be known from before.
    var isComplete: Bool
    /// The numbers of tasks that the rows told; `nil` when they were not asked for.
    var taskCounts: TaskCountRows?
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
        let labels = JobLabelRegistry(
            configuration.jobLabels,
            limit: configuration.jobLabelLimit
        )
        reader = Mutex(JobReader(fullInterval: configuration.fullInterval, labels: labels))
    }

    func collect() throws(RequestError) -> Collected<Jobs> {
        context.format.refreshIfNeeded()
        // The group list belongs to the node collector; without nodes, jobs need it.
        let groupError = configuration.nodes ? nil : context.updateGroups(slot.session)
        do {
            return try reader.withLock { (reader) throws(RequestError) -> Collected<Jobs> in
                try read(&reader, groupError)
            }
        } catch {
            follower.follow(.failure(error))
            throw error
        }
    }

    /// Reads the job list, then what is known of active jobs beyond it; the task collector follows.
    private func read(
        _ reader: inout JobReader,
        _ groupError: RequestError?
    ) throws(RequestError) -> Collected<Jobs> {
        try updateQueries(&reader)
        let plan = follower.plan(reader.queries)
        if plan.usesCounts { reader.queries.capabilities.append(.jobTaskCounts) }
        if context.fullJobRead.consume() || plan.needsFullRead { reader.requestFullRead() }
        let first = FirstJobRead(slot, context, interval: configuration.interval)
        let outcome = try reader.read(slot.session, context, at: .now) { page in
            if self.configuration.jobs { first.endPage(page) }
        }
        var taskCounts = outcome.taskCounts
        var detailError: RequestError?
        do {
            taskCounts.append(try readDetails(&reader, isComplete: outcome.isFull || plan.isNew))
        } catch {
            detailError = error
        }
        var jobs = reading(reader, outcome, groupError, isComplete: plan.isNew)
        if plan.usesCounts, reader.queries.capabilities.contains(.jobTaskCounts) {
            jobs.taskCounts = taskCounts
        }
        if let detailError, plan.usesCounts {
            follower.follow(.failure(detailError))
        } else {
            follower.follow(.success(jobs))
        }
        return Collected(
            data: Jobs(reader.store, reader.queries, at: context.serverTime),
            error: groupError ?? detailError,
            fullReads: reader.fullReads,
            corrections: reader.corrections
        )
    }

    /// Finds out what the server can tell of jobs.
    private func updateQueries(_ reader: inout JobReader) throws(RequestError) {
        reader.queries.capabilities = []
        reader.retryListingsByState(at: .now)
        reader.queries.details = configuration.jobs
        reader.queries.countsEndedTasks = configuration.tasks && configuration.taskJobs == .all
        let session = slot.session
        if configuration.jobs {
            for capability in [Capability.jobAllocation, .jobPendingReason]
            where try session.supports(capability) {
                reader.queries.capabilities.append(capability)
            }
        }
        _ = try session.supports(.rowCount)
        reader.queries.canCountTasks =
            configuration.tasks && configuration.taskSource != .calls
            ? try session.supports(.jobTaskCounts) : false
    }

    private func readDetails(
        _ reader: inout JobReader,
        isComplete: Bool
    ) throws(RequestError) -> TaskCountRows {
        guard reader.queries.listsByState else { return TaskCountRows() }
        let details = JobDetailReader(session: slot.session, context: context)
        let rows = try details.read(into: reader.store, reader.queries, isComplete: isComplete)
        guard let rows else {
            reader.recordRefusedListingsByState(at: .now)
            // Without listings by state the numbers of tasks would grow old.
            reader.queries.capabilities.removeAll { $0 == .jobTaskCounts }
            return TaskCountRows()
        }
        return rows
    }

    private func reading(
        _ reader: JobReader,
        _ outcome: JobReader.Outcome,
        _ groupError: RequestError?,
        isComplete: Bool
    ) -> JobReading {
        let store = reader.store
        let isComplete = isComplete || outcome.changes.isFirstRead
        let listsEnded = isComplete && reader.queries.countsEndedTasks
        let newest = store.watermark.newest
        return JobReading(
            changes: outcome.changes,
            active: configuration.tasks ? store.activeJobs.map(JobReference.init) : [],
            ended: listsEnded
                ? store.table.entries.filter(\.row.state.isTerminal).map(JobReference.init) : [],
            isComplete: isComplete,
            newestChange: reader.breaker.isClosed && newest != 0 ? newest : nil,
            clockWasSetBack: outcome.clockWasSetBack,
            hasGroups: store.hasGroups,
            groupError: configuration.jobs ? nil : groupError
        )
    }
}
