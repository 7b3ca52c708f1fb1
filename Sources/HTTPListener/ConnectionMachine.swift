/// The protocol of one connection: bytes, answers and time in, steps out.
///
/// It knows no socket.
///
/// ```
///            ┌────────────── keep-alive ──────────────┐
///            ▼                                        │
/// reading ──request──▶ answering ──answer──▶ writing ─┴─close──▶ lingering ──▶ closed
///    └──────────────refusal or 100 Continue────▶┘ └────reset──▶ resetting ──▶ closed
/// ```
/// One request is answered at a time, and nothing is read meanwhile: a client that pipelines waits in
/// its own socket. The owner reports what happened, then calls ``advance(at:date:)`` and does as the
/// step says, until it says ``ConnectionStep/wait``.
struct ConnectionMachine: Sendable {
    typealias Instant = ContinuousClock.Instant

    private enum Phase: Sendable {
        case reading
        case answering
        case writing
        case lingering
        case resetting
        case closed
    }

    /// How far the next request has come.
    private enum Stage: Sendable {
        case idle
        case head
        case body
    }

    private let limits: ListenerLimits
    private var parser: RequestParser
    private var phase = Phase.reading
    private var stage = Stage.idle
    private var since: Instant
    private var pace: TransferPace
    private var context = ResponseHead.Context()
    private var pendingAnswer: Answer?
    private var inputEnded = false
    private var isStopping = false
    private var hasServed = false
    /// Since when the client is known to send no more, while its request is with the handler.
    private var hungUpSince: Instant?

    /// What is being sent; `nil` when nothing is.
    private(set) var outgoing: Outgoing?

    /// Creates the machine of a new connection.
    ///
    /// - Parameters:
    ///   - limits: Its sizes and waits.
    ///   - now: The present moment.
    init(limits: ListenerLimits, at now: Instant) {
        self.limits = limits
        parser = RequestParser(limits: limits)
        since = now
        pace = TransferPace(at: now, timeout: .zero, minimumBytesPerSecond: 1)
    }

    /// What the connection waits for.
    var interest: ConnectionInterest {
        switch phase {
        case .reading, .lingering: inputEnded ? .nothing : .input
        case .writing: .output
        case .answering: inputEnded || hungUpSince != nil ? .nothing : .hangUp
        case .resetting, .closed: .nothing
        }
    }

    /// How many bytes to read at most.
    var room: Int { phase == .reading ? max(parser.room, 1) : 64 * 1024 }

    /// How far the connection is.
    var standing: ConnectionStanding {
        switch (phase, stage) {
        case (.lingering, _), (.resetting, _), (.closed, _): .ending(since: since)
        case (.reading, .body): .sendingBody(since: since)
        case (.reading, .idle) where hasServed: .idle(since: since)
        case (.reading, _): .withoutHead(since: since)
        case (.answering, _): hungUpSince.map { .halfClosed(since: $0) } ?? .busy
        case (.writing, _): .busy
        }
    }

    /// The moment at which ``advance(at:date:)`` must be called if nothing happens before.
    var deadline: Instant? {
        switch phase {
        case .reading:
            switch stage {
            case .idle: since.advanced(by: limits.idleTimeout)
            case .head: since.advanced(by: limits.headTimeout)
            case .body: pace.deadline
            }
        case .answering:
            [answerDeadline, hungUpSince?.advanced(by: limits.halfClosedTimeout)]
                .compactMap(\.self).min()
        case .writing: pace.deadline
        case .lingering, .resetting: since.advanced(by: limits.lingerTimeout)
        case .closed: since
        }
    }

    /// When the request is answered, if that is known.
    private var answerDeadline: Instant? {
        if let pendingAnswer { return pendingAnswer.due ?? since }
        return limits.answerTimeout.map(since.advanced)
    }

    /// Takes bytes that came.
    mutating func received(_ bytes: ArraySlice<UInt8>, at now: Instant) {
        // What a client says after the last answer is thrown away.
        guard phase == .reading else { return }
        parser.append(bytes)
        if stage == .body { pace.moved(bytes.count, at: now) }
    }

