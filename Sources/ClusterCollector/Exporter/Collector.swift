import Basics
import HPCPackClient
import Logging

/// The collectors: the fixed set of the `collector` label.
public enum CollectorName: String, CaseIterable, Sendable {
    case cluster, nodes, jobs, tasks
}

/// A part of the cluster that is read on a schedule of its own, and succeeds or fails on its own.
protocol Collector: Sendable {
    /// What the collector collects.
    associatedtype Data: Sendable

    /// The data and the status of the collector.
    var slot: CollectorSlot<Data> { get }

    /// Reads the cluster; blocks the calling thread until that is done.
    ///
    /// - Throws: The failure that left nothing to show.
    func collect() throws(RequestError) -> Collected<Data>
}

extension Collector {
    /// Runs one round and keeps its outcome.
    ///
    /// The rounds of a collector must not overlap.
    func runRound() {
        let began = ContinuousClock.now
        do {
            slot.record(.success(try collect()), began: began)
        } catch {
            slot.record(.failure(error), began: began)
        }
    }
}

/// What a round of a collector collected.
struct Collected<Data: Sendable>: Sendable {
    /// The data, which replaces that of the last round.
    var data: Data
    /// A failure beside the data, for which the round counts as failed.
    var error: RequestError?
    /// Full reads so far.
    var fullReads = 0
    /// Rows that full reads found different from what reads of changes had left.
    var corrections = 0
}

/// The last good data of a collector, with its age, its status and its counters.
struct CollectorState<Data: Sendable>: Sendable {
    /// The last good data; `nil` before the first success, and when it is too old to be shown.
    private(set) var data: Data?
    fileprivate(set) var status = CollectorStatus()
    /// Rounds that have ended.
    private(set) var rounds = 0
    private(set) var fullReads = 0
    private(set) var corrections = 0
    /// How far the first full read is; `nil` while there is none.
    fileprivate(set) var progress: ReadProgress?
    /// Whether the data is a part that was known before the first round ended.
    private var isInterim = false
    /// The moment up to which the data is confirmed: its commit, or the last answer before the collector failed.
    private var confirmed: ContinuousClock.Instant?
    /// The last answer to a request of the collector.
    var lastAnswer: ContinuousClock.Instant?

    /// Records the outcome of a round: with new data, or with an error and the old data.
    ///
    /// - Parameters:
    ///   - outcome: What was collected, or why nothing was.
    ///   - began: When the round began.
    ///   - now: The present moment.
    ///   - wall: The present moment in Unix seconds.
    mutating func record(
        _ outcome: Result<Collected<Data>, RequestError>,
        began: ContinuousClock.Instant,
        at now: ContinuousClock.Instant,
        wall: Double
    ) {
        confirmed = goodUntil
        isInterim = false
        progress = nil
        let error: RequestError?
        switch outcome {
        case .success(let collected):
            data = collected.data
            confirmed = now
            fullReads = collected.fullReads
            corrections = collected.corrections
            error = collected.error
        case .failure(let failure): error = failure
        }
        rounds += 1
        status.record(error: error?.description, duration: now - began, at: wall, now)
    }

    /// Shows data that is known before the first round has ended.
    fileprivate mutating func record(interim data: Data, at now: ContinuousClock.Instant) {
        self.data = data
        confirmed = now
        isInterim = true
    }

    /// The moment up to which the data is good.
    ///
    /// While no round fails, every answer confirms the data, also during a round that takes long.
    private var goodUntil: ContinuousClock.Instant? {
        guard let confirmed, status.succeeded || isInterim, let lastAnswer else { return confirmed }
        return max(confirmed, lastAnswer)
    }

    /// When the data becomes too old to be shown; `nil` without data.
    func expiry(maxAge: Duration) -> ContinuousClock.Instant? { goodUntil.map { $0 + maxAge } }

    /// The state as it is shown at a moment (rule 8 of docs/metrics.md#rules).
    ///
    /// - Parameters:
    ///   - now: The moment.
    ///   - maxAge: The age from which data is withdrawn.
    /// - Returns: The state; without data that is too old.
    func shown(at now: ContinuousClock.Instant, maxAge: Duration) -> CollectorState {
        var shown = self
        guard let expiry = expiry(maxAge: maxAge), now > expiry else { return shown }
        shown.data = nil
        // Without any answer for so long the last success says nothing any more.
        shown.status.markStalled()
        return shown
    }
}

/// The state of one collector, shared between its rounds and the pages.
final class CollectorSlot<Data: Sendable>: Sendable {
    let name: CollectorName
    /// The session of the collector's requests.
    let session: Session
    private let logger: Logger
    private let state = Mutex(CollectorState<Data>())

    init(_ name: CollectorName, _ session: Session, _ logger: Logger) {
        self.name = name
        self.session = session
        self.logger = logger
    }

    /// The state now, with data of any age, and times that follow the wall clock.
    var current: CollectorState<Data> {
        var current = state.withLock { $0 }
        current.lastAnswer = session.lastAnswer
        current.status.follow(wall: WallClock.now, instant: .now)
        return current
    }

    /// The last good data of any age.
    var data: Data? { state.withLock { $0.data } }

    /// Shows how far the first full read is.
    func record(_ progress: ReadProgress) { state.withLock { $0.progress = progress } }

    /// Shows data that is known before the first round has ended.
    func record(interim data: Data) { state.withLock { $0.record(interim: data, at: .now) } }

    /// Records the outcome of a round, and logs failures and recoveries.
    func record(_ outcome: Result<Collected<Data>, RequestError>, began: ContinuousClock.Instant) {
        let lastAnswer = session.lastAnswer
        let (hadFailed, status) = state.withLock { state in
            let hadFailed = state.status.lastError != nil && !state.status.succeeded
            state.lastAnswer = lastAnswer
            state.record(outcome, began: began, at: .now, wall: WallClock.now)
            return (hadFailed, state.status)
        }
        let error: RequestError? =
            switch outcome {
            case .success(let collected): collected.error
            case .failure(let failure): failure
            }
        if let error {
            guard error.cause != .cancelled else { return }
            logger.error(
                "A collector failed",
                ["collector": name.rawValue, "error": error.description]
            )
        } else if hadFailed, status.succeeded {
            logger.info("A collector works again", ["collector": name.rawValue])
        }
    }
}
