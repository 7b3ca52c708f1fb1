/// How one collector fares.
public struct CollectorStatus: Sendable {
    /// Whether the last round of the collector succeeded; false before the first.
    public internal(set) var succeeded = false
    /// Since when it succeeds, or fails, without a break (Unix seconds); `nil` before the first round.
    public internal(set) var since: Double?
    /// How long its last round took.
    public internal(set) var duration: Duration?
    /// When it last succeeded, in Unix seconds by the exporter's clock.
    public internal(set) var lastSuccess: Double?
    /// What went wrong in the last round that failed, and when (Unix seconds).
    public internal(set) var lastError: (time: Double, text: String)?

    /// Takes in the outcome of a round.
    mutating func note(succeeded: Bool, at time: Double) {
        if since == nil || succeeded != self.succeeded { since = time }
        self.succeeded = succeeded
        if succeeded { lastSuccess = time }
    }
}
