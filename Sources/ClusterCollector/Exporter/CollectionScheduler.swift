public import Basics

/// Runs the rounds of each collector on a schedule and a thread of their own.
///
/// The rounds of one collector never overlap, and never wait for those of another. A round begins one interval after
/// the last one began, or at once when the last one took longer. Rounds of tasks follow the rounds of jobs. Times are
/// those of the continuous clock, so that a wall clock that is set neither stops nor doubles rounds.
public final class CollectionScheduler: Sendable {
    private struct State {
        var isStopped = false
        /// Collectors whose next round was asked for; that of tasks follows one of jobs instead.
        var triggered: Set<CollectorName> = []
        /// How many rounds of jobs must have ended for the round of tasks that was asked for; `nil` for none.
        var tasksFollow: Int?
        /// Begun rounds of the job collector.
        var begunJobRounds = 0
        /// Collectors whose threads run.
        var running: Set<CollectorName> = []
        /// Ended rounds of the job collector.
        var jobRounds = 0

        /// Whether the round of jobs has ended that a round of tasks which was asked for follows.
        var tasksAreDue: Bool { tasksFollow.map { jobRounds >= $0 } ?? false }
    }

    private let state = Monitor(State())
    private let names: [CollectorName]
    private let interval: Duration
    private let runRound: @Sendable (CollectorName) -> Void
    private let onTrigger: @Sendable () -> Void
    private let threads = Mutex<[JoinableThread]>([])

    /// Creates a scheduler; `start()` starts it.
    ///
    /// - Parameters:
    ///   - collector: What is collected, and how often.
    ///   - onCommit: Called whenever a collector has ended a round, on the thread of that collector.
    public convenience init(
        _ collector: ClusterCollector,
        onCommit: @escaping @Sendable (CollectorName) -> Void
    ) {
        self.init(
            collector.roundNames,
            every: collector.configuration.interval,
            onTrigger: { collector.beginRoundOfAll() }
        ) { name in
            collector.runRound(of: name)
            onCommit(name)
        }
    }

    /// Creates a scheduler of any rounds.
    ///
    /// - Parameters:
    ///   - names: The collectors that have rounds.
    ///   - interval: From the start of one round of a collector to the start of the next.
    ///   - onTrigger: Called before the rounds of all collectors are asked for.
    ///   - runRound: Runs one round; blocks until it has ended.
    init(
        _ names: [CollectorName],
        every interval: Duration,
        onTrigger: @escaping @Sendable () -> Void = {},
        runRound: @escaping @Sendable (CollectorName) -> Void
    ) {
        self.names = names
        self.interval = interval
        self.runRound = runRound
        self.onTrigger = onTrigger
    }

    /// Starts the first rounds at once; does nothing after `stop()`.
    ///
    /// - Throws: `ThreadError` when a collector gets no thread; others may run then.
    public func start() throws(ThreadError) {
        let isStopped = state.withLock { state in
            if !state.isStopped { state.running = Set(names) }
            return state.isStopped
        }
        guard !isStopped else { return }
        for name in names {
            let thread = try JoinableThread { self.run(name) }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Begins a round of every collector at once, or as soon as its round under way has ended; that of tasks when the one
    /// of jobs has ended.
    public func trigger() {
        onTrigger()
        state.withLock { state in
            state.triggered = Set(names).subtracting([.tasks])
            guard names.contains(.tasks) else { return }
            state.tasksFollow = names.contains(.jobs) ? state.begunJobRounds + 1 : 0
        }
    }

    /// Begins no further round.
    public func stop() { state.withLock { $0.isStopped = true } }

    /// Waits until the last rounds have ended.
    ///
    /// - Parameter time: How long to wait.
    /// - Returns: Whether they have ended. Their threads have ended then, too.
    public func join(within time: Duration) -> Bool {
        let haveEnded = state.wait(deadline: .now + time, until: { $0.running.isEmpty }) {
            $0.running.isEmpty
        }
        if haveEnded {
            for thread in threads.withLock({ exchange(&$0, with: []) }) { thread.join() }
        }
        return haveEnded
    }

    private func run(_ name: CollectorName) {
        defer { state.withLock { _ = $0.running.remove(name) } }
        var jobRounds = 0
        if name == .tasks {
            guard let rounds = waitForJobs(after: 0, from: nil) else { return }
            jobRounds = rounds
        }
        while true {
            let began = ContinuousClock.now
            if name == .jobs { state.withLock { $0.begunJobRounds += 1 } }
            runRound(name)
            if name == .jobs { state.withLock { $0.jobRounds += 1 } }
            if name == .tasks {
                guard let rounds = waitForJobs(after: jobRounds, from: began) else { return }
                jobRounds = rounds
            } else if !wait(name, until: began + interval) {
                return
            }
        }
    }

    /// Waits until a time, or until a round is asked for.
    ///
    /// - Returns: Whether to run another round.
    private func wait(_ name: CollectorName, until deadline: ContinuousClock.Instant) -> Bool {
        state.wait(
            deadline: deadline,
            until: { $0.isStopped || $0.triggered.contains(name) }
        ) { state in
            state.triggered.remove(name)
            return !state.isStopped
        }
    }

    /// Waits until a round of jobs has ended since the last round of tasks, but not beyond one and a half intervals:
    /// a job listing that hangs does not keep the tasks of known jobs from being read.
    ///
    /// - Parameters:
    ///   - rounds: The ended rounds of jobs that the last round of tasks followed.
    ///   - began: When the last round of tasks began; `nil` for the first, which needs a round of jobs.
    /// - Returns: The ended rounds of jobs, or `nil` to stop.
    private func waitForJobs(after rounds: Int, from began: ContinuousClock.Instant?) -> Int? {
        // Rounds of tasks that begin too close to each other would only ask for the same again.
        if let began {
            state.wait(
                deadline: began + interval / 2,
                until: { $0.isStopped || $0.tasksAreDue }
            ) { _ in }
        }
        return state.wait(
            deadline: began.map { $0 + interval * 1.5 },
            until: { $0.isStopped || $0.tasksAreDue || $0.jobRounds > rounds }
        ) { state in
            if state.tasksAreDue { state.tasksFollow = nil }
            return state.isStopped ? nil : state.jobRounds
        }
    }
}
