/// How one collector fares.
public struct CollectorStatus: Sendable {
    /// Whether the last round of the collector succeeded; false before the first.
    public internal(set) var succeeded = false
    /// How long its last round took.
    public internal(set) var duration: Duration?
    /// When it last succeeded, in Unix seconds by the exporter's clock.
    public internal(set) var lastSuccess: Double?
    /// What went wrong in the last round that failed, and when (Unix seconds).
    public internal(set) var lastError: (time: Double, text: String)?
}
