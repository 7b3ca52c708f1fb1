/// Whether reads of changes can be relied on, learnt from how the server behaves (DESIGN: Flow).
///
/// They are trusted until the server refuses them or they prove wrong. Then everything is read in full, and
/// after a pause the reads of changes are tried beside the full reads, whose numbers count, until they have
/// proved right several times. Each relapse doubles the pause.
struct IncrementalTrust: Sendable {
    /// How the next read is done.
    enum Plan: Equatable, Sendable {
        /// Only what changed is read.
        case changes
        /// Everything is read.
        case full
        /// Changes are read for comparison, and everything for the numbers.
        case trial
    }

    private enum Standing: Equatable {
        case trusted
        case suspended(until: ContinuousClock.Instant)
        case trial(passed: Int)
    }

    /// The longest pause.
    static let longestPause: Duration = .seconds(86_400)
    /// The strikes in a row that end the trust: a single one may be a passing fault.
    static let strikes = 2

    private var standing = Standing.trusted
    private var pause: Duration
    private var strikesInARow = 0
    private let trials: Int

    /// Starts with trust.
    ///
    /// - Parameters:
    ///   - fullInterval: The time between full reads; the first pause is four of them.
    ///   - trials: The trials that must pass after a pause; without any the pause alone restores the trust.
    init(fullInterval: Duration, trials: Int = 3) {
        pause = fullInterval * 4
        self.trials = trials
    }

    /// Whether the numbers rest on reads of changes.
    var isTrusted: Bool { standing == .trusted }

    /// How to read now.
    mutating func plan(at now: ContinuousClock.Instant) -> Plan {
        switch standing {
        case .trusted: return .changes
        case .trial: return .trial
        case .suspended(let until):
            guard now >= until else { return .full }
            standing = trials > 0 ? .trial(passed: 0) : .trusted
            return trials > 0 ? .trial : .changes
        }
    }

    /// A read of changes was refused, or left out what it had to bring.
    ///
    /// - Returns: Whether that ended the trust.
    mutating func noteStrike(at now: ContinuousClock.Instant) -> Bool {
        strikesInARow += 1
        return strikesInARow >= Self.strikes && suspend(at: now)
    }

    /// A read of changes brought a good answer.
    mutating func noteAnswer() { strikesInARow = 0 }

    /// Reads of changes proved wrong.
    ///
    /// - Returns: Whether they were trusted until now.
    @discardableResult
    mutating func suspend(at now: ContinuousClock.Instant) -> Bool {
        let wasTrusted = isTrusted
        standing = .suspended(until: now + pause)
        pause = min(pause * 2, Self.longestPause)
        strikesInARow = 0
        return wasTrusted
    }

    /// A trial ended.
    ///
    /// - Returns: Whether reads of changes are trusted again from now on.
    mutating func noteTrial(passed: Bool, at now: ContinuousClock.Instant) -> Bool {
        guard passed else {
            suspend(at: now)
            return false
        }
        guard case .trial(let before) = standing else { return false }
        guard before + 1 >= trials else {
            standing = .trial(passed: before + 1)
            return false
        }
        standing = .trusted
        return true
    }
}