    /// Takes note that the client has ended its sending; it may still wait for an answer.
    mutating func receivedEnd() { inputEnded = true }

    /// Takes note that the client sends no more than what may still lie unread.
    mutating func hungUp(at now: Instant) { hungUpSince = hungUpSince ?? now }

    /// Takes note that the connection is dead.
    mutating func failed() { phase = .closed }

    /// Takes the answer to the request that was given out last.
    mutating func answer(_ answer: Answer) {
        if phase == .answering && pendingAnswer == nil { pendingAnswer = answer }
    }

    /// Takes note that bytes of ``outgoing`` went.
    ///
    /// - Returns: Whether that was all.
    mutating func sent(_ count: Int, at now: Instant) -> Bool {
        outgoing?.advance(by: count)
        pace.moved(count, at: now)
        return outgoing?.isSent ?? true
    }

    /// Ends the connection as soon as what it is doing is done.
    ///
    /// - Parameter moment: When the whole server stops; an answer due later is not waited for.
    mutating func stop(by moment: Instant) {
        isStopping = true
        if let due = pendingAnswer?.due, due > moment { phase = .closed }
    }

    /// Answers a connection at once, whatever it may ask, and ends it.
    mutating func refuse(_ refusal: HTTPRefusal, at now: Instant, date: String) {
        context = ResponseHead.Context(isHead: refusal.method == "HEAD")
        send(refusal.response, at: now, date: date)
    }

    /// Goes on as far as the next thing the owner has to do.
    ///
    /// - Parameters:
    ///   - now: The present moment.
    ///   - date: The value of `Date` in an answer.
    /// - Returns: What to do.
    mutating func advance(at now: Instant, date: @autoclosure () -> String) -> ConnectionStep {
        while true {
            switch phase {
            case .reading:
                if let step = read(at: now, date: date()) { return step }
            case .answering:
                if let step = awaitAnswer(at: now, date: date()) { return step }
            case .writing:
                if let step = write(at: now) { return step }
            case .lingering:
                guard inputEnded || now >= since.advanced(by: limits.lingerTimeout) else {
                    return .wait
                }
                phase = .closed
            case .resetting:
                if now < since.advanced(by: limits.lingerTimeout) { return .resetWhenDelivered }
                phase = .closed
                return .reset
            case .closed:
                return .close
            }
        }
    }

    private mutating func read(at now: Instant, date: @autoclosure () -> String) -> ConnectionStep?
    {
        switch parser.next() {
        case .request(let request):
            context = ResponseHead.Context(
                isHead: request.method == "HEAD",
                version: request.version,
                keepsAlive: request.keepsAlive
            )
            enter(.answering, at: now)
            return .handle(request)
        case .refused(let refusal):
            refuse(refusal, at: now, date: date())
            return .refused(refusal)
        case .wantsContinue:
            let interim = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
            startWriting(Outgoing(head: interim, ending: .readOn), at: now)
            return nil
        case .needsMore:
            return awaitBytes(at: now, date: date())
        }
    }

    private mutating func awaitBytes(at now: Instant, date: @autoclosure () -> String)
        -> ConnectionStep?
    {
        let reached: Stage = parser.isIdle ? .idle : parser.isInHead ? .head : .body
        if reached != stage {
            stage = reached
            since = now
            pace = pace(limits.bodyTimeout, at: now)
        }
        if inputEnded || isStopping {
            guard inputEnded, stage != .idle else {
                phase = .closed
                return nil
            }
            return refuseAndReport(400, "the request ends too early", at: now, date: date())
        }
        guard let deadline, now >= deadline else { return .wait }
        switch stage {
        case .idle:
            phase = .closed
            return nil
        case .head:
            return refuseAndReport(408, "the request head took too long", at: now, date: date())
        case .body:
            return refuseAndReport(408, "the request body took too long", at: now, date: date())
        }
    }

