import CCurl
import JSONRows

/// What the end of a transfer means, for whoever runs the exporter.
///
/// libcurl's own messages may repeat an address with its password, so none of them is used: each of its codes has
/// words of its own here.
extension RequestError {
    private struct Failure {
        let cause: Cause
        let reason: String
        var advice: String?

        init(_ cause: Cause, _ reason: String, _ advice: String? = nil) {
            self.cause = cause
            self.reason = reason
            self.advice = advice
        }
    }

    /// The error of a transfer that has ended.
    ///
    /// The result is `nil` when the whole answer came, has status 200 and is well-formed.
    ///
    /// - Parameters:
    ///   - outcome: How libcurl ended the transfer.
    ///   - transfer: The transfer; the text in its sink is checked to its end.
    ///   - operation: The operation that was called.
    ///   - headNode: Where it was called.
    init?(
        _ outcome: CurlHandle.Outcome,
        of transfer: Transfer,
        _ operation: APIOperation,
        at headNode: HeadNodeURL
    ) {
        if transfer.isCancelled {
            self = .cancelled(operation)
            return
        }
        guard let failure = Self.failure(outcome, transfer, headNode) else { return nil }
        let reason = "GET \(operation.path) at \(headNode): \(failure.reason)"
        self.init(failure.cause, operation, reason, advice: failure.advice)
    }

    /// The error of a request that was not sent, or not to its end, because the client was cancelled.
    static func cancelled(_ operation: APIOperation) -> RequestError {
        RequestError(.cancelled, operation, "the client was stopped")
    }

    private static func failure(
        _ outcome: CurlHandle.Outcome,
        _ transfer: Transfer,
        _ headNode: HeadNodeURL
    ) -> Failure? {
        let head = transfer.head
        if transfer.isTooLarge {
            return Failure(.limit, "the answer is larger than \(transfer.byteLimit >> 20) MiB")
        }
        if let error = transfer.sink.error, head.status == 200 { return malformed(error, head) }
        // A status other than 200 is the news even when its body breaks off.
        if outcome.isUnread(status: head.status) { return unexpected(head, outcome, headNode) }
        guard outcome.code == CURLE_OK else { return broken(outcome, headNode) }
        guard head.status == 200 else { return unexpected(head, outcome, headNode) }
        guard !head.hasInvalidLength else {
            return Failure(
                .broken,
                "the answer tells a Content-Length that is no number of bytes"
            )
        }
        return transfer.sink.finish().map { malformed($0, head) }
    }

    private static func malformed(_ error: JSONRowsError, _ head: ResponseHead) -> Failure {
        var text = "the answer is not what the API promises: \(error)"
        if let type = head.mediaType, !type.contains("json") {
            text += " (its type is \(type); is this address the REST service of HPC Pack?)"
        }
        return Failure(.malformed, text)
    }

    /// A transfer that did not come to its end.
    private static func broken(_ outcome: CurlHandle.Outcome, _ headNode: HeadNodeURL) -> Failure {
        if let tls = outcome.tls {
            return Failure(.tls, "TLS failed: \(tls.reason)" + shown(outcome, tls), tls.advice)
        }
        if outcome.proxyStatus >= 300 { return refusedByProxy(outcome.proxyStatus) }
        let proxy = outcome.mayUseProxy ? " or to the proxy" : ""
        return switch outcome.code {
        case CURLE_OPERATION_TIMEDOUT:
            Failure(.timeout, "no complete answer in time: it ended \(outcome.stage.rawValue)")
        case CURLE_COULDNT_CONNECT:
            Failure(.unreachable, "no connection to the head node\(proxy)" + system(outcome))
        case CURLE_COULDNT_RESOLVE_HOST:
            Failure(.unreachable, "no connection: the host name has no address")
        case CURLE_COULDNT_RESOLVE_PROXY:
            Failure(
                .unreachable,
                "no connection: the proxy's name has no address, or its address cannot be read",
                proxyAdvice
            )
        case CURLE_PROXY: Failure(.proxy, "the SOCKS proxy refuses or fails", proxyAdvice)
        case CURLE_BAD_CONTENT_ENCODING: Failure(.malformed, "the compressed answer is damaged")
        case CURLE_URL_MALFORMAT, CURLE_NOT_BUILT_IN, CURLE_FAILED_INIT,
            CURLE_UNKNOWN_OPTION, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_ABORTED_BY_CALLBACK:
            Failure(
                .local,
                "the request could not be made, libcurl's code is \(outcome.code.rawValue)"
            )
        default: Failure(.broken, "the connection broke: " + how(outcome, headNode))
        }
    }

