/// Decides whether a failed GET is tried again at the same head node, and when (docs/architecture.md#retries).
struct RetryPolicy: Sendable {
    private let limits: ClientLimits

    init(_ limits: ClientLimits) { self.limits = limits }

    /// The wait before the next try.
    ///
    /// A request that timed out is not sent again: the head node is busy with the first one.
    ///
    /// - Parameters:
    ///   - cause: Why the try failed.
    ///   - tries: How many tries there were, this one included.
    ///   - retryAfter: How long the server asked to be left alone.
    ///   - jitter: A random number in 0…1.
    /// - Returns: How long to wait, or `nil` to give up.
    func delay(after cause: RequestError.Cause, tries: Int, retryAfter: Duration?, jitter: Double)
        -> Duration?
    {
        guard tries < limits.tries, isTransient(cause) else { return nil }
        if let retryAfter, retryAfter > limits.longestRetryWait { return nil }
        let backoff = limits.firstBackoff * (1 << (tries - 1))
        return max(backoff * (1 - 0.5 * jitter), retryAfter ?? .zero)
    }

    private func isTransient(_ cause: RequestError.Cause) -> Bool {
        switch cause {
        case .unreachable, .broken: true
        case .status(let code): code == 408 || code == 429 || code >= 500
        default: false
        }
    }
}
