/// How much work the cluster gets, fitted to its size so that it is busy but keeps up.
struct Workload: Sendable {
    /// How long finished jobs stay, in seconds (FACTS: five days by default).
    let retentionSeconds: Int
    /// Mean time between two submissions, in microseconds; 0 when nobody submits.
    let arrivalMicroseconds: UInt64
    let meanRunSeconds: Int
    let meanCores: Int
    /// Mean time between two incidents on nodes, in seconds.
    let incidentSeconds: Int
    /// Above this many waiting jobs, people stop submitting.
    let queueLimit: Int
    /// Compute nodes, as positions: where a job without groups may run.
    let anyNode: [Int]

    init(jobs: Int, retentionSeconds: Int, nodes: [Node]) {
        self.retentionSeconds = retentionSeconds
        anyNode = nodes.indices.filter { nodes[$0].jobTypes == .compute }
        let cores = max(1, anyNode.reduce(0) { $0 + nodes[$1].cores })
        arrivalMicroseconds = jobs > 0 ? UInt64(retentionSeconds) * 1_000_000 / UInt64(jobs) : 0
        // Little's law: cores in use = arrivals a second × run time × cores a job = 0.7 of all.
        let coreSeconds = cores * 7 / 10 * retentionSeconds / max(1, jobs)
        let typicalCores = max(1, min(cores / 40, 24))
        meanRunSeconds = min(max(coreSeconds / typicalCores, 20), 14_400)
        meanCores = max(1, min(coreSeconds / meanRunSeconds, max(1, cores / 8)))
        incidentSeconds = max(1, 86_400 / max(1, nodes.count))
        queueLimit = max(200, nodes.count * 4)
    }

    /// A heavy-tailed time whose mean is about `mean`.
    func spread(mean: Int, draw: UInt64) -> Int {
        let percent = Self.quantiles[Int(draw % 16)]
        let jitter = 75 + Int(draw / 16 % 50)
        return max(1, mean * percent / 100 * jitter / 100)
    }

    /// Sixteen quantiles of a lognormal-like distribution with mean 1, in percent.
    private static let quantiles = [
        2, 5, 8, 12, 17, 23, 30, 38, 48, 60, 75, 95, 125, 175, 270, 600,
    ]
}
