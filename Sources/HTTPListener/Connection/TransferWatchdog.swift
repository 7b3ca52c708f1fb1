/// The deadline of a transfer that may neither stall nor be slower than a minimum on average.
struct TransferWatchdog: Sendable {
    typealias Instant = ContinuousClock.Instant

    private let start: Instant
    private var lastProgress: Instant
    private var bytes = 0
    private let timeout: Duration
    private let minimumBytesPerSecond: Int
    private let longest: Duration

    /// Starts a transfer.
    ///
    /// - Parameters:
    ///   - limits: Its least rate and its longest duration.
    ///   - timeout: How long it may stall.
    ///   - now: The present moment.
    init(_ limits: ListenerLimits, timeout: Duration, at now: Instant) {
        start = now
        lastProgress = now
        self.timeout = timeout
        minimumBytesPerSecond = limits.minimumBytesPerSecond
        longest = limits.transferTimeout
    }

    /// Records that bytes were transferred.
    mutating func recordProgress(_ count: Int, at now: Instant) {
        bytes += count
        lastProgress = now
    }

    /// When the transfer has failed.
    var deadline: Instant {
        let earned = Duration.milliseconds(bytes * 1000 / minimumBytesPerSecond)
        return min(lastProgress + timeout, start + min(timeout + earned, longest))
    }
}
