import Basics
import HPCPackClient
import Logging

/// What the collectors of a cluster share.
struct CollectionContext: Sendable {
    /// How the server writes times.
    let format: DateTimeFormat
    let groups = NodeGroupRegistry()
    let unrecognized: UnrecognizedValues
    let logger: Logger
    /// Passes on what is known before a round has ended.
    let interim = InterimUpdates()
    /// Makes the next round of the job collector read all jobs.
    let fullJobRead = FullReadRequest()

    /// The head nodes' clock in Unix seconds.
    var serverTime: UInt32 { format.serverTime }

    /// Creates a decoder for one listing.
    ///
    /// - Parameters:
    ///   - evidence: Learns the calendar of the dates from the rows; `nil` to read them as known.
    ///   - onUnrecognized: Called for each value that was not recognised, after it was counted.
    /// - Returns: The decoder, for the thread that reads the listing.
    func decoder(
        _ evidence: CalendarEvidence? = nil,
        onUnrecognized: @escaping () -> Void = {}
    ) -> RowDecoder {
        let unrecognized = unrecognized
        return RowDecoder(pattern: evidence?.pattern ?? format.pattern, evidence: evidence) {
            unrecognized.add($0, $1)
            onUnrecognized()
        }
    }

    /// Draws the conclusion from what a listing told of the calendar of its dates.
    ///
    /// - Returns: Whether the listing has to be read again, because its dates are in another calendar than they were
    ///   read by.
    func mustReadAgain(after evidence: CalendarEvidence?) -> Bool {
        guard let evidence else { return false }
        if format.decideCalendar(evidence) { return true }
        evidence.releaseHeld { unrecognized.add($0, $1, count: $2) }
        return false
    }

    /// Reads the names of the node groups; a group without a name is counted and left out.
    func groupNames(_ session: Session, _ dialect: NodeDialect) throws(RequestError) -> [String] {
        try session.nodeGroups(dialect, onUnnamed: { unrecognized.add(.nodeGroupName, "") })
    }

    /// Reads the group list.
    ///
    /// - Returns: Why it could not be read; `nil` when it was.
    func updateGroups(_ session: Session) -> RequestError? {
        do {
            let names = try session.inNodeDialect { (dialect) throws(RequestError) in
                try groupNames(session, dialect)
            }
            groups.update(list: names)
            return nil
        } catch {
            return error
        }
    }
}

/// A request for a full read, made by one collector and fulfilled by another.
final class FullReadRequest: Sendable {
    private let isMade = Atomic(false)

    /// Makes the request.
    func make() { isMade.store(true, ordering: .releasing) }

    /// Returns whether the request was made, and withdraws it.
    func consume() -> Bool { isMade.exchange(false, ordering: .acquiringAndReleasing) }
}

/// The date-time format of the server, read by the first request of an interval.
///
/// Rows cannot be read without the format. Its call also shows, with one request, that a head node does not answer or
/// refuses the account: the collectors whose rounds begin together wait for it and share its outcome. So a refused
/// account is asked at most once an interval over all collectors.
final class DateTimeFormat: Sendable {
    private struct State {
        var pattern: DateTimePattern?
        /// The calendar of the dates; `nil` until rows have told it, and again when the pattern changes.
        var calendar: ServerCalendar?
        var error: RequestError?
        /// When the last read began; `nil` when the next round has to read.
        var began: ContinuousClock.Instant?
        var isReading = false
    }

    /// The longest wait for a read that is under way, when an older format is known and head nodes answer.
    private static let patience: Duration = .seconds(2)

    private let client: HPCPackClient
    private let session: Session
    private let logger: Logger
    private let interval: Duration
    private let state = Monitor(State())

    init(_ client: HPCPackClient, interval: Duration, _ logger: Logger) {
        self.client = client
        session = Session(client)
        self.interval = interval
        self.logger = logger
    }

    /// The pattern that was last read; `nil` before the first success.
    var pattern: DateTimePattern? { state.read { $0.pattern } }

    /// The head nodes' clock in Unix seconds.
    var serverTime: UInt32 { client.serverTime }

