/// The head node and its clock: all that changes, in one value behind one lock.
struct Simulation: Sendable {
    var headNode: HeadNode
    var clock: SimulatedClock

    /// Makes the cluster; `unixNow` (Unix seconds) and `real` (seconds by the monotonic clock) are
    /// the same moment.
    init(
        configuration: SimulatorConfiguration,
        unixNow: Int64,
        real: Double
    ) throws(ConfigurationError) {
        let start = configuration.startTime ?? unixNow
        guard (315_532_800...4_000_000_000).contains(start) else {
            throw ConfigurationError("the start time must lie between the years 1980 and 2096")
        }
        guard (0...100_000).contains(configuration.nodes) else {
            throw ConfigurationError("the number of nodes must be 0 to 100000")
        }
        guard (0...10_000_000).contains(configuration.jobs) else {
            throw ConfigurationError("the number of jobs must be 0 to 10000000")
        }
        guard (60...315_000_000).contains(configuration.retentionSeconds) else {
            throw ConfigurationError("the retention must be 1 minute to 10 years")
        }
        try Self.check(speed: configuration.speed)
        let now = UInt32(start)
        clock = SimulatedClock(simulatedStart: now, realStart: real, speed: configuration.speed)
        headNode = try HeadNode(
            configuration: configuration,
            cluster: Cluster(
                seed: configuration.seed,
                nodeCount: configuration.nodes,
                jobCount: configuration.jobs,
                now: now,
                retentionSeconds: configuration.retentionSeconds
            )
        )
    }

    static func check(speed: Double) throws(ConfigurationError) {
        guard speed >= 0, speed <= 100_000 else {
            throw ConfigurationError("the speed must be 0 to 100000 simulated seconds a second")
        }
    }

    /// Lets the cluster catch up with the clock.
    mutating func catchUp(at real: Double) {
        headNode.cluster.advance(to: clock.simulated(at: real))
    }

    mutating func answer(_ request: APIRequest, at real: Double) -> APIResponse {
        catchUp(at: real)
        return headNode.answer(request, at: Int64(real))
    }

    mutating func truth(countsAllTasks: Bool, at real: Double) -> Truth {
        catchUp(at: real)
        return headNode.cluster.truth(countsAllTasks: countsAllTasks)
    }
}