    private static func how(_ outcome: CurlHandle.Outcome, _ headNode: HeadNodeURL) -> String {
        switch outcome.code {
        case CURLE_GOT_NOTHING: "no answer came" + plainToTLS(headNode)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            "what came is not HTTP" + plainToTLS(headNode)
        case CURLE_PARTIAL_FILE: "the answer is shorter than it says"
        case CURLE_HTTP2, CURLE_HTTP2_STREAM: "a fault in HTTP/2"
        case CURLE_SEND_ERROR:
            "the request could not be sent" + system(outcome) + plainToTLS(headNode)
        case CURLE_RECV_ERROR:
            "it ended \(outcome.stage.rawValue)" + system(outcome)
                + (outcome.stage == .waiting ? plainToTLS(headNode) : "")
        case CURLE_WRITE_ERROR: "the answer could not be taken"
        // libcurl 7 calls a head of more than 100 KiB so.
        case CURLE_OUT_OF_MEMORY: "the head of the answer is too large, or memory is short"
        default: "libcurl's code is \(outcome.code.rawValue)"
        }
    }

    /// A port of HTTPS that is asked in plain HTTP closes the connection, as a rule.
    private static func plainToTLS(_ headNode: HeadNodeURL) -> String {
        headNode.isSecure ? "" : "; if this port speaks HTTPS, write https:// in --hpcpack.url"
    }

    /// The system's own words for a failed call, which tell of no address.
    private static func system(_ outcome: CurlHandle.Outcome) -> String {
        outcome.systemError.map { ": \($0)" } ?? ""
    }

    /// What the certificate is, where that helps to find the right one.
    private static func shown(_ outcome: CurlHandle.Outcome, _ tls: TLSFailure) -> String {
        guard let certificate = outcome.certificate else { return "" }
        switch tls {
        case .wrongName:
            let names = certificate.names.isEmpty ? certificate.subject : certificate.names
            return " (it is for \(names.prefix(200)))"
        case .notPinned: return " (its SHA-256 is \(certificate.sha256))"
        default: return ""
        }
    }

    private static let proxyAdvice =
        "check --hpcpack.proxy, or the variables http_proxy, https_proxy, all_proxy and no_proxy"

    private static func refusedByProxy(_ status: Int) -> Failure {
        switch status {
        case 407:
            Failure(
                .proxy,
                "407, the proxy wants an account or refuses the one it got",
                "write it as http://user:password@proxy in the proxy's variable, percent-encoded"
            )
        case 500...:
            Failure(.unreachable, "no connection: the proxy answers \(status)", proxyAdvice)
        default:
            Failure(
                .proxy,
                "\(status), refused by a proxy, not by the head node",
                "let the proxy allow it, or go past it with no_proxy or --hpcpack.proxy=none"
            )
        }
    }

    /// An answer with another status than 200.
    private static func unexpected(
        _ head: ResponseHead,
        _ outcome: CurlHandle.Outcome,
        _ headNode: HeadNodeURL
    ) -> Failure {
        let status = head.status
        if status == 407 || (status == 403 && head.isFromProxy) { return refusedByProxy(status) }
        return switch status {
        case 401: refusedAccount(head)
        case 403 where outcome.wantsClientCertificate:
            Failure(
                .status(403),
                "403, and " + TLSFailure.clientCertificateWanted.reason,
                TLSFailure.clientCertificateWanted.advice
            )
        case 403:
            Failure(
                .status(403),
                "403, the account may not read this",
                "give it a role that may view the cluster and all jobs (HPC Job Operators)"
            )
        case 300..<400:
            Failure(
                .status(status),
                "\(status), a redirect, which is not followed"
                    + (head.location.flatMap(headNode.redirect).map { "; it leads to \($0)" } ?? ""),
                "set --hpcpack.url to the address meant"
            )
        case 404 where head.isFromWindows, 503 where head.isFromWindows:
            Failure(
                .status(status),
                "\(status) from Windows itself: the HPC REST service does not run there",
                "start the HPC Pack web service on the head node, or check the path in --hpcpack.url"
            )
        case 400 where !headNode.isSecure && head.isHTML:
            Failure(.status(400), "status 400 where 200 was expected" + plainToTLS(headNode))
        default:
            Failure(
                .status(status),
                "status \(status) where 200 was expected"
                    + (status >= 500 && head.isFromProxy ? ", from a proxy on the way" : "")
            )
        }
    }

    private static func refusedAccount(_ head: ResponseHead) -> Failure {
        var reason = "401, the account was refused"
        var advice =
            "check --hpcpack.username, written DOMAIN\\user or user@domain, and its password"
        if !head.schemes.isEmpty {
            reason += "; the server offers \(head.schemes.joined(separator: ", "))"
            if !head.schemes.contains("Basic") {
                advice =
                    "the exporter needs Basic, which /hpc takes from build 5.3.6435 on; then "
                    + advice
            }
        }
        return Failure(.credentials, reason, advice)
    }
}

extension CurlHandle.Outcome {
    /// Whether the transfer was ended by us because the body of a failure was too long to read.
    fileprivate func isUnread(status: Int) -> Bool {
        code == CURLE_WRITE_ERROR && status != 0 && status != 200
    }

    /// The value of the `code` label (docs/metrics.md#the-exporter-itself).
    func codeLabel(status: Int) -> String {
        if tls != nil { return "tls" }
        return switch code {
        case CURLE_OK: String(status)
        case CURLE_OPERATION_TIMEDOUT: "timeout"
        case CURLE_COULDNT_CONNECT: "refused"
        default: isUnread(status: status) ? String(status) : "error"
        }
    }
}
