/// What happened to jobs since a mark: kept row by row, so that a test can count it its own way.
public struct EventLog: Sendable {
    /// Simulated Unix seconds from which on events are kept.
    public let mark: Int64
    /// The events in the order in which they happened.
    public private(set) var entries: [Entry] = []
    /// True once more happened than is kept; counts made from `entries` are then too low.
    public private(set) var isOverfull = false

    /// The most entries that are kept.
    static let limit = 2_000_000

    init(mark: UInt32) {
        self.mark = Int64(mark)
    }

    /// One step in a job's life.
    public struct Entry: Sendable {
        /// Simulated Unix seconds.
        public let time: Int64
        /// The job's id.
        public let jobId: Int
        /// What happened.
        public let kind: Kind
        /// `SubmitTime`, Unix seconds; nil when never set.
        public let submitTime: Int64?
        /// `StartTime`, Unix seconds; nil when never set.
        public let startTime: Int64?
        /// `EndTime`, Unix seconds; nil when never set.
        public let endTime: Int64?
        /// The job's `NodeGroups` as the API gives it.
        public let nodeGroups: String
    }

    /// The kinds of steps that are kept.
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
        /// The scheduler dropped the job after its retention time.
        case purged = "Purged"
    }

    mutating func note(_ kind: Kind, _ job: Job, groups: String, at now: UInt32) {
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