    private mutating func awaitAnswer(at now: Instant, date: @autoclosure () -> String)
        -> ConnectionStep?
    {
        if let answer = pendingAnswer {
            if let due = answer.due, due > now { return waitWhileClientIsThere(at: now) }
            pendingAnswer = nil
            switch answer.content {
            case .response(let response):
                if response.headers.list("Connection")
                    .contains(where: { HTTPHeaders.areEqual($0, "close") })
                {
                    context.keepsAlive = false
                }
                send(response, at: now, date: date())
            case .raw(let bytes, let ending):
                let then = Outgoing.Ending(ending)
                startWriting(Outgoing(head: [], body: bytes, ending: then), at: now)
            case .drip(var drip):
                let piece = drip.next()
                let then = drip.isEmpty ? Outgoing.Ending(drip.ending) : .drip(drip)
                startWriting(Outgoing(head: [], body: piece, ending: then), at: now)
            }
            return nil
        }
        guard let due = answerDeadline, now >= due else {
            return waitWhileClientIsThere(at: now)
        }
        let method = context.isHead ? "HEAD" : nil
        return refuseAndReport(503, "no answer in time", method: method, at: now, date: date())
    }

    private mutating func waitWhileClientIsThere(at now: Instant) -> ConnectionStep? {
        guard let hungUpSince, now >= hungUpSince.advanced(by: limits.halfClosedTimeout) else {
            return .wait
        }
        phase = .closed
        return nil
    }

    private mutating func write(at now: Instant) -> ConnectionStep? {
        guard let outgoing, !outgoing.isSent else { return finishWriting(at: now) }
        guard now >= pace.deadline else { return .send }
        phase = .closed
        return .reset
    }

    private mutating func finishWriting(at now: Instant) -> ConnectionStep? {
        let ending = outgoing?.ending ?? .close
        // The bytes may be a large page that others share; it must not outlive its sending.
        outgoing = nil
        switch ending {
        case .keepAlive where isStopping:
            enter(.lingering, at: now)
            return .endOutput
        case .readOn:
            enter(.reading, at: now)
            stage = .body
            pace = pace(limits.bodyTimeout, at: now)
        case .keepAlive:
            hasServed = true
            enter(.reading, at: now)
            stage = .idle
            hungUpSince = nil
        case .close:
            enter(.lingering, at: now)
            return .endOutput
        case .reset:
            enter(.resetting, at: now)
        case .drip(let rest):
            let due = now.advanced(by: rest.pause)
            pendingAnswer = Answer(content: .drip(rest), due: due)
            enter(.answering, at: now)
        }
        return nil
    }

    private mutating func refuseAndReport(
        _ status: Int,
        _ reason: String,
        method: String? = nil,
        at now: Instant,
        date: @autoclosure () -> String
    ) -> ConnectionStep {
        let refusal = HTTPRefusal(status, reason, method: method)
        refuse(refusal, at: now, date: date())
        return .refused(refusal)
    }

    private mutating func send(_ response: HTTPResponse, at now: Instant, date: String) {
        if isStopping { context.keepsAlive = false }
        let (head, hasBody) = ResponseHead(date: date).bytes(for: response, context)
        let outgoing = Outgoing(
            head: head,
            body: hasBody ? response.body : [],
            ending: context.keepsAlive ? .keepAlive : .close
        )
        startWriting(outgoing, at: now)
    }

    private mutating func startWriting(_ outgoing: Outgoing, at now: Instant) {
        self.outgoing = outgoing
        pace = pace(limits.writeTimeout, at: now)
        enter(.writing, at: now)
    }

    private mutating func enter(_ phase: Phase, at now: Instant) {
        self.phase = phase
        since = now
    }

    private func pace(_ timeout: Duration, at now: Instant) -> TransferPace {
        TransferPace(
            at: now,
            timeout: timeout,
            minimumBytesPerSecond: limits.minimumBytesPerSecond
        )
    }
}
