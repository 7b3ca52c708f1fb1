/// How large a prepared cluster is.
struct ClusterSize: Sendable {
    /// Jobs that the scheduler holds, the active ones included.
    var jobs = 0
    var nodes = 0
    /// Jobs that run; their tasks can change at any time.
    var running = 0
    /// Jobs that wait.
    var queued = 0
    /// Tasks of each job.
    var tasksPerJob = 0

    /// The cluster of a small site, as the figures of docs/performance.md mean it.
    static let small = ClusterSize(jobs: 2000, nodes: 40, running: 20, queued: 20, tasksPerJob: 10)

    /// The arguments that make a server prepare such a cluster.
    var arguments: [String] { [jobs, nodes, running, queued, tasksPerJob].map(String.init) }

    /// Reads what `arguments` writes.
    init?(arguments: [String]) {
        let numbers = arguments.compactMap(Int.init)
        guard numbers.count == 5, arguments.count == 5, numbers.allSatisfy({ $0 >= 0 }),
            numbers[2] + numbers[3] <= numbers[0]
        else { return nil }
        (jobs, nodes, running) = (numbers[0], numbers[1], numbers[2])
        (queued, tasksPerJob) = (numbers[3], numbers[4])
    }

    init(jobs: Int, nodes: Int, running: Int = 0, queued: Int = 0, tasksPerJob: Int = 0) {
        self.jobs = jobs
        self.nodes = nodes
        self.running = running
        self.queued = queued
        self.tasksPerJob = tasksPerJob
    }
}
