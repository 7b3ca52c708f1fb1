import Basics

/// Which requests get a connection and a share of the request rate first.
public enum RequestPriority: Sendable {
    /// Listings of the cluster, its nodes and jobs.
    case standard
    /// Task calls: many, and none of them urgent.
    case background
}

/// Decides which waiting request may be sent next, and when: a limit of requests in flight and a token bucket.
///
/// The bucket holds five seconds' worth of requests and starts full. Within a priority, requests are admitted in
/// the order in which they came. Background requests leave one place in flight and one second's worth of the
/// bucket to standard ones, and are not admitted while a standard one waits. Where they could be sent and none
/// was for five seconds, the next request to be admitted is one of them.
///
/// While nobody knows whether the account is accepted, only one request is in flight: a wrong password sent by
/// several at once could lock the account.
///
/// Time is passed in, so that the rules can be tested without waiting.
struct RequestAdmission: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// A request that waits for its admission.
    struct Ticket: Sendable, Equatable {
        let priority: RequestPriority
        fileprivate let number: UInt64
        fileprivate let enqueued: Instant
    }

    /// How much the bucket holds, in seconds of the full rate.
    private static let burst = Duration.seconds(5)
    /// What background requests leave in the bucket.
    private static let reserve = Duration.seconds(1)
    /// The longest that waiting background requests give way to standard ones.
    private static let longestPrecedence = Duration.seconds(5)

    private let maxInFlight: Int
    private let maxBackgroundInFlight: Int
    /// What one request takes out of the bucket: the time between two requests at the full rate.
    private let interval: Duration

    private var standardQueue: [Ticket] = []
    private var backgroundQueue: [Ticket] = []
    private var lastNumber: UInt64 = 0
    private var inFlight = 0
    private var backgroundInFlight = 0
    private var lastBackgroundAdmission: Instant?
    /// Whether the account was refused by the last answer, or has not been tried yet.
    private var isAccountInDoubt: Bool
    /// When the bucket will be full again; it is full where that is in the past.
    ///
    /// This is the whole state of the bucket: at a time `now` it lacks `bucketFull - now` seconds' worth of tokens.
    private var bucketFull: Instant

    /// Makes a policy with nothing in flight.
    ///
    /// - Parameters:
    ///   - maxConcurrency: The most requests in flight; at least 1.
    ///   - maxRequestRate: The most requests a second over longer times; 0 for no limit.
    ///   - hasAccount: Whether the requests carry an account, which may be refused.
    ///   - now: The present time.
    init(maxConcurrency: Int, maxRequestRate: Int, hasAccount: Bool, at now: Instant) {
        isAccountInDoubt = hasAccount
        maxInFlight = maxConcurrency
        maxBackgroundInFlight = max(1, maxConcurrency - 1)
        interval = maxRequestRate > 0 ? .seconds(1) / maxRequestRate : .zero
        bucketFull = now
    }

    /// Adds a request to those that wait.
    mutating func enqueue(_ priority: RequestPriority, at now: Instant) -> Ticket {
        lastNumber += 1
        let ticket = Ticket(priority: priority, number: lastNumber, enqueued: now)
        switch priority {
        case .standard: standardQueue.append(ticket)
        case .background: backgroundQueue.append(ticket)
        }
        return ticket
    }

    /// The time from which a waiting request may be sent if no other request begins or ends before.
    ///
    /// - Returns: The time, which may be in the past, or `nil` when another request must begin or end first.
    func admissionTime(of ticket: Ticket, at now: Instant) -> Instant? {
        guard inFlight < (isAccountInDoubt ? 1 : maxInFlight) else { return nil }
        let tokenTime = bucketFull + interval - Self.burst
        switch ticket.priority {
        case .standard:
            guard ticket == standardQueue.first else { return nil }
            if let turn = backgroundTurn, turn <= max(now, tokenTime) { return nil }
            return tokenTime
        case .background:
            guard ticket == backgroundQueue.first, let turn = backgroundTurn else { return nil }
            let precedenceEnd = max(turn, tokenTime)
            return standardQueue.isEmpty
                ? min(precedenceEnd, tokenTime + Self.reserve) : precedenceEnd
        }
    }

    /// The time from which a waiting background request goes first; `nil` while none could be sent anyway.
    private var backgroundTurn: Instant? {
        guard let first = backgroundQueue.first, backgroundInFlight < maxBackgroundInFlight else {
            return nil
        }
        let waitBegan = lastBackgroundAdmission.map { max($0, first.enqueued) } ?? first.enqueued
        return waitBegan + Self.longestPrecedence
    }

    /// Admits a waiting request if it may be sent now.
    ///
    /// - Returns: Whether it was admitted; it then counts as in flight until `finish`.
    mutating func admit(_ ticket: Ticket, at now: Instant) -> Bool {
        guard let time = admissionTime(of: ticket, at: now), time <= now else { return false }
        withdraw(ticket)
        bucketFull = max(bucketFull, now) + interval
        inFlight += 1
        if ticket.priority == .background {
            backgroundInFlight += 1
            lastBackgroundAdmission = now
        }
        return true
    }

    /// Removes a request from those that wait.
    mutating func withdraw(_ ticket: Ticket) {
        switch ticket.priority {
        case .standard: standardQueue.removeAll { $0 == ticket }
        case .background: backgroundQueue.removeAll { $0 == ticket }
        }
    }

    /// Notes that an admitted request has ended.
    ///
    /// - Parameters:
    ///   - priority: The priority that it was admitted with.
    ///   - isAccountRefused: Whether the answer was 401; `nil` when the request was not sent.
    mutating func finish(_ priority: RequestPriority, isAccountRefused: Bool?) {
        isAccountInDoubt = isAccountRefused ?? isAccountInDoubt
        inFlight -= 1
        if priority == .background { backgroundInFlight -= 1 }
    }
}

