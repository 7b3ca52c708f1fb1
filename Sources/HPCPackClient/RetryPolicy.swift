/// Decides whether a failed GET is tried again at the same head node, and when (DESIGN: Retries).
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
    ///   - retryAfter: What the server asked for.
    ///   - jitter: A random number in 0…1.
    /// - Returns: How long to wait, or `nil` to give up.
    func wait(after cause: RequestError.Cause, tries: Int, retryAfter: Duration?, jitter: Double)
        -> Duration?
    {
        guard tries < limits.tries, isPassing(cause) else { return nil }
        if let retryAfter, retryAfter > limits.longestRetryWait { return nil }
        let backoff = limits.firstBackoff * (1 << (tries - 1))
        let jittered = backoff * (1 - 0.5 * jitter)
        return max(jittered, retryAfter ?? .zero)
    }

    private func isPassing(_ cause: RequestError.Cause) -> Bool {
        switch cause {
        case .unreachable, .broken: true
        case .status(let code): code == 408 || code == 429 || code >= 500
        default: false
        }
    }
}
