import Basics

/// A simulated HPC Pack cluster: its scheduler, its REST API and the true counts.
///
/// It is safe to use from any thread. Simulated time passes with the real clock times the speed, and by
/// `advance(by:)`; the cluster is advanced before each answer.
public final class Simulator: Sendable {
    /// The configuration.
    public let configuration: SimulatorConfiguration
    private let simulation: Mutex<Simulation>

    /// Creates the cluster; nothing listens yet.
    ///
    /// - Parameter configuration: What to simulate.
    /// - Throws: `ConfigurationError` when a setting cannot be used.
    public init(configuration: SimulatorConfiguration) throws(ConfigurationError) {
        self.configuration = configuration
        // Read first, so that simulated time never lags the wall clock.
        let real = Self.realSeconds()
        let made = try Simulation(
            configuration: configuration,
            unixNow: WallClock.now,
            real: real
        )
        simulation = Mutex(made)
    }

    /// Counts nodes, jobs and tasks by brute force.
    ///
    /// - Parameter countsAllTasks: `false` leaves out the tasks of jobs that have ended, which take
    ///   seconds to count in a cluster of a million jobs.
    /// - Returns: The counts, all of the same simulated second.
    public func truth(countsAllTasks: Bool = true) -> Truth {
        simulation.withLock { $0.truth(countsAllTasks: countsAllTasks, at: Self.realSeconds()) }
    }

    /// The steps of jobs since the mark.
    public var events: EventLog {
        simulation.withLock { simulation in
            simulation.catchUp(at: Self.realSeconds())
            return simulation.headNode.cluster.log
        }
    }

    /// Begins a new event log.
    public func mark() {
        simulation.withLock { simulation in
            simulation.catchUp(at: Self.realSeconds())
            let now = simulation.headNode.cluster.now
            simulation.headNode.cluster.log = EventLog(mark: now)
        }
    }

    /// Advances simulated time at once.
    ///
    /// - Parameter seconds: Simulated seconds; a negative number changes nothing.
    public func advance(by seconds: Int) {
        simulation.withLock { simulation in
            let real = Self.realSeconds()
            simulation.clock.skip(Double(max(0, seconds)), at: real)
            simulation.catchUp(at: real)
        }
    }

    /// Stops or resumes simulated time.
    public func setPaused(_ isPaused: Bool) {
        simulation.withLock { $0.clock.setPaused(isPaused, at: Self.realSeconds()) }
    }

    /// Sets how many simulated seconds pass in a real second.
    ///
    /// - Throws: `ConfigurationError` for a negative or enormous speed.
    public func setSpeed(_ speed: Double) throws(ConfigurationError) {
        try Simulation.check(speed: speed)
        simulation.withLock { $0.clock.setSpeed(speed, at: Self.realSeconds()) }
    }

    /// Removes every page token, as a restart of the service or a failover does.
    public func loseTokens() {
        simulation.withLock { $0.loseTokens() }
    }

    /// Removes the page tokens of one head node, which has been restarted.
    ///
    /// - Parameter number: Its number, from 1 on.
    func loseTokens(ofHeadNode number: Int) {
        simulation.withLock { $0.loseTokens(ofHeadNode: number) }
    }

    /// The names of the head nodes, and that of the active one.
    var headNodes: (names: [String], active: String) {
        simulation.withLock { ($0.headNode.cluster.headNodes, $0.headNode.cluster.headNode) }
    }

    /// Answers a request to the REST API, without any socket and without faults.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - seconds: How many real seconds page tokens are aged by first.
    /// - Returns: The answer.
    package func answer(_ request: APIRequest, later seconds: Double = 0) -> APIResponse {
        simulation.withLock { simulation in
            let real = Self.realSeconds()
            simulation.catchUp(at: real)
            return simulation.headNode.answer(request, at: Int64(real + seconds))
        }
    }

    /// Answers a request to a head node with the faults that hit it, without any socket.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - number: The number of the head node, from 1 on.
    /// - Returns: The answer and its delivery.
    package func serve(_ request: APIRequest, headNode number: Int = 1) -> ServedAnswer {
        simulation.withLock { simulation in
            simulation.serve(
                request,
                headNode: number,
                unix: Int64(WallClock.now),
                at: Self.realSeconds()
            )
        }
    }

    /// Answers a request to the control API, without any socket.
    package func control(_ request: APIRequest) -> APIResponse {
        simulation.withLock { ControlAPI.answer(request, &$0, at: Self.realSeconds()) }
    }

    /// Returns every inconsistency of the cluster as a sentence.
    package func violations() -> [String] {
        simulation.withLock { $0.headNode.cluster.violations() }
    }

    private static func realSeconds() -> Double {
        let elapsed = epoch.duration(to: ContinuousClock.now).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }

    /// Where `realSeconds` counts from.
    private static let epoch = ContinuousClock.now
}
