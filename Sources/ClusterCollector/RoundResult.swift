/// What a round came to.
public struct RoundResult: Sendable {
    /// The collectors that failed, with what went wrong, in the order of the collectors.
    public let failures: [(collector: CollectorName, error: String)]
    /// How long the round took.
    public let duration: Duration

    /// Whether every enabled collector succeeded.
    public var succeeded: Bool { failures.isEmpty }
}
