/// How the rounds of a collector went.
public struct CollectorStatus: Sendable {
    /// Whether the last round succeeded; false before the first.
    public private(set) var succeeded = false
    /// Since when the rounds succeed, or fail, without a break (Unix seconds); `nil` before the first round.
    public private(set) var since: Double?
    /// The duration of the last round.
    public private(set) var duration: Duration?
    /// When a round last succeeded, in Unix seconds by the exporter's clock.
    public private(set) var lastSuccess: Double?
    /// The error of the last round that failed, and when that was (Unix seconds).
    public private(set) var lastError: (time: Double, text: String)?
    /// One moment on both clocks, to which the times above belong.
    private var anchor: (wall: Double, instant: ContinuousClock.Instant)?

    /// A difference between the clocks that does not count as a step, in seconds: clocks are slewed.
    private static let slewTolerance = 0.5

    /// Records a round.
    ///
    /// - Parameters:
    ///   - error: Why it failed; `nil` for a success.
    ///   - duration: How long it took.
    ///   - wall: The present moment in Unix seconds.
    ///   - instant: The same moment on the continuous clock.
    mutating func record(
        error: String?,
        duration: Duration,
        at wall: Double,
        _ instant: ContinuousClock.Instant
    ) {
        follow(wall: wall, instant: instant)
        self.duration = duration
        if since == nil || succeeded != (error == nil) { since = wall }
        succeeded = error == nil
        if let error { lastError = (wall, error) } else { lastSuccess = wall }
    }

    /// Shows the collector as failing, because it has had no answer for too long.
    mutating func markStalled() { succeeded = false }

    /// Moves the times by as much as the wall clock was set since they were recorded.
    ///
    /// Ages stay true then: Prometheus subtracts the times from a clock that was set too.
    ///
    /// - Parameters:
    ///   - wall: The present moment in Unix seconds.
    ///   - instant: The same moment on the continuous clock.
    mutating func follow(wall: Double, instant: ContinuousClock.Instant) {
        defer { if self.anchor == nil { self.anchor = (wall, instant) } }
        guard let anchor else { return }
        let step = wall - anchor.wall - (instant - anchor.instant) / .seconds(1)
        guard abs(step) > Self.slewTolerance else { return }
        // In whole milliseconds: the clocks are not read at once, and equal times must stay equal.
        let shift = (step * 1000).rounded() / 1000
        since? += shift
        lastSuccess? += shift
        lastError?.time += shift
        self.anchor = (anchor.wall + shift, anchor.instant)
    }
}
