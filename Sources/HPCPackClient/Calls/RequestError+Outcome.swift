import CCurl
import JSONRows

/// What the end of a transfer means, for whoever runs the exporter.
extension RequestError {
    private typealias Failure = (cause: Cause, description: String)

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
        guard let failure = Self.failure(outcome, transfer) else { return nil }
        let description = "GET \(operation.path) at \(headNode): \(failure.description)"
        self.init(failure.cause, operation, description)
    }

    /// The error of a request that was not sent, or not to its end, because the client was cancelled.
    static func cancelled(_ operation: APIOperation) -> RequestError {
        RequestError(.cancelled, operation, "the client was stopped")
    }

    private static func failure(_ outcome: CurlHandle.Outcome, _ transfer: Transfer) -> Failure? {
        let head = transfer.head
        if transfer.isTooLarge {
            return (.limit, "the answer is larger than \(transfer.byteLimit >> 20) MiB")
        }
        if let error = transfer.sink.error, head.status == 200 { return malformed(error, head) }
        // A status other than 200 is the news even when its body breaks off.
        if outcome.isUnread(status: head.status) { return unexpected(head.status) }
        guard outcome.code == CURLE_OK else { return broken(outcome) }
        guard head.status == 200 else { return unexpected(head.status) }
        guard !head.hasInvalidLength else {
            return (.broken, "the answer tells a Content-Length that is no number of bytes")
        }
        return transfer.sink.finish().map { malformed($0, head) }
    }

    private static func malformed(_ error: JSONRowsError, _ head: ResponseHead) -> Failure {
        var text = "the answer is not what the API promises: \(error)"
        if let type = head.contentType, !type.lowercased().contains("json") {
            text +=
                " (its type is \(type.prefix(60)); is this address the REST service of HPC Pack?)"
        }
        return (.malformed, text)
    }

    private static func broken(_ outcome: CurlHandle.Outcome) -> Failure {
        switch outcome.code {
        case CURLE_OPERATION_TIMEDOUT:
            (.timeout, "no complete answer in time: \(outcome.message)")
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            (.unreachable, "no connection: \(outcome.message)")
        case _ where outcome.isTLSFailure:
            (
                .tls,
                "TLS failed: \(outcome.message); give the certificate's authority with "
                    + "--hpcpack.ca-file and the host name that the certificate carries"
            )
        case CURLE_BAD_CONTENT_ENCODING:
            (.malformed, "the compressed answer is damaged: \(outcome.message)")
        default:
            (.broken, "the connection broke: \(outcome.message)")
        }
    }

    private static func unexpected(_ status: Int) -> Failure {
        switch status {
        case 401:
            (
                .credentials,
                "401, the account was refused; check --hpcpack.username and its password"
            )
        case 403:
            (
                .status(403),
                "403, the account may not read this; give it a role that may view the cluster"
            )
        case 300..<400:
            (
                .status(status),
                "\(status), a redirect, which is not followed; set --hpcpack.url to the address meant"
            )
        default:
            (.status(status), "status \(status) where 200 was expected")
        }
    }
}

extension CurlHandle.Outcome {
    /// Whether TLS failed, or the certificate of the head node is not trusted.
    var isTLSFailure: Bool {
        [
            CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED,
        ].contains(code)
    }

    /// Whether the transfer was ended by us because the body of a failure was too long to read.
    fileprivate func isUnread(status: Int) -> Bool {
        code == CURLE_WRITE_ERROR && status != 0 && status != 200
    }

    /// The value of the `code` label (docs/metrics.md#the-exporter-itself).
    func codeLabel(status: Int) -> String {
        switch code {
        case CURLE_OK: String(status)
        case CURLE_OPERATION_TIMEDOUT: "timeout"
        case CURLE_COULDNT_CONNECT: "refused"
        case _ where isTLSFailure: "tls"
        default: isUnread(status: status) ? String(status) : "error"
        }
    }
}