    /// What learns the calendar of the dates from a listing; `nil` when it is known, or the pattern is not.
    func calendarEvidence() -> CalendarEvidence? {
        let undecided = state.read { $0.calendar == nil ? $0.pattern : nil }
        return undecided.map { CalendarEvidence($0, now: client.serverTime) }
    }

    /// Decides the calendar of the dates where a listing makes it certain; it then stays until the pattern changes.
    ///
    /// - Returns: Whether dates are read by another calendar now than they were for the evidence.
    func decideCalendar(_ evidence: CalendarEvidence) -> Bool {
        let (calendar, isNew) = state.withLock { state in
            // Another pattern may have come, or another listing may have decided, meanwhile.
            guard let pattern = state.pattern, pattern.text == evidence.pattern.text else {
                return (ServerCalendar.gregorian, false)
            }
            var isNew = false
            if state.calendar == nil, let calendar = evidence.calendar {
                state.calendar = calendar
                state.pattern = pattern.written(in: calendar)
                isNew = true
            }
            return (state.calendar ?? .gregorian, isNew)
        }
        if isNew, calendar != .gregorian {
            logger.info(
                "The server writes dates in another calendar",
                ["calendar": calendar.rawValue]
            )
        }
        return calendar != .gregorian
    }

    /// Makes the next round read the format, also when the account was just refused.
    func invalidate() { state.withLock { $0.began = nil } }

    /// Reads the format, unless it was read within the last half of an interval.
    ///
    /// - Returns: Why the last read failed; `nil` when it succeeded.
    func refresh() -> RequestError? {
        while true {
            let now = ContinuousClock.now
            let action = state.withLock { state -> Action in
                if state.isReading { return .wait(until: nil) }
                guard let began = state.began, now < began + interval else {
                    return begin(&state, now)
                }
                if now < began + interval / 2 { return .use(state.error) }
                guard state.error?.cause == .credentials else { return begin(&state, now) }
                return .wait(until: began + interval)
            }
            switch action {
            case .use(let error): return error
            case .read: return read()
            case .wait(let deadline):
                guard wait(until: deadline) else { return state.read { $0.error } }
            }
        }
    }

    /// Reads the format like `refresh()`, but waits only for a moment when a collector can do without.
    func refreshIfNeeded() {
        let mayContinue = state.read { $0.pattern != nil && $0.isReading } && !client.isBlocked
        if mayContinue {
            let deadline = ContinuousClock.now + min(Self.patience, interval / 2)
            state.wait(deadline: deadline, until: { !$0.isReading }) { _ in }
            return
        }
        _ = refresh()
    }

    private enum Action {
        case use(RequestError?)
        case read
        /// Wait for the read under way, or until a time.
        case wait(until: ContinuousClock.Instant?)
    }

    private func begin(_ state: inout State, _ now: ContinuousClock.Instant) -> Action {
        state.isReading = true
        state.began = now
        return .read
    }

    /// Waits for the end of the read under way, or until a time at which another read may begin.
    ///
    /// - Returns: Whether to look again; false when the collection was cancelled.
    private func wait(until deadline: ContinuousClock.Instant?) -> Bool {
        let step = ContinuousClock.now + .milliseconds(100)
        if let deadline {
            let began = state.read { $0.began }
            state.wait(deadline: min(deadline, step), until: { $0.began != began || $0.isReading })
            { _ in }
        } else {
            state.wait(deadline: step, until: { !$0.isReading }) { _ in }
        }
        return !client.cancellation.isCancelled
    }

    private func read() -> RequestError? {
        client.clearBlocks()
        var pattern: DateTimePattern?
        var failure: RequestError?
        do {
            pattern = try session.dateTimeFormat()
        } catch {
            failure = error
        }
        let before = state.withLock { state in
            let before = state.pattern
            if let pattern {
                if pattern.text != before?.text { state.calendar = nil }
                state.pattern = pattern.written(in: state.calendar ?? .gregorian)
            }
            state.error = failure
            state.isReading = false
            return before
        }
        if let before, let pattern, before.text != pattern.text {
            logger.info("The server's date-time format has changed", ["format": pattern.text])
        }
        return failure
    }
}
