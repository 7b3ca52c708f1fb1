/// The state machine of one connection: bytes, responses and time in, actions out.
///
/// It knows no socket.
///
/// ```
///  ┌─────────────────── keep-alive ──────────────────────────┐
///  ▼                                                         │
/// idle ▶ head ▶ body ──request──▶ awaitingResponse ──▶ writing ──close──▶ lingering ▶ closed
///          └──────┴────── refusal, or 100 Continue ─────▲
/// ```
/// One request is served at a time, and nothing is read meanwhile: what a client pipelines waits in its
/// socket. The owner reports what happened, then calls ``advance(at:date:)`` and performs the action that
/// it returns, until that is ``Action/wait``.
struct ConnectionMachine: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What the owner has to do next.
    enum Action: Equatable, Sendable {
        /// Wait for the ``Interest``, a response or the deadline.
        case wait
        /// Give the request to the handler.
        case handle(HTTPRequest)
        /// Report the refusal; its response is sent next.
        case refused(HTTPRefusal)
        /// Send ``pendingWrite``, and report how many bytes were sent.
        case send
        /// Tell the client that no more bytes follow.
        case endOutput
        /// Close the connection.
        case close
        /// Close the connection with a reset.
        case reset
    }

    /// What to wait for on the socket.
    enum Interest: Equatable, Sendable {
        /// Bytes, or their end.
        case input
        /// Room to send.
        case output
        /// The client's end of the connection; no bytes are read.
        case hangUp
        /// Failure of the connection only, which is always reported.
        case nothing
    }

    private enum Phase: Sendable {
        /// No byte of the next request has come.
        case idle
        /// The head of a request is incomplete.
        case head
        /// The body of a request is incomplete.
        case body
        /// The request is with the handler.
        case awaitingResponse
        case writing
        /// The last response is sent; the client is given time to close the connection.
        case lingering
        case closed
    }

    /// A response, and the earliest moment to send it.
    private struct DueResponse: Sendable {
        let response: HTTPResponse
        let due: Instant?
    }

    private let limits: ListenerLimits
    private var parser: RequestParser
    private var phase = Phase.idle
    /// When the phase began.
    private var since: Instant
    /// Watches the body that is received or the response that is sent.
    private var watchdog: TransferWatchdog
    private var context = ResponseHead.Context()
    private var response: DueResponse?
    private var inputEnded = false
    private var isStopping = false
    private var hasServed = false
    /// When the client ended its sending while its request was with the handler.
    private var hungUpSince: Instant?

    /// The bytes that are being sent; `nil` when there are none.
    private(set) var pendingWrite: PendingWrite?

    /// Creates the machine of a new connection.
    ///
    /// - Parameters:
    ///   - limits: Its sizes and timeouts.
    ///   - now: The present moment.
    init(limits: ListenerLimits, at now: Instant) {
        self.limits = limits
        parser = RequestParser(limits: limits)
        since = now
        watchdog = TransferWatchdog(limits, timeout: limits.bodyTimeout, at: now)
    }

    /// What to wait for on the socket.
    var interest: Interest {
        switch phase {
        case .idle, .head, .body, .lingering: inputEnded ? .nothing : .input
        case .awaitingResponse: inputEnded || hungUpSince != nil ? .nothing : .hangUp
        case .writing: .output
        case .closed: .nothing
        }
    }

    /// How many bytes to read at most.
    var room: Int { isReading ? max(parser.room, 1) : 64 * 1024 }

    private var isReading: Bool { phase == .idle || phase == .head || phase == .body }

    /// The rank of the connection among those that may be closed for a new one; `nil` for one that is
    /// being served.
    var evictionRank: EvictionRank? {
        switch phase {
        case .lingering, .closed: EvictionRank(.ending, since: since)
        case .idle where hasServed: EvictionRank(.idle, since: since)
        case .idle, .head: EvictionRank(.incompleteHead, since: since)
        case .body: EvictionRank(.incompleteBody, since: since)
        case .awaitingResponse: hungUpSince.map { EvictionRank(.halfClosed, since: $0) }
        case .writing: nil
        }
    }

    /// When ``advance(at:date:)`` must be called if nothing happens before; `nil` for never.
    var deadline: Instant? {
        switch phase {
        case .idle: since + limits.idleTimeout
        case .head: since + limits.headTimeout
        case .body, .writing: watchdog.deadline
        case .awaitingResponse:
            [responseDeadline, hungUpSince.map { $0 + limits.halfClosedTimeout }]
                .compactMap(\.self).min()
        case .lingering: since + limits.lingerTimeout
        case .closed: since
        }
    }

    /// When the response is sent, or missing; `nil` when the handler may take for ever.
    private var responseDeadline: Instant? {
        if let response { return response.due ?? since }
        return limits.answerTimeout.map { since + $0 }
    }

    /// Adds bytes that were received; those after the last response are ignored.
    mutating func received(_ bytes: ArraySlice<UInt8>, at now: Instant) {
        guard isReading else { return }
        parser.append(bytes)
        if phase == .body { watchdog.recordProgress(bytes.count, at: now) }
    }

    /// Records that the client has ended its sending; it may still wait for a response.
    mutating func receivedEnd() { inputEnded = true }

    /// Records that the client sends no more than what may be unread in the socket.
    mutating func hungUp(at now: Instant) { hungUpSince = hungUpSince ?? now }

    /// Records that the connection has failed.
    mutating func failed() { phase = .closed }

    /// Accepts the response to the request that was handled last.
    ///
    /// - Parameters:
    ///   - response: The response.
    ///   - due: The earliest moment to send it; `nil` for at once.
    mutating func respond(_ response: HTTPResponse, due: Instant?) {
        guard phase == .awaitingResponse, self.response == nil else { return }
        self.response = DueResponse(response: response, due: due)
    }

    /// Records that bytes of ``pendingWrite`` were sent.
    ///
    /// - Returns: Whether they were the last.
    mutating func sent(_ count: Int, at now: Instant) -> Bool {
        pendingWrite?.advance(by: count)
        watchdog.recordProgress(count, at: now)
        return pendingWrite?.isSent ?? true
    }

    /// Ends the connection as soon as the current request is served.
    ///
    /// - Parameter deadline: When the server stops; a response that is due later is not sent.
    mutating func stop(by deadline: Instant) {
        isStopping = true
        if let due = response?.due, due > deadline { phase = .closed }
    }

    /// Responds with a refusal before any request is read, and ends the connection.
    mutating func refuse(_ refusal: HTTPRefusal, at now: Instant, date: String) {
        context = ResponseHead.Context(isHead: refusal.method == "HEAD")
        send(refusal.response, at: now, date: date)
    }

    /// Advances to the next thing that the owner has to do.
    ///
    /// - Parameters:
    ///   - now: The present moment.
    ///   - date: The value of `Date` in a response.
    /// - Returns: What to do.
    mutating func advance(at now: Instant, date: @autoclosure () -> String) -> Action {
        while true {
            switch phase {
            case .idle, .head, .body:
                if let action = read(at: now, date: date()) { return action }
            case .awaitingResponse:
                if let action = awaitResponse(at: now, date: date()) { return action }
            case .writing:
                if let action = write(at: now) { return action }
            case .lingering:
                guard inputEnded || now >= since + limits.lingerTimeout else { return .wait }
                phase = .closed
            case .closed:
                return .close
            }
        }
    }

    private mutating func read(at now: Instant, date: @autoclosure () -> String) -> Action? {
        switch parser.next() {
        case .request(let request):
            context = ResponseHead.Context(
                isHead: request.method == "HEAD",
                version: request.version,
                keepsAlive: request.keepsAlive
            )
            enter(.awaitingResponse, at: now)
            return .handle(request)
        case .refused(let refusal):
            refuse(refusal, at: now, date: date())
            return .refused(refusal)
        case .wantsContinue:
            let head = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
            startWriting(PendingWrite(head: head, disposition: .readBody), at: now)
            return nil
        case .needsMore:
            return awaitBytes(at: now, date: date())
        }
    }

    private mutating func awaitBytes(at now: Instant, date: @autoclosure () -> String) -> Action? {
        let reached: Phase = parser.isIdle ? .idle : parser.isInHead ? .head : .body
        if reached != phase {
            enter(reached, at: now)
            watchdog = TransferWatchdog(limits, timeout: limits.bodyTimeout, at: now)
        }
        if inputEnded, phase != .idle {
            return refuseAndReport(400, "the request ends too early", at: now, date: date())
        }
        if inputEnded || isStopping {
            phase = .closed
            return nil
        }
        guard let deadline, now >= deadline else { return .wait }
        switch phase {
        case .head:
            return refuseAndReport(408, "the request head took too long", at: now, date: date())
        case .body:
            return refuseAndReport(408, "the request body took too long", at: now, date: date())
        default:
            phase = .closed
            return nil
        }
    }

    private mutating func awaitResponse(at now: Instant, date: @autoclosure () -> String)
        -> Action?
    {
        if let due = responseDeadline, now >= due {
            guard let response = response?.response else {
                let method = context.isHead ? "HEAD" : nil
                return refuseAndReport(
                    503,
                    "no answer in time",
                    method: method,
                    at: now,
                    date: date()
                )
            }
            self.response = nil
            if response.headers.hasConnectionOption("close") { context.keepsAlive = false }
            send(response, at: now, date: date())
            return nil
        }
        guard let hungUpSince, now >= hungUpSince + limits.halfClosedTimeout else { return .wait }
        phase = .closed
        return nil
    }

    private mutating func write(at now: Instant) -> Action? {
        guard let pendingWrite, !pendingWrite.isSent else { return finishWriting(at: now) }
        guard now >= watchdog.deadline else { return .send }
        phase = .closed
        return .reset
    }

    private mutating func finishWriting(at now: Instant) -> Action? {
        let disposition = pendingWrite?.disposition ?? .close
        // The bytes may be a large page that others share; it must not outlive its sending.
        pendingWrite = nil
        switch disposition {
        case .readBody:
            enter(.body, at: now)
            watchdog = TransferWatchdog(limits, timeout: limits.bodyTimeout, at: now)
        case .keepAlive where !isStopping:
            hasServed = true
            hungUpSince = nil
            enter(.idle, at: now)
        case .keepAlive, .close:
            enter(.lingering, at: now)
            return .endOutput
        }
        return nil
    }

    private mutating func refuseAndReport(
        _ status: Int,
        _ reason: String,
        method: String? = nil,
        at now: Instant,
        date: @autoclosure () -> String
    ) -> Action {
        let refusal = HTTPRefusal(status, reason, method: method)
        refuse(refusal, at: now, date: date())
        return .refused(refusal)
    }

    private mutating func send(_ response: HTTPResponse, at now: Instant, date: String) {
        if isStopping { context.keepsAlive = false }
        let head = ResponseHead(response, context, date: date)
        let write = PendingWrite(
            head: head.bytes,
            body: head.hasBody ? response.bodyParts : [],
            disposition: context.keepsAlive ? .keepAlive : .close
        )
        startWriting(write, at: now)
    }

    private mutating func startWriting(_ write: PendingWrite, at now: Instant) {
        pendingWrite = write
        watchdog = TransferWatchdog(limits, timeout: limits.writeTimeout, at: now)
        enter(.writing, at: now)
    }

    private mutating func enter(_ phase: Phase, at now: Instant) {
        self.phase = phase
        since = now
    }
}
