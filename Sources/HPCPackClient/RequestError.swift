/// Why a request, or the listing that it belonged to, brought nothing.
public struct RequestError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, on which retries and fall-backs depend.
    public enum Cause: Sendable, Equatable {
        /// No connection: refused, unreachable or unknown host.
        case unreachable
        /// The time for the request ran out.
        case timeout
        /// The certificate is not believed, or TLS failed.
        case tls
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
        /// The head node has asked, or been found, to be left alone for now; nothing was sent.
        case resting
        /// The round was stopped.
        case cancelled
        /// A local fault: a password file or libcurl itself.
        case local
    }

    /// The kind of failure.
    public let cause: Cause
    /// The call that failed.
    public let endpoint: Endpoint
    /// What happened, where, and what to do, as one sentence.
    public let description: String

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - cause: The kind of failure.
    ///   - endpoint: The call that failed.
    ///   - description: What happened, where, and what to do, as one sentence.
    public init(_ cause: Cause, _ endpoint: Endpoint, _ description: String) {
        self.cause = cause
        self.endpoint = endpoint
        self.description = description
    }

    /// Whether another head node may do better.
    var mayBeHeadNode: Bool {
        switch cause {
        case .unreachable, .timeout, .tls, .broken, .malformed, .resting: true
        case .status(let code): code >= 500 || code == 408 || code == 429
        case .credentials, .limit, .cancelled, .local: false
        }
    }

    /// Whether the same error awaits every further request at that head node in this round.
    var holdsForTheRound: Bool {
        switch cause {
        case .unreachable, .tls, .credentials: true
        default: false
        }
    }

    /// Whether the server may have refused the property list rather than the call (FACTS: Properties).
    var mayBePropertyList: Bool {
        guard case .status(let code) = cause else { return false }
        return code == 500
            || (400..<500).contains(code) && code != 403 && code != 408 && code != 429
    }

    /// Whether the server may have refused the filter of a listing rather than the listing.
    public var mayBeRefusedFilter: Bool {
        guard case .status(let code) = cause else { return false }
        return mayBePropertyList || code == 501
    }

    /// Whether the server may have lost a page token; its status code is unknown (FACTS: Paging).
    var mayBeLostToken: Bool {
        guard case .status(let code) = cause else { return false }
        return code >= 400 && code != 403 && code != 429
    }

    /// Whether the thing asked for does not exist; the status code of that is some 4xx (FACTS: Errors).
    public var mayBeUnknownID: Bool {
        guard case .status(let code) = cause else { return false }
        return (400..<500).contains(code) && code != 403 && code != 408 && code != 429
    }
}
