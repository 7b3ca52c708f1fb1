import Basics
import CCurl
import Logging

/// Makes the requests of one collector.
///
/// Several threads may use a session at once: each request waits for its admission and borrows a connection.
/// `fetch(_:into:)` tries the head nodes in turn, `fetch(_:at:into:)` tries again at one of them, and `attempt`
/// decides whether there is another try. Listings stand in `Session+Listing.swift`, the typed calls in
/// `Session+Calls.swift`.
public final class Session: Sendable {
    let client: HPCPackClient
    private let priority: RequestPriority
    private let retryPolicy: RetryPolicy
    private let lastSuccess = Mutex<ContinuousClock.Instant?>(nil)

    /// Makes a session; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - client: What the sessions of a cluster share.
    ///   - priority: Which requests go first where the client's limits let not all be sent at once.
    public init(_ client: HPCPackClient, priority: RequestPriority = .standard) {
        self.client = client
        self.priority = priority
        retryPolicy = RetryPolicy(client.configuration.limits)
    }

    /// When a request of this session last succeeded; `nil` before the first.
    public var lastAnswer: ContinuousClock.Instant? { lastSuccess.withLock { $0 } }

    /// Makes a GET at the first head node that answers.
    ///
    /// - Parameters:
    ///   - request: What to get.
    ///   - sink: Reads the body; it begins anew with every answer.
    /// - Returns: The head of the answer.
    /// - Throws: The failure at the last head node that was tried.
    @discardableResult
    func fetch(_ request: APIRequest, into sink: RowSink) throws(RequestError) -> ResponseHead {
        var last: RequestError?
        for index in client.headNodeOrder() {
            do {
                return try fetch(request, at: index, into: sink)
            } catch {
                let isOption = request.isOptional && error.isRefusedOption
                guard error.mayBeHeadNode, !isOption else { throw error }
                last = error
            }
        }
        throw last ?? RequestError(.local, request.operation, "no head node is configured")
    }

    /// Makes a GET at one head node, with the retries that the failure allows.
    ///
    /// - Returns: The head of the answer.
    func fetch(_ request: APIRequest, at index: Int, into sink: RowSink) throws(RequestError)
        -> ResponseHead
    {
        var history = TryHistory()
        while true {
            switch try attempt(request, at: index, into: sink, &history) {
            case .answered(let head): return head
            case .retry(let delay):
                guard client.cancellation.wait(for: delay) else {
                    throw .cancelled(request.operation)
                }
            }
        }
    }

    /// What the tries of a request at one head node came to so far.
    private struct TryHistory {
        var tries = 0
        var hasNewPassword = false
    }

    private enum Attempt {
        case answered(ResponseHead)
        case retry(after: Duration)
    }

    /// Tries once, when the request is admitted.
    ///
    /// What follows from a failure is decided before the next request is admitted, which a block then keeps away.
    ///
    /// - Throws: The failure, where no further try is made at this head node.
    private func attempt(
        _ request: APIRequest,
        at index: Int,
        into sink: RowSink,
        _ history: inout TryHistory
    ) throws(RequestError) -> Attempt {
        let operation = request.operation
        if let error = client.block(of: index, for: operation) { throw error }
        guard client.gate.enter(priority) else { throw .cancelled(operation) }
        var isAccountRefused: Bool?
        defer { client.gate.leave(priority, isAccountRefused: isAccountRefused) }
        // Another request may have failed while this one waited.
        if let error = client.block(of: index, for: operation) { throw error }
        let answer = try send(request, at: index, into: sink)
        isAccountRefused = answer.error?.cause == .credentials
        history.tries += 1
        guard let error = answer.error else {
            let now = ContinuousClock.now
            client.selector.withLock { $0.recordSuccess(of: index, at: now) }
            lastSuccess.withLock { $0 = now }
            return .answered(answer.head)
        }
        if error.cause == .credentials, !history.hasNewPassword, let refused = answer.password,
            client.credentials?.reload(replacing: refused) == true
        {
            client.logger.info("The password file has changed; asking again with the new password")
            history.hasNewPassword = true
            return .retry(after: .zero)
        }
        if request.isOptional, error.isRefusedOption { throw error }
        let retryAfter = answer.head.retryAfter
        let delay = retryPolicy.delay(
            after: error.cause,
            tries: history.tries,
            retryAfter: retryAfter,
            jitter: .random(in: 0...1)
        )
        guard let delay else {
            client.selector.withLock { selector in
                selector.recordFailure(error, of: index, retryAfter: retryAfter, at: .now)
            }
            throw error
        }
        client.logger.debug("A request failed and is tried again", ["error": error.description])
        return .retry(after: delay)
    }

    private struct Answer {
        var head: ResponseHead
        var error: RequestError?
        /// The password that was sent, if any.
        var password: String?
    }

    /// Sends the request once.
    private func send(_ request: APIRequest, at index: Int, into sink: RowSink) throws(RequestError)
        -> Answer
    {
        let operation = request.operation
        guard !client.cancellation.isCancelled else { throw .cancelled(operation) }
        guard let handle = client.handles.borrow() else {
            throw RequestError(.local, operation, "libcurl could not be set up")
        }
        defer { client.handles.giveBack(handle) }
        var account: (user: String, password: String)?
        do {
            account = try client.credentials?.current()
        } catch {
            throw RequestError(.local, operation, error.description)
        }
        let transfer = Transfer(
            into: sink,
            byteLimit: client.configuration.limits.responseBytes,
            cancellation: client.cancellation,
            capture: client.configuration.recorder.map { ExchangeCapture(bodyLimit: $0.bodyLimit) }
        )
        let start = ContinuousClock.now
        let headNode = client.configuration.headNodes[index]
        let outcome = handle.get(
            request.url(at: headNode),
            account: account,
            cookies: request.cookies,
            transfer
        )
        client.record(outcome.certificate, of: index)
        record(request, transfer, outcome, at: headNode, start)
        if let date = transfer.head.date { client.serverClock.withLock { $0 = (date, .now) } }
        let error = RequestError(outcome, of: transfer, operation, at: headNode)
        client.metrics.record(
            operation,
            code: outcome.codeLabel(status: transfer.head.status),
            duration: outcome.duration,
            bytes: transfer.bytes,
            rows: error == nil ? sink.rows : 0
        )
        return Answer(head: transfer.head, error: error, password: account?.password)
    }

    /// Hands the exchange to the recorder, if there is one.
    private func record(
        _ request: APIRequest,
        _ transfer: Transfer,
        _ outcome: CurlHandle.Outcome,
        at headNode: HeadNodeURL,
        _ start: ContinuousClock.Instant
    ) {
        guard let recorder = client.configuration.recorder, let capture = transfer.capture else {
            return
        }
        let isWhole = outcome.code == CURLE_OK && !capture.isCut
        recorder.record(
            Exchange(
                headNode: headNode.description,
                pathTemplate: "\(request.operation.path)",
                path: request.path,
                query: request.query,
                start: start,
                duration: outcome.duration,
                status: transfer.head.status,
                headers: capture.headers,
                body: capture.body,
                isWhole: isWhole,
                failure: outcome.code == CURLE_OK
                    ? nil : outcome.codeLabel(status: transfer.head.status)
            )
        )
    }
}