/// Lets the threads of all sessions wait until the admission policy lets their next request be sent.
final class RequestGate: Sendable {
    private let admission: Monitor<RequestAdmission>
    private let cancellation: Cancellation

    /// Makes a gate with nothing in flight.
    ///
    /// - Parameters:
    ///   - configuration: The concurrency and the request rate.
    ///   - cancellation: Ends all waits.
    init(_ configuration: ClientConfiguration, _ cancellation: Cancellation) {
        let admission = Monitor(
            RequestAdmission(
                maxConcurrency: configuration.maxConcurrency,
                maxRequestRate: configuration.maxRequestRate,
                hasAccount: configuration.username != nil,
                at: .now
            )
        )
        self.admission = admission
        self.cancellation = cancellation
        // Wakes every waiting thread; the gate may be long gone by then.
        cancellation.onCancel { [weak admission] in admission?.withLock { _ in } }
    }

    /// Waits until a request may be sent; `leave` must follow when it has ended.
    ///
    /// - Returns: Whether it may be sent; `false` when the client was cancelled.
    func enter(_ priority: RequestPriority) -> Bool {
        let ticket = admission.withLock { $0.enqueue(priority, at: .now) }
        var isAdmitted = false
        var time: ContinuousClock.Instant?
        while !isAdmitted, !cancellation.isCancelled {
            admission.wait(
                deadline: time,
                until: { admission in
                    cancellation.isCancelled
                        || admission.admissionTime(of: ticket, at: .now) != time
                },
                { admission in
                    isAdmitted = admission.admit(ticket, at: .now)
                    time = admission.admissionTime(of: ticket, at: .now)
                }
            )
        }
        // Also wakes the others: their turn may have come.
        admission.withLock { if !isAdmitted { $0.withdraw(ticket) } }
        return isAdmitted
    }

    /// Notes that an admitted request has ended.
    ///
    /// - Parameters:
    ///   - priority: The priority that it was admitted with.
    ///   - isAccountRefused: Whether the answer was 401; `nil` when the request was not sent.
    func leave(_ priority: RequestPriority, isAccountRefused: Bool?) {
        admission.withLock { $0.finish(priority, isAccountRefused: isAccountRefused) }
    }
}
