import Exposition
import HPCPackClient

/// What happened to jobs since the first read: how many ended, how long they waited and ran.
///
/// It is told by comparing each job with what was known of it before, so a job counts when it is seen to
/// have changed, whatever the way in which the change was read. Nothing that was there in the first read
/// counts (METRICS: Jobs).
struct JobFlow: Sendable {
    /// The bounds of the wait in the queue, in seconds.
    static let waitBounds: [Double] = [1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400]
    /// The bounds of the run, in seconds.
    static let runBounds: [Double] = [10, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 259_200]
    /// The states in which a job can end.
    static let terminal: [JobState] = JobState.allCases.filter(\.isTerminal)

    /// Jobs seen to end, by final state.
    private(set) var completed = GroupedCounts<JobState>()
    /// The waits of jobs seen to start.
    private(set) var waits = HistogramValue(bounds: Self.waitBounds)
    /// The same by the number of the group set.
    private(set) var waitsBySet: [GroupTable.GroupSet: HistogramValue] = [:]
    /// The runs of jobs seen to end, by final state.
    private(set) var runs: [JobState: HistogramValue] = [:]
    /// The newest change of the first read, in Unix seconds by the server's clock; `nil` before that read.
    private(set) var mark: UInt32?

    /// Ends the first read.
    ///
    /// - Parameter newest: The newest change that it held; 0 when none is known.
    mutating func begin(_ newest: UInt32) { mark = newest }

    /// The server's clock has gone back: what it stamps from now on came after the first read.
    ///
    /// - Parameter time: What the clock is known to show, in Unix seconds.
    mutating func setBack(to time: UInt32) { mark = mark.map { min($0, time) } }

    /// Takes in a job that was read.
    ///
    /// - Parameters:
    ///   - old: What was known of it; `nil` for a job that was not known.
    ///   - new: What is known of it now.
    ///   - knewStarts: Whether the reads told start times before; else one that is told now is no news.
    mutating func note(_ old: JobTable.Entry?, _ new: JobTable.Entry, knewStarts: Bool = true) {
        guard let mark else { return }
        // A job that was not known counts if it changed since the first read; without a time it must have.
        if old == nil, new.row.changeTime != 0, new.row.changeTime < mark { return }
        if knewStarts || old == nil, Self.hasStarted(old?.row, new.row) { noteStart(new) }
        if Self.hasEnded(old?.row, new.row) { noteEnd(new) }
    }

    private mutating func noteStart(_ job: JobTable.Entry) {
        guard job.row.submitTime != 0, job.row.startTime >= job.row.submitTime else { return }
        let wait = Double(job.row.startTime - job.row.submitTime)
        waits.observe(wait)
        waitsBySet[job.groups, default: HistogramValue(bounds: Self.waitBounds)].observe(wait)
    }

    private mutating func noteEnd(_ job: JobTable.Entry) {
        completed.add(job.row.state, set: job.groups)
        guard job.row.startTime != 0, job.row.endTime >= job.row.startTime else { return }
        let run = Double(job.row.endTime - job.row.startTime)
        runs[job.row.state, default: HistogramValue(bounds: Self.runBounds)].observe(run)
    }

    /// A requeued job that starts again has another start time.
    private static func hasStarted(_ old: JobRow?, _ new: JobRow) -> Bool {
        new.startTime != 0 && old?.startTime != new.startTime
    }

    /// A job that was requeued and ended again between two reads has another end time or final state.
    private static func hasEnded(_ old: JobRow?, _ new: JobRow) -> Bool {
        guard new.state.isTerminal else { return false }
        guard let old, old.state.isTerminal else { return true }
        return old.state != new.state
            || old.endTime != 0 && new.endTime != 0 && old.endTime != new.endTime
    }
}
