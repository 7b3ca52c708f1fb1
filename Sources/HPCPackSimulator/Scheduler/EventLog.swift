/// The steps of jobs since a mark, one by one, so that a test can count them its own way.
public struct EventLog: Sendable {
    /// When recording began, in simulated Unix seconds.
    public let mark: Int64
    /// The steps in the order in which they happened.
    public private(set) var entries: [Entry] = []
    /// Whether more happened than is kept, so that counts made from `entries` are too low.
    public private(set) var isOverfull = false

    /// The most entries that are kept.
    static let limit = 2_000_000

    init(mark: UInt32) {
        self.mark = Int64(mark)
    }

    /// One step of a job.
    public struct Entry: Sendable {
        /// When it happened, in simulated Unix seconds.
        public let time: Int64
        /// The job's id.
        public let jobId: Int
        /// What happened.
        public let kind: Kind
        /// `SubmitTime`, Unix seconds; `nil` when it was never set.
        public let submitTime: Int64?
        /// `StartTime`, Unix seconds; `nil` when it was never set.
        public let startTime: Int64?
        /// `EndTime`, Unix seconds; `nil` when it was never set.
        public let endTime: Int64?
        /// The job's `NodeGroups` as the API gives it.
        public let nodeGroups: String
    }

    /// The kinds of steps.
    public enum Kind: String, Sendable, CaseIterable {
        /// The job was created.
        case created = "Created"
        /// The job was requeued.
        case requeued = "Requeued"
        /// The job began to run.
        case started = "Started"
        /// The job reached this terminal state.
        case finished = "Finished"
        /// The job reached this terminal state.
        case failed = "Failed"
        /// The job reached this terminal state.
        case canceled = "Canceled"
        /// The scheduler removed the job after the retention time.
        case purged = "Purged"

        /// The kind for a terminal state.
        init(end state: JobState) {
            self = state == .finished ? .finished : state == .failed ? .failed : .canceled
        }
    }

    mutating func record(_ kind: Kind, _ job: Job, groups: String, at now: UInt32) {
        guard entries.count < Self.limit else {
            isOverfull = true
            return
        }
        func time(_ value: UInt32) -> Int64? { value == 0 ? nil : Int64(value) }
        entries.append(
            Entry(
                time: Int64(now),
                jobId: Int(job.id),
                kind: kind,
                submitTime: time(job.submitTime),
                startTime: time(job.startTime),
                endTime: time(job.endTime),
                nodeGroups: groups
            )
        )
    }
}
