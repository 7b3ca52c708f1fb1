public import HPCPackClient

/// What is collected, and how often.
public struct CollectorConfiguration: Sendable {
    /// Whose tasks are counted.
    public enum TaskJobs: String, CaseIterable, Sendable {
        /// Tasks of jobs that are not in a terminal state.
        case active
        /// Tasks of every job that the scheduler still holds.
        case all
    }

    /// Where the numbers of tasks come from.
    public enum TaskSource: String, CaseIterable, Sendable {
        /// From the rows of jobs where the server tells them and they prove right, else from the tasks of each job.
        case auto
        /// From the rows of jobs.
        case counts
        /// From the tasks of each job.
        case calls
    }

    /// Whether nodes are read.
    public var nodes: Bool
    /// Whether there are series for each node.
    public var nodeDetails: Bool
    /// Whether jobs are counted.
    public var jobs: Bool
    /// Whether tasks are counted.
    public var tasks: Bool
    /// Whose tasks are counted.
    public var taskJobs: TaskJobs
    /// Where the numbers of tasks come from.
    public var taskSource: TaskSource
    /// The texts by which jobs are counted too.
    public var jobLabels: [JobLabel]
    /// The most values of each of them that have series of their own.
    public var jobLabelLimit: Int
    /// The time from the start of one round to the start of the next.
    public var interval: Duration
    /// The time between full reads of a listing that is otherwise read incrementally.
    public var fullInterval: Duration
    /// How long the last good data of a failing collector is served.
    public var maxAge: Duration

    /// Describes what is collected; the defaults are those of the command line.
    public init(
        nodes: Bool = true,
        nodeDetails: Bool = true,
        jobs: Bool = true,
        tasks: Bool = true,
        taskJobs: TaskJobs = .active,
        taskSource: TaskSource = .auto,
        jobLabels: [JobLabel] = [],
        jobLabelLimit: Int = 100,
        interval: Duration = .seconds(30),
        fullInterval: Duration = .seconds(900),
        maxAge: Duration = .seconds(300)
    ) {
        self.nodes = nodes
        self.nodeDetails = nodeDetails
        self.jobs = jobs
        self.tasks = tasks
        self.taskJobs = taskJobs
        self.taskSource = taskSource
        self.jobLabels = jobLabels
        self.jobLabelLimit = jobLabelLimit
        self.interval = interval
        self.fullInterval = fullInterval
        self.maxAge = maxAge
    }

    /// The collectors that run.
    public var enabled: [CollectorName] {
        [.cluster] + (nodes ? [.nodes] : []) + (jobs ? [.jobs] : []) + (tasks ? [.tasks] : [])
    }
}
