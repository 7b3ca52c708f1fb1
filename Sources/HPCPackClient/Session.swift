import Basics
import CCurl
import JSONRows
import Logging

/// Makes the requests of one collector.
///
/// Several threads may use a session at once: each request waits for its admission and borrows a connection. A
/// session knows retries and the order of the head nodes; paging is `Session.list`, and the typed calls stand in
/// `HeadNodeAPI`.
public final class Session: Sendable {
    let client: HPCPackClient
    private let priority: RequestPriority
    private let policy: RetryPolicy
    private let answered = Mutex<ContinuousClock.Instant?>(nil)

    /// Makes a session; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - client: What the sessions of a cluster share.
    ///   - priority: Which requests go first where the client's limits let not all be sent at once.
    public init(_ client: HPCPackClient, priority: RequestPriority = .standard) {
        self.client = client
        self.priority = priority
        policy = RetryPolicy(client.configuration.limits)
    }

    /// When a request of this session last succeeded; `nil` before the first.
    public var lastAnswer: ContinuousClock.Instant? { answered.withLock { $0 } }

    /// Makes a GET at the first head node that answers.
    ///
    /// - Parameters:
    ///   - request: What to get.
    ///   - sink: Takes the body; it is begun anew by every try.
    /// - Returns: The head of the answer.
    /// - Throws: The failure at the last head node that was tried.
    func fetch(_ request: APIRequest, _ sink: RowSink) throws(RequestError) -> ResponseHead {
        let ring = client.ring
        var last = RequestError(.local, request.endpoint, "no head node is configured")
        for index in ring.order(at: .now) {
            do {
                return try fetch(request, at: index, sink)
            } catch {
                guard error.mayBeHeadNode else { throw error }
                last = error
            }
        }
        throw last
    }

    /// Makes a GET at one head node, with the retries that the failure allows.
    func fetch(_ request: APIRequest, at index: Int, _ sink: RowSink) throws(RequestError)
        -> ResponseHead
    {
        var tries = 0
        var hasNewPassword = false
        while true {
            if let obstacle = client.ring.obstacle(index, endpoint: request.endpoint) {
                throw obstacle
            }
            tries += 1
            let attempt = try attempt(request, at: index, sink)
            guard let error = attempt.error else {
                let now = ContinuousClock.now
                client.ring.succeeded(index, at: now)
                answered.withLock { $0 = now }
                return attempt.head
            }
            if error.cause == .cancelled { throw error }
            if error.cause == .credentials, !hasNewPassword, let refused = attempt.password,
                client.credentials?.changed(from: refused) == true
            {
                client.logger.info(
                    "The password file has changed; asking again with the new password"
                )
                hasNewPassword = true
                continue
            }
            let wait = policy.wait(
                after: error.cause,
                tries: tries,
                retryAfter: attempt.head.retryAfter,
                jitter: .random(in: 0...1)
            )
            guard let wait else {
                throw giveUp(error, at: index, retryAfter: attempt.head.retryAfter)
            }
            client.logger.debug("A request failed and is tried again", ["error": error.description])
            guard client.cancellation.wait(for: wait) else { throw cancelled(request.endpoint) }
        }
    }

    private func giveUp(_ error: RequestError, at index: Int, retryAfter: Duration?) -> RequestError
    {
        guard error.mayBeHeadNode || error.holdsForTheRound else { return error }
        let limits = client.configuration.limits
        let now = ContinuousClock.now
        var silentUntil: ContinuousClock.Instant?
        if let retryAfter, retryAfter > limits.longestRetryWait {
            silentUntil = now + min(retryAfter, limits.longestHeadNodeRest)
        }
        client.ring.failed(
            index,
            error,
            restUntil: now + limits.headNodeRest,
            silentUntil: silentUntil
        )
        return error
    }

    private func cancelled(_ endpoint: Endpoint) -> RequestError {
        RequestError(.cancelled, endpoint, "the client was stopped")
    }

    private struct Attempt {
        var head: ResponseHead
        var error: RequestError?
        var password: String?
    }

    /// Sends the request once, when it is admitted.
    private func attempt(_ request: APIRequest, at index: Int, _ sink: RowSink) throws(RequestError)
        -> Attempt
    {
        let endpoint = request.endpoint
        guard client.gate.enter(priority) else { throw cancelled(endpoint) }
        defer { client.gate.leave(priority) }
        // What another request found out while this one waited.
        if let obstacle = client.ring.obstacle(index, endpoint: endpoint) { throw obstacle }
        guard !client.cancellation.isCancelled else { throw cancelled(endpoint) }
        guard let handle = client.handles.borrow() else {
            throw RequestError(.local, endpoint, "libcurl could not be set up")
        }
        defer { client.handles.giveBack(handle) }
        var credentials: (user: String, password: String)?
        do {
            credentials = try client.credentials?.current()
        } catch {
            throw RequestError(.local, endpoint, error.description)
        }
        let transfer = Transfer(
            sink: sink,
            limit: client.configuration.limits.responseBytes,
            cancellation: client.cancellation
        )
        let headNode = client.ring[index]
        let outcome = handle.get(request.url(at: headNode), credentials: credentials, transfer)
        let place = "GET \(endpoint.path) at \(headNode)"
        let error = verdict(outcome, transfer, sink, endpoint, place)
        client.metrics.count(
            endpoint,
            code: codeLabel(outcome.code, transfer.head.status),
            duration: outcome.duration,
            bytes: transfer.bytes
        )
        if error == nil { client.metrics.count(endpoint, rows: sink.rows) }
        return Attempt(head: transfer.head, error: error, password: credentials?.password)
    }

