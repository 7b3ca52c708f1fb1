/// The deadline of a transfer that must neither stand still nor trickle.
struct TransferPace: Sendable {
    typealias Instant = ContinuousClock.Instant

    private let start: Instant
    private var lastProgress: Instant
    private var moved = 0
    private let timeout: Duration
    private let minimumBytesPerSecond: Int
    private let longest: Duration

    /// Starts a transfer.
    ///
    /// - Parameters:
    ///   - now: The present moment.
    ///   - timeout: How long it may stand still.
    ///   - minimumBytesPerSecond: How slow it may be on the average, beyond one timeout.
    ///   - longest: How long it may take at whatever pace.
    init(at now: Instant, timeout: Duration, minimumBytesPerSecond: Int, longest: Duration) {
        start = now
        lastProgress = now
        self.timeout = timeout
        self.minimumBytesPerSecond = minimumBytesPerSecond
        self.longest = longest
    }

    /// Counts bytes that moved.
    mutating func moved(_ count: Int, at now: Instant) {
        moved += count
        lastProgress = now
    }

    /// The moment at which the transfer has failed.
    var deadline: Instant {
        let earned = Duration.milliseconds(moved * 1000 / minimumBytesPerSecond)
        return min(
            lastProgress.advanced(by: timeout),
            start.advanced(by: min(timeout + earned, longest))
        )
    }
}
