import Basics
import HPCPackClient
import Logging
import Synchronization

/// One round: what runs when, on the threads of the pool.
///
/// The date-time format comes first and alone: the rows cannot be read without it, and a head node that is
/// down or refuses the account is found out with one request. Then cluster, groups with nodes, and jobs with
/// tasks run side by side.
final class Round: Sendable {
    private let collector: ClusterCollector
    private let pool: SessionPool
    private let onProgress: @Sendable () -> Void
    private let errors = Mutex<[CollectorName: RequestError]>([:])

    init(
        _ collector: ClusterCollector,
        _ pool: SessionPool,
        _ onProgress: @escaping @Sendable () -> Void
    ) {
        self.collector = collector
        self.pool = pool
        self.onProgress = onProgress
    }

    private var configuration: CollectorConfiguration { collector.configuration }

    private var context: RoundContext {
        RoundContext(
            pattern: collector.pattern.withLock { $0 },
            groups: collector.groups,
            unrecognized: collector.unrecognized,
            logger: collector.logger
        )
    }

    /// Runs the round to its end.
    func run() {
        pool.add { session in self.readFormat(session) }
        pool.drain()
        pool.add { session in self.readCluster(session) }
        if configuration.nodes || configuration.jobs || configuration.tasks {
            pool.add { session in self.readGroupsAndNodes(session) }
        }
        if configuration.jobs || configuration.tasks {
            pool.add { session in self.readJobs(session) }
        }
        pool.drain()
    }

    /// What failed, in the order of the collectors.
    func failures() -> [(collector: CollectorName, error: String)] {
        let errors = errors.withLock { $0 }
        return configuration.enabled.compactMap { name in
            errors[name].map { (name, $0.description) }
        }
    }

    private func readFormat(_ session: Session) {
        do {
            let pattern = try session.dateTimeFormat()
            let before = collector.pattern.withLock { old in
                defer { old = pattern }
                return old
            }
            if let before, before != pattern {
                collector.logger.info(
                    "The server's date-time format has changed",
                    ["format": pattern.text]
                )
            }
        } catch {
            errors.withLock { $0[.cluster] = error }
        }
    }

    private func readCluster(_ session: Session) {
        let start = ContinuousClock.now
        do {
            let info = try ClusterInfo.collect(session)
            noteHeadNode(info.activeHeadNode)
            commit(.cluster, since: start, error: errors.withLock { $0[.cluster] }) {
                published,
                now in
                published.cluster = .init(value: info, committed: now)
            }
        } catch {
            commit(.cluster, since: start, error: error)
        }
    }

    /// Another active head node may have another clock, and stamp changes before those that were seen.
    private func noteHeadNode(_ name: String) {
        let before = collector.published.withLock { $0.cluster?.value.activeHeadNode }
        guard let before, before != name else { return }
        collector.logger.info(
            "The active head node has changed; the next round reads all jobs",
            ["head_node": name]
        )
        collector.jobs.requestFullRead()
    }

    /// The group list belongs to the nodes; without them, to the collector that shows groups.
    private func readGroupsAndNodes(_ session: Session) {
        let start = ContinuousClock.now
        do {
            let names = try session.nodeGroups()
            collector.groups.setList(names)
            guard configuration.nodes else { return }
            let nodes = try NodeCollector.collect(session, context, groups: names)
            commit(.nodes, since: start) { published, now in
                published.nodes = .init(value: nodes, committed: now)
            }
        } catch {
            let owner: CollectorName =
                configuration.nodes ? .nodes : configuration.jobs ? .jobs : .tasks
            if owner == .nodes {
                commit(.nodes, since: start, error: error)
            } else {
                errors.withLock { $0[owner] = error }
                fail(owner, error)
            }
        }
    }

    private func readJobs(_ session: Session) {
        let start = ContinuousClock.now
        do {
            let reading = try collector.jobs.collect(session, context)
            if configuration.jobs {
                commit(.jobs, since: start, error: errors.withLock { $0[.jobs] }) {
                    published,
                    now in
                    published.jobs = .init(value: reading.counts, committed: now)
                    published.fullReads[.jobs] = reading.fullReads
                    published.corrections[.jobs] = reading.corrections
                }
            }
            if configuration.tasks { readTasks(reading) }
        } catch {
            if configuration.jobs { commit(.jobs, since: start, error: error) }
            if configuration.tasks { commit(.tasks, since: start, error: error) }
        }
    }

    /// Spreads the jobs over the threads; the one that ends last commits.
    private func readTasks(_ reading: JobCollector.Reading) {
        let start = ContinuousClock.now
        let run = collector.tasks.begin(reading, context)
        let workers = max(1, min(pool.width, run.count))
        let open = Countdown(workers)
        for _ in 0..<workers {
            pool.add { session in
                run.work(session)
                guard open.down() else { return }
                self.finishTasks(run, reading, start)
            }
        }
    }

    private func finishTasks(
        _ run: TaskRun,
        _ reading: JobCollector.Reading,
        _ start: ContinuousClock.Instant
    ) {
        // The job list shows jobs that are gone, so what is known of the jobs is not right.
        if run.foundJobsMissing { collector.jobs.requestFullRead() }
        do {
            try run.end()
            let result = collector.tasks.finish()
            let tasks = TaskCounts(
                counts: result.counts,
                knowsGroups: reading.counts.knowsGroups
            )
            commit(.tasks, since: start, error: errors.withLock { $0[.tasks] }) { published, now in
                published.tasks = .init(value: tasks, committed: now)
                published.fullReads[.tasks] = result.fullReads
                published.corrections[.tasks] = result.corrections
            }
        } catch {
            commit(.tasks, since: start, error: error)
        }
    }

    /// Ends a collector's part of the round: with data, or with an error and the old data.
    private func commit(
        _ name: CollectorName,
        since start: ContinuousClock.Instant,
        error: RequestError? = nil,
        _ store: (inout Published, ContinuousClock.Instant) -> Void = { _, _ in }
    ) {
        let now = ContinuousClock.now
        let recovered = collector.published.withLock { published in
            var status = published.status[name, default: CollectorStatus()]
            let failedBefore = status.lastError != nil && !status.succeeded
            store(&published, now)
            status.duration = now - start
            status.follow(wall: WallClock.now, instant: .now)
            status.note(succeeded: error == nil, at: WallClock.now)
            published.status[name] = status
            return failedBefore && error == nil
        }
        if let error { fail(name, error) }
        if recovered {
            collector.logger.info("A collector works again", ["collector": name.rawValue])
        }
        onProgress()
    }

    private func fail(_ name: CollectorName, _ error: RequestError) {
        errors.withLock { $0[name] = error }
        collector.published.withLock { published in
            var status = published.status[name, default: CollectorStatus()]
            let time = WallClock.now
            status.follow(wall: time, instant: .now)
            status.note(succeeded: false, at: time)
            status.lastError = (time, error.description)
            published.status[name] = status
        }
        guard error.cause != .cancelled else { return }
        collector.logger.error(
            "A collector failed",
            ["collector": name.rawValue, "error": error.description]
        )
    }
}

/// Tells the last of several threads that it is the last.
private final class Countdown: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) { left = Atomic(count) }

    /// Whether this was the last one.
    func down() -> Bool { left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}
