/// Where the next read of changes has to begin, told from the server's own stamps alone.
///
/// A read shows every change that was made before it began. The newest `ChangeTime` that was known before a
/// read began is not later than that moment by the server's clock, so the read after it may begin there, less
/// an overlap for stamps that share a second and rows that become visible late. Neither the exporter's clock
/// nor the speed of the server's clock matters. Example: 12:00:30 was the newest stamp, a read brings 12:00:58;
/// the next read begins at 12:00:30 less the overlap, and the one after that at 12:00:58 less the overlap.
///
/// A lower watermark is always right and only costs rows; a higher one would lose changes.
struct ChangeWatermark: Sendable, Equatable {
    /// Seconds that reads reach back beyond what they must.
    static let overlap: UInt32 = 10
    /// Seconds beyond every clock at hand from which on a stamp is an outlier rather than the time.
    static let farFuture: UInt32 = 2 * 86_400

    /// The newest stamp that is believed, in Unix seconds by the server's clock; 0 when none is known.
    private(set) var newest: UInt32 = 0
    /// The job that carried it: every read of changes must bring it again.
    private(set) var newestJob: Int64?
    /// Where the next read of changes begins, in Unix seconds; `nil` while only a full read will do.
    private(set) var from: UInt32?

    /// The first moment whose stamps are taken for outliers.
    ///
    /// - Parameter wallClock: The exporter's clock in Unix seconds, which only has to be right by days.
    /// - Returns: The moment in Unix seconds.
    func ceiling(_ wallClock: UInt32) -> UInt32 {
        let (sum, overflow) = max(newest, wallClock).addingReportingOverflow(Self.farFuture)
        return overflow ? .max : sum
    }

    /// Takes in a read that came whole.
    ///
    /// - Parameters:
    ///   - changes: The stamps of the rows that were new or different.
    ///   - isFull: Whether all jobs were read.
    ///   - seconds: How long the read took.
    /// - Returns: Whether the server's clock has gone back, so that no older watermark holds.
    @discardableResult
    mutating func advance(_ changes: StampTally, isFull: Bool, seconds: UInt32) -> Bool {
        guard let old = from else {
            begin(changes, seconds: seconds)
            return false
        }
        let (time, job) = changes.newest ?? (0, 0)
        if isFull, time != 0, time < old {
            // Everything that changed is stamped before the time that was reached: the clock was set back.
            (newest, newestJob) = (time, job)
            from = Self.before(time, 0)
            return true
        }
        from = Self.before(newest, 0)
        if time != 0, time >= newest { (newest, newestJob) = (time, job) }
        return false
    }

    /// Takes in the first read that told stamps, before which nothing was known.
    ///
    /// What changed while it was under way may be missing in it, so the next read reaches back by much more
    /// than the read took; the server's clock may even run faster than ours.
    private mutating func begin(_ stamps: StampTally, seconds: UInt32) {
        guard let (time, job) = stamps.newest else { return }
        let (reach, overflow) = seconds.multipliedReportingOverflow(by: 100)
        (newest, newestJob) = (time, job)
        from = Self.before(time, overflow ? .max : max(60, reach))
    }

    /// Forgets which job must come again, because it is gone.
    mutating func forgetJob() { newestJob = nil }

    /// Where a read of changes begins that must show all that came after `time`.
    static func before(_ time: UInt32, _ reach: UInt32) -> UInt32 {
        let (back, overflow) = reach.addingReportingOverflow(overlap)
        return overflow || back >= time ? 1 : time - back
    }
}
