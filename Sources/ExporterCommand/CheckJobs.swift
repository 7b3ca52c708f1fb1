import HPCPackClient
import JSONRows

/// Stages a job listing for `--check`: counts by state, and what times and filters are judged by.
final class CheckJobs: ListingStage {
    private let pattern: DateTimePattern?
    private let unread = CheckUnread()
    private let onRow: (Int) -> Void
    private lazy var decoder = unread.decoder(pattern)

    private var ids: Set<Int64> = []
    /// Jobs by state.
    private(set) var states: [JobState: Int] = [:]
    /// Whether any row told its node groups.
    private(set) var hasGroups = false
    /// Jobs of which the submit time is known.
    private(set) var submitTimes = 0
    private(set) var newestSubmit: UInt32 = 0
    /// The latest and the earliest change in Unix seconds; 0 when rows tell none.
    private(set) var newestChange: UInt32 = 0
    private(set) var oldestChange: UInt32 = 0
    /// The job whose tasks are worth reading: a running one, else one that has not ended, else any.
    private(set) var example: JobRow?

    init(_ pattern: DateTimePattern?, onRow: @escaping (Int) -> Void = { _ in }) {
        self.pattern = pattern
        self.onRow = onRow
    }

    /// Distinct jobs.
    var count: Int { ids.count }

    /// A time that could not be read, if any.
    var unreadTime: String? { unread.time }

    /// A state that is not documented, if any.
    var unknownState: String? { unread.samples[.jobState] }

    func begin() {
        ids = []
        states = [:]
        hasGroups = false
        submitTimes = 0
        (newestSubmit, newestChange, oldestChange) = (0, 0, 0)
        example = nil
        unread.clear()
    }

    func stage(_ row: borrowing Row) -> Bool {
        guard let job = decoder.job(row), ids.insert(job.id).inserted else { return false }
        onRow(ids.count)
        states[job.state, default: 0] += 1
        if row.isPresent(JobColumn.nodeGroups.rawValue) { hasGroups = true }
        if job.submitTime > 0 {
            submitTimes += 1
            newestSubmit = max(newestSubmit, job.submitTime)
        }
        if job.changeTime > 0 {
            newestChange = max(newestChange, job.changeTime)
            oldestChange = oldestChange == 0 ? job.changeTime : min(oldestChange, job.changeTime)
        }
        if Self.worth(job) > (example.map(Self.worth) ?? 0) { example = job }
        return true
    }

    private static func worth(_ job: JobRow) -> Int {
        job.state == .running ? 3 : job.state.isTerminal ? 1 : 2
    }
}
