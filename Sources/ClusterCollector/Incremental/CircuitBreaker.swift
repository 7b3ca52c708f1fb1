/// A circuit breaker around reads of changes, which some servers refuse or answer wrongly.
///
/// While it is closed, only what changed is read. It opens when the server refuses such reads or they prove wrong;
/// everything is then read in full. After a pause it is half-open: reads of changes are tried beside the full reads,
/// whose numbers count, until several trials have passed. Each time it opens again the pause doubles.
struct CircuitBreaker: Sendable {
    /// How the next read is done.
    enum Plan: Equatable, Sendable {
        /// Only what changed is read.
        case changes
        /// Everything is read.
        case full
        /// Changes are read for comparison, and everything for the numbers.
        case trial
    }

    private enum State: Equatable {
        case closed
        case open(until: ContinuousClock.Instant)
        case halfOpen(passed: Int)
    }

    /// The longest pause.
    static let longestPause: Duration = .seconds(86_400)
    /// Consecutive failures that open the breaker; a single one may be a passing fault.
    static let failureThreshold = 2

    private var state = State.closed
    private var pause: Duration
    private var consecutiveFailures = 0
    private let trials: Int

    /// Creates a closed circuit breaker.
    ///
    /// - Parameters:
    ///   - fullInterval: The time between full reads; the first pause is four of them.
    ///   - trials: The trials that close the breaker after a pause; with 0 the pause alone closes it.
    init(fullInterval: Duration, trials: Int = 3) {
        pause = fullInterval * 4
        self.trials = trials
    }

    /// Whether the numbers rest on reads of changes.
    var isClosed: Bool { state == .closed }

    /// How to read now.
    mutating func plan(at now: ContinuousClock.Instant) -> Plan {
        switch state {
        case .closed: return .changes
        case .halfOpen: return .trial
        case .open(let until):
            guard now >= until else { return .full }
            state = trials > 0 ? .halfOpen(passed: 0) : .closed
            return trials > 0 ? .trial : .changes
        }
    }

    /// Records that a read of changes was refused, or lacked a row that it had to bring.
    ///
    /// - Returns: Whether that opened the breaker.
    mutating func recordFailure(at now: ContinuousClock.Instant) -> Bool {
        consecutiveFailures += 1
        return consecutiveFailures >= Self.failureThreshold && open(at: now)
    }

    /// Records that a read of changes succeeded.
    mutating func recordSuccess() { consecutiveFailures = 0 }

    /// Opens the breaker, because reads of changes proved wrong.
    ///
    /// - Returns: Whether it was closed before.
    @discardableResult
    mutating func open(at now: ContinuousClock.Instant) -> Bool {
        let wasClosed = isClosed
        state = .open(until: now + pause)
        pause = min(pause * 2, Self.longestPause)
        consecutiveFailures = 0
        return wasClosed
    }

    /// Records the outcome of a trial.
    ///
    /// - Returns: Whether that closed the breaker.
    mutating func recordTrial(passed: Bool, at now: ContinuousClock.Instant) -> Bool {
        guard passed else {
            open(at: now)
            return false
        }
        guard case .halfOpen(let before) = state else { return false }
        guard before + 1 >= trials else {
            state = .halfOpen(passed: before + 1)
            return false
        }
        state = .closed
        return true
    }
}