    /// What the end of a transfer means.
    private func verdict(
        _ outcome: CurlHandle.Outcome,
        _ transfer: Transfer,
        _ sink: RowSink,
        _ endpoint: Endpoint,
        _ place: String
    ) -> RequestError? {
        if transfer.isCancelled { return cancelled(endpoint) }
        if transfer.isTooLarge {
            let limit = client.configuration.limits.responseBytes >> 20
            return RequestError(
                .limit,
                endpoint,
                "\(place): the answer is larger than \(limit) MiB"
            )
        }
        if let error = sink.error, transfer.head.status == 200 {
            return malformed(error, transfer, endpoint, place)
        }
        guard outcome.code == CURLE_OK else {
            // A status other than 200 is the news even when its body breaks off.
            if transfer.head.status != 200, transfer.head.status != 0,
                outcome.code == CURLE_WRITE_ERROR
            {
                return statusError(transfer.head, endpoint, place)
            }
            return failure(outcome, endpoint, place)
        }
        guard transfer.head.status == 200 else {
            return statusError(transfer.head, endpoint, place)
        }
        guard !transfer.head.hasInvalidLength else {
            return RequestError(
                .broken,
                endpoint,
                "\(place): the answer tells a Content-Length that is no number of bytes"
            )
        }
        guard let error = sink.end() else { return nil }
        return malformed(error, transfer, endpoint, place)
    }

    private func malformed(
        _ error: JSONRowsError,
        _ transfer: Transfer,
        _ endpoint: Endpoint,
        _ place: String
    ) -> RequestError {
        var words = "\(place): the answer is not what the API promises: \(error)"
        if let type = transfer.head.contentType, !type.lowercased().contains("json") {
            words +=
                " (its type is \(type.prefix(60)); is this address the REST service of HPC Pack?)"
        }
        return RequestError(.malformed, endpoint, words)
    }

    private func failure(_ outcome: CurlHandle.Outcome, _ endpoint: Endpoint, _ place: String)
        -> RequestError
    {
        switch outcome.code {
        case CURLE_OPERATION_TIMEDOUT:
            RequestError(
                .timeout,
                endpoint,
                "\(place): no complete answer in time: \(outcome.message)"
            )
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            RequestError(.unreachable, endpoint, "\(place): no connection: \(outcome.message)")
        case let code where Self.isTLS(code):
            RequestError(
                .tls,
                endpoint,
                "\(place): TLS failed: \(outcome.message); give the certificate's authority with "
                    + "--hpcpack.ca-file and the host name that the certificate carries"
            )
        case CURLE_BAD_CONTENT_ENCODING:
            RequestError(
                .malformed,
                endpoint,
                "\(place): the compressed answer is damaged: \(outcome.message)"
            )
        default:
            RequestError(.broken, endpoint, "\(place): the connection broke: \(outcome.message)")
        }
    }

    private func statusError(_ head: ResponseHead, _ endpoint: Endpoint, _ place: String)
        -> RequestError
    {
        switch head.status {
        case 401:
            RequestError(
                .credentials,
                endpoint,
                "\(place): 401, the account was refused; check --hpcpack.username and its password"
            )
        case 403:
            RequestError(
                .status(403),
                endpoint,
                "\(place): 403, the account may not read this; give it a role that may view the cluster"
            )
        case 300..<400:
            RequestError(
                .status(head.status),
                endpoint,
                "\(place): \(head.status), a redirect, which is not followed; set --hpcpack.url to the address meant"
            )
        default:
            RequestError(
                .status(head.status),
                endpoint,
                "\(place): status \(head.status) where 200 was expected"
            )
        }
    }

    private static func isTLS(_ code: CURLcode) -> Bool {
        [
            CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED,
        ].contains(code)
    }

    /// The value of the `code` label (METRICS: The exporter itself).
    private func codeLabel(_ code: CURLcode, _ status: Int) -> String {
        switch code {
        case CURLE_OK: String(status)
        case CURLE_OPERATION_TIMEDOUT: "timeout"
        case CURLE_COULDNT_CONNECT: "refused"
        case let code where Self.isTLS(code): "tls"
        default:
            status != 0 && status != 200 && code == CURLE_WRITE_ERROR ? String(status) : "error"
        }
    }
}
