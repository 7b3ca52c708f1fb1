/// The time from which the next read of changes has to begin, derived from the server's own change times.
///
/// A read shows every change that was made before the read began. The newest `ChangeTime` that was known before a
/// read began is not later than that moment by the server's clock. So the next read may begin there, less an overlap
/// for changes that share a second and for rows that become visible late. Neither the exporter's clock nor the speed
/// of the server's clock matters. Example: 12:00:30 was the newest change time, and a read brings 12:00:58. The next
/// read begins at 12:00:30 less the overlap, and the one after it at 12:00:58 less the overlap.
///
/// A lower watermark is always right and only costs rows; a higher one would lose changes.
struct ChangeWatermark: Sendable, Equatable {
    /// The overlap of consecutive reads in seconds.
    static let overlap: UInt32 = 10
    /// A change time this many seconds ahead of every known clock is an outlier.
    static let farFuture: UInt32 = 2 * 86_400

    /// The newest credible change time, in Unix seconds by the server's clock; 0 when none is known.
    private(set) var newest: UInt32 = 0
    /// The job that has the newest change time; every read of changes must bring it again.
    private(set) var newestJob: Int64?
    /// The time from which the next read of changes begins, in Unix seconds; `nil` when only a full read will do.
    private(set) var start: UInt32?

    /// The latest change time that is not an outlier, in Unix seconds.
    ///
    /// - Parameter wallClock: The exporter's clock in Unix seconds; an error of some hours does not matter.
    /// - Returns: The time; anything later is an outlier.
    func latestCredible(_ wallClock: UInt32) -> UInt32 {
        let (sum, overflow) = max(newest, wallClock).addingReportingOverflow(Self.farFuture)
        return overflow ? .max : sum
    }

    /// Advances the watermark after a complete read.
    ///
    /// - Parameters:
    ///   - changes: The change times of the rows that were new or different.
    ///   - isFull: Whether all jobs were read.
    ///   - seconds: The duration of the read, rounded up.
    /// - Returns: Whether the server's clock was set back, which invalidates every older watermark.
    @discardableResult
    mutating func advance(_ changes: ChangeTimes, isFull: Bool, seconds: UInt32) -> Bool {
        guard let before = start else {
            begin(changes, seconds: seconds)
            return false
        }
        let (time, job) = changes.newest ?? (0, 0)
        if isFull, time != 0, time < before {
            // All changes are older than the time that the clock had already reached.
            (newest, newestJob) = (time, job)
            start = Self.start(after: time)
            return true
        }
        start = Self.start(after: newest)
        if time != 0, time >= newest { (newest, newestJob) = (time, job) }
        return false
    }

    /// Sets the watermark after the first read that told change times.
    ///
    /// Changes made during that read may be missing in it. The next read therefore reaches back by much more than
    /// the duration of the read; even a server clock that runs too fast does not matter then.
    private mutating func begin(_ changes: ChangeTimes, seconds: UInt32) {
        guard let (time, job) = changes.newest else { return }
        let (reach, overflow) = seconds.multipliedReportingOverflow(by: 100)
        (newest, newestJob) = (time, job)
        start = Self.start(after: time, reachingBack: overflow ? .max : max(60, reach))
    }

    /// Forgets the newest job, because it no longer exists.
    mutating func forgetNewestJob() { newestJob = nil }

    /// The time from which a read must begin to bring all changes after `time`, in Unix seconds.
    static func start(after time: UInt32, reachingBack reach: UInt32 = 0) -> UInt32 {
        let (back, overflow) = reach.addingReportingOverflow(overlap)
        return overflow || back >= time ? 1 : time - back
    }
}

/// The newest change time of a listing, with the few outliers in the far future set apart.
///
/// One row that claims to have changed in the year 2100 must not end the reads of changes. A server whose clock
/// really is far ahead stamps most rows so.
struct ChangeTimes: Sendable, Equatable {
    private struct Newest: Equatable {
        var time: UInt32 = 0
        var job: Int64 = 0
    }

    private let latestCredible: UInt32
    private var rows = 0
    private var outliers = 0
    private var credible = Newest()
    private var any = Newest()

    /// Creates an empty value.
    ///
    /// - Parameter latestCredible: Later times are outliers unless most are later.
    init(latestCredible: UInt32) { self.latestCredible = latestCredible }

    /// Adds the change time of a row; 0 means that the row has none.
    mutating func add(_ time: UInt32, job: Int64) {
        guard time != 0 else { return }
        rows += 1
        if time > any.time { any = Newest(time: time, job: job) }
        if time > latestCredible {
            outliers += 1
        } else if time > credible.time {
            credible = Newest(time: time, job: job)
        }
    }

    /// The newest credible change time and its job.
    var newest: (time: UInt32, job: Int64)? {
        let found = outliers >= 2 && outliers * 2 > rows ? any : credible
        return found.time == 0 ? nil : (found.time, found.job)
    }
}
