/// Why a request, or the listing that it belonged to, failed.
public struct RequestError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, on which retries and fallbacks depend.
    public enum Cause: Sendable, Equatable {
        /// No connection: refused, unreachable or unknown host.
        case unreachable
        /// The time for the request ran out.
        case timeout
        /// The certificate is not trusted, or TLS failed.
        case tls
        /// A proxy refused the request or failed.
        case proxy
        /// The connection broke in the middle.
        case broken
        /// The server answered with this status, other than 200.
        case status(Int)
        /// The account was refused (401).
        case credentials
        /// The body is not what the specification promises.
        case malformed
        /// A size or count limit was passed.
        case limit
        /// The end of a listing cannot be told from a page that was cut off.
        case truncated
        /// The client was cancelled.
        case cancelled
        /// A local fault: a password file or libcurl itself.
        case local
    }

    /// The kind of failure.
    public let cause: Cause
    /// The operation that failed.
    public let operation: APIOperation
    /// What happened and where.
    public let reason: String
    /// What to do about it, as a part of a sentence, where the failure tells that much.
    public let advice: String?

    /// What happened, where, and what to do, as one sentence.
    public var description: String { advice.map { "\(reason); \($0)" } ?? reason }

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - cause: The kind of failure.
    ///   - operation: The operation that failed.
    ///   - reason: What happened and where.
    ///   - advice: What to do about it; `nil` where the failure does not tell.
    public init(
        _ cause: Cause,
        _ operation: APIOperation,
        _ reason: String,
        advice: String? = nil
    ) {
        self.cause = cause
        self.operation = operation
        self.reason = reason
        self.advice = advice
    }

    /// The status of the answer, where that is the failure and neither a lack of rights (403) nor of capacity
    /// (429).
    private var refusal: Int? {
        guard case .status(let code) = cause, code != 403, code != 429 else { return nil }
        return code
    }

    /// Whether another head node may do better.
    var mayBeHeadNode: Bool {
        switch cause {
        case .unreachable, .timeout, .tls, .proxy, .broken, .malformed: true
        case .status(let code): code >= 500 || code == 408 || code == 429
        case .credentials, .limit, .truncated, .cancelled, .local: false
        }
    }

    /// Whether further requests to the head node would fail in the same way, so that none is sent until the blocks
    /// are cleared.
    var blocksHeadNode: Bool {
        switch cause {
        case .unreachable, .tls, .proxy, .credentials: true
        default: false
        }
    }

    /// Whether the server may have refused the property list rather than the call
    /// (docs/hpcpack-api.md#properties).
    var mayBePropertyList: Bool { mayBeUnknownID || refusal == 500 }

    /// Whether the server may have refused the filter of a listing rather than the listing.
    public var mayBeRefusedFilter: Bool { mayBePropertyList || refusal == 501 }

    /// Whether the path that was asked for is not there.
    var mayBeUnknownPath: Bool { [404, 405, 410].contains(refusal) }

    /// Whether the server may not know the call at all; some refuse an unknown path with 400.
    var mayBeUnknownCall: Bool { mayBeUnknownPath || refusal == 400 }

    /// Whether the server lacks what an optional request asks for, which says nothing about any other request.
    var isRefusedOption: Bool {
        switch cause {
        case .status(let code): code != 408 && code != 429 && code < 502
        case .malformed, .limit: true
        default: false
        }
    }

    /// Whether the server may have lost a page token; its status code is unknown
    /// (docs/hpcpack-api.md#paging).
    var mayBeLostToken: Bool { refusal.map { $0 >= 400 } ?? false }

    /// Whether the thing asked for may not exist; the status code of that is some 4xx
    /// (docs/hpcpack-api.md#errors-authentication-and-addresses).
    public var mayBeUnknownID: Bool {
        refusal.map { (400..<500).contains($0) && $0 != 408 } ?? false
    }
}
