/// The mutable state of a simulator: the cluster, its clock and the faults.
struct Simulation: Sendable {
    var headNode: HeadNode
    var clock: SimulatedClock
    var faultPlan: FaultPlan
    /// The page tokens of the second head node; those of the first are its own.
    private var secondTokens: ContinuationTokens

    /// Creates the cluster; `unixNow` (Unix seconds) and `real` (seconds by the monotonic clock) are
    /// the same moment.
    init(
        configuration: SimulatorConfiguration,
        unixNow: Double,
        real: Double
    ) throws(ConfigurationError) {
        let start = configuration.startTime.map { Double($0) } ?? unixNow
        for (isValid, rule) in [
            (
                (315_532_800...4_000_000_000).contains(start),
                "start time must lie between the years 1980 and 2096"
            ),
            ((0...100_000).contains(configuration.nodes), "number of nodes must be 0 to 100000"),
            ((0...10_000_000).contains(configuration.jobs), "number of jobs must be 0 to 10000000"),
            (
                (60...315_000_000).contains(configuration.retentionSeconds),
                "retention must be 1 minute to 10 years"
            ),
            (
                (1...31_536_000).contains(configuration.tokenLifetimeSeconds),
                "lifetime of page tokens must be 1 second to a year"
            ),
        ] where !isValid {
            throw ConfigurationError("the \(rule)")
        }
        try Self.check(speed: configuration.speed)
        faultPlan = FaultPlan(seed: configuration.seed ^ 0xFA_0175)
        for text in configuration.faults { try faultPlan.add(Fault(text), at: real) }
        let now = UInt32(start)
        clock = SimulatedClock(simulatedStart: start, realStart: real, speed: configuration.speed)
        headNode = try HeadNode(
            configuration: configuration,
            cluster: Cluster(
                product: configuration.product,
                seed: configuration.seed,
                nodeCount: configuration.nodes,
                headNodeCount: configuration.secondAddresses.isEmpty ? 1 : 2,
                jobCount: configuration.jobs,
                now: now,
                retentionSeconds: configuration.retentionSeconds
            )
        )
        secondTokens = ContinuationTokens(
            seed: configuration.seed ^ 0x70CE_4E56,
            lifetimeSeconds: configuration.tokenLifetimeSeconds
        )
    }

    static func check(speed: Double) throws(ConfigurationError) {
        guard speed >= 0, speed <= 100_000 else {
            throw ConfigurationError("the speed must be 0 to 100000 simulated seconds a second")
        }
    }

    /// Advances the cluster to the time of the clock.
    mutating func catchUp(at real: Double) {
        headNode.cluster.advance(to: clock.simulated(at: real))
    }

    /// Answers as head node `number`, from 1 on; each has its own page tokens.
    mutating func answer(
        _ request: APIRequest,
        headNode number: Int = 1,
        at real: Double
    ) -> APIResponse {
        catchUp(at: real)
        if number == 2 { swap(&headNode.tokens, &secondTokens) }
        defer { if number == 2 { swap(&headNode.tokens, &secondTokens) } }
        return headNode.answer(request, at: Int64(real))
    }

    /// Removes the page tokens of one head node, or of all, as a restart or a failover does.
    mutating func loseTokens(ofHeadNode number: Int? = nil) {
        if number != 2 { headNode.tokens.removeAll() }
        if number != 1 { secondTokens.removeAll() }
    }

    /// Makes head node `number` the active one, and removes all page tokens.
    ///
    /// - Throws: 400 when there is no such head node.
    mutating func failOver(to number: Int) throws(APIError) {
        let names = headNode.cluster.headNodes
        guard names.indices.contains(number - 1) else {
            throw .badRequest("There is no head node \(number): head-node is 1 to \(names.count).")
        }
        headNode.cluster.headNode = names[number - 1]
        loseTokens()
    }

    mutating func truth(countsAllTasks: Bool, at real: Double) -> Truth {
        catchUp(at: real)
        return headNode.cluster.truth(countsAllTasks: countsAllTasks)
    }
}

/// Maps real time to simulated time, with a speed and pauses.
struct SimulatedClock: Sendable {
    /// Simulated Unix seconds at `realStart`.
    private var simulatedStart: Double
    /// The real seconds of `simulatedStart`, by a monotonic clock.
    private var realStart: Double
    /// Simulated seconds in a real second, when not paused.
    private(set) var speed: Double
    private(set) var isPaused = false

    init(simulatedStart: Double, realStart: Double, speed: Double) {
        self.simulatedStart = simulatedStart
        self.realStart = realStart
        self.speed = speed
    }

    /// The last simulated second, some years before 32 bits overflow.
    static let end: Double = 4_200_000_000

    /// Returns the simulated time, in Unix seconds, at real second `real`.
    func simulated(at real: Double) -> UInt32 {
        UInt32(min(exact(at: real), Self.end))
    }

    private func exact(at real: Double) -> Double {
        simulatedStart + (isPaused ? 0 : max(0, real - realStart) * speed)
    }

    /// Advances simulated time at once.
    mutating func skip(_ seconds: Double, at real: Double) {
        simulatedStart = min(exact(at: real) + seconds, Self.end)
        realStart = real
    }

    mutating func setSpeed(_ value: Double, at real: Double) {
        skip(0, at: real)
        speed = value
    }

    mutating func setPaused(_ value: Bool, at real: Double) {
        skip(0, at: real)
        isPaused = value
    }
}
