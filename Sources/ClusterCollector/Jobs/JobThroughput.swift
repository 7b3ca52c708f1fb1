import Exposition
import HPCPackClient

/// Counters and histograms of what happened to jobs since the first read: how many ended, how long they waited and ran.
///
/// Each job is compared with what was known of it before. So a job counts when it is seen to have changed, however
/// the change was read. Nothing that the first read held counts (docs/metrics.md#jobs).
struct JobThroughput: Sendable {
    /// The bucket bounds of the wait in the queue, in seconds.
    static let waitBounds: [Double] = [1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400]
    /// The bucket bounds of the run time, in seconds.
    static let runBounds: [Double] = [10, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 259_200]
    /// The states in which a job can end.
    static let terminalStates: [JobState] = JobState.allCases.filter(\.isTerminal)

    /// Jobs seen to end, by final state.
    private(set) var completed = GroupedCounts<JobState>()
    /// The waits of jobs seen to start.
    private(set) var waits = HistogramValue(bounds: Self.waitBounds)
    /// The waits by the node groups that the jobs name.
    private(set) var waitsBySet: [NodeGroupSetID: HistogramValue] = [:]
    /// The run times of jobs seen to end, by final state.
    private(set) var runs: [JobState: HistogramValue] = [:]
    /// The newest change time of the first read, in Unix seconds by the server's clock; `nil` before that read.
    private(set) var firstReadChange: UInt32?

    /// Starts counting after the first read.
    ///
    /// - Parameter newestChange: The newest change time that the first read held; 0 when none is known.
    mutating func start(newestChange: UInt32) { firstReadChange = newestChange }

    /// Notes that the server's clock was set back: later change times may be earlier than the first read's.
    ///
    /// - Parameter time: A time that the clock has reached since, in Unix seconds.
    mutating func clockWasSetBack(to time: UInt32) {
        firstReadChange = firstReadChange.map { min($0, time) }
    }

    /// Counts what a change of a job tells.
    ///
    /// - Parameters:
    ///   - old: The job as it was known; `nil` for a new job.
    ///   - new: The job as it was read.
    ///   - knewStartTimes: Whether earlier reads told start times; otherwise a start time is not a new start.
    mutating func record(_ old: JobTable.Entry?, _ new: JobTable.Entry, knewStartTimes: Bool = true)
    {
        guard let firstReadChange else { return }
        // A new job counts if it changed after the first read; one without a change time must have.
        if old == nil, new.row.changeTime != 0, new.row.changeTime < firstReadChange { return }
        if knewStartTimes || old == nil, Self.hasStarted(old?.row, new.row) { recordStart(new) }
        if Self.hasEnded(old?.row, new.row) { recordEnd(new) }
    }

    private mutating func recordStart(_ job: JobTable.Entry) {
        guard job.row.submitTime != 0, job.row.startTime >= job.row.submitTime else { return }
        let wait = Double(job.row.startTime - job.row.submitTime)
        waits.observe(wait)
        waitsBySet[job.groups, default: HistogramValue(bounds: Self.waitBounds)].observe(wait)
    }

    private mutating func recordEnd(_ job: JobTable.Entry) {
        completed.add(job.row.state, set: job.groups)
        guard job.row.startTime != 0, job.row.endTime >= job.row.startTime else { return }
        let run = Double(job.row.endTime - job.row.startTime)
        runs[job.row.state, default: HistogramValue(bounds: Self.runBounds)].observe(run)
    }

    /// Whether a job started; a requeued job that starts again has another start time.
    private static func hasStarted(_ old: JobRow?, _ new: JobRow) -> Bool {
        new.startTime != 0 && old?.startTime != new.startTime
    }

    /// Whether a job ended; a job that was requeued and ended again between two reads has another end time or state.
    private static func hasEnded(_ old: JobRow?, _ new: JobRow) -> Bool {
        guard new.state.isTerminal else { return false }
        guard let old, old.state.isTerminal else { return true }
        return old.state != new.state
            || old.endTime != 0 && new.endTime != 0 && old.endTime != new.endTime
    }

    /// The waits of each listed group, and of each other group that a job named.
    func waitsByGroup(_ groups: NodeGroupRegistry.Snapshot) -> [(NodeGroupID, HistogramValue)] {
        let empty = HistogramValue(bounds: Self.waitBounds)
        var table: [NodeGroupID: HistogramValue] = [:]
        for group in groups.listed ?? [] { table[group] = empty }
        for (set, histogram) in waitsBySet {
            for group in groups.sets[Int(set)] { table[group, default: empty].add(histogram) }
        }
        return table.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }
}
