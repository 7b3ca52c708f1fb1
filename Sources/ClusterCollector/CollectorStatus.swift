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
    /// One moment on both clocks, to which the times above belong.
    private var anchor: (wall: Double, instant: ContinuousClock.Instant)?

    /// What the wall clock may differ from the continuous one without having been set: clocks are slewed.
    private static let slack = 0.5

    /// Takes in the outcome of a round.
    mutating func note(succeeded: Bool, at time: Double) {
        if since == nil || succeeded != self.succeeded { since = time }
        self.succeeded = succeeded
        if succeeded { lastSuccess = time }
    }

    /// Moves the times by as much as the wall clock was set since they were noted, so that what they tell
    /// of an age stays true: Prometheus subtracts them from a clock that was set too.
    ///
    /// - Parameters:
    ///   - wall: The present moment in Unix seconds.
    ///   - instant: The same moment on the continuous clock.
    mutating func follow(wall: Double, instant: ContinuousClock.Instant) {
        defer { if self.anchor == nil { self.anchor = (wall, instant) } }
        guard let anchor else { return }
        let step = wall - anchor.wall - (instant - anchor.instant) / .seconds(1)
        guard abs(step) > Self.slack else { return }
        // Whole milliseconds: the two clocks are not read at once, and the times must not tremble.
        let shift = (step * 1000).rounded() / 1000
        since? += shift
        lastSuccess? += shift
        lastError?.time += shift
        self.anchor = (anchor.wall + shift, anchor.instant)
    }
}
