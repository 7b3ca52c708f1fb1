import Basics
import Glibc

/// An HPC Pack head node in memory: a cluster that lives, its REST face, and its truth.
///
/// Safe to use from any thread. Time passes with the real clock times the configured speed, and by
/// `advance(by:)`; every answer first lets the cluster catch up.
public final class Simulator: Sendable {
    /// What the simulator was made with.
    public let configuration: SimulatorConfiguration
    private let simulation: Mutex<Simulation>

    /// Makes the cluster; nothing listens yet.
    ///
    /// - Parameter configuration: what to simulate.
    /// - Throws: `ConfigurationError` when a setting cannot be used.
    public init(configuration: SimulatorConfiguration) throws(ConfigurationError) {
        self.configuration = configuration
        let made = try Simulation(
            configuration: configuration,
            unixNow: Self.unixNow(),
            real: Self.realSeconds()
        )
        simulation = Mutex(made)
    }

    /// Counts what is true now, by brute force.
    ///
    /// - Parameter countsAllTasks: false leaves out the tasks of jobs that are over, which take
    ///   seconds to count in a cluster of a million jobs.
    /// - Returns: the counts, all of the same simulated second.
    public func truth(countsAllTasks: Bool = true) -> Truth {
        simulation.withLock { $0.truth(countsAllTasks: countsAllTasks, at: Self.realSeconds()) }
    }

    /// What happened to jobs since the mark.
    public var events: EventLog {
        simulation.withLock { simulation in
            simulation.catchUp(at: Self.realSeconds())
            return simulation.headNode.cluster.log
        }
    }

    /// Forgets the events so far: counts of flow begin now.
    public func mark() {
        simulation.withLock { simulation in
            simulation.catchUp(at: Self.realSeconds())
            let now = simulation.headNode.cluster.now
            simulation.headNode.cluster.log = EventLog(mark: now)
        }
    }

    /// Lets simulated time pass at once.
    ///
    /// - Parameter seconds: simulated seconds; a negative number changes nothing.
    public func advance(by seconds: Int) {
        simulation.withLock { simulation in
            let real = Self.realSeconds()
            simulation.clock.skip(Double(max(0, seconds)), at: real)
            simulation.catchUp(at: real)
        }
    }

    /// Stops simulated time, or lets it go on.
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

    /// Forgets every page token, as a restart of the service or a failover does.
    public func loseTokens() {
        simulation.withLock { $0.loseTokens() }
    }

    /// Forgets the page tokens of one head node, which has been restarted.
    ///
    /// - Parameter number: its number, from 1 on.
    func loseTokens(ofHeadNode number: Int) {
        simulation.withLock { $0.loseTokens(ofHeadNode: number) }
    }

    /// The names of the head nodes, and that of the active one.
    var headNodes: (names: [String], active: String) {
        simulation.withLock { ($0.headNode.cluster.headNodes, $0.headNode.cluster.headNode) }
    }

    /// Answers one request to the REST face, without any socket.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - seconds: how much later than now page tokens believe it to be, in real seconds.
    /// - Returns: the answer.
    package func answer(_ request: APIRequest, later seconds: Double = 0) -> APIResponse {
        simulation.withLock { simulation in
            let real = Self.realSeconds()
            simulation.catchUp(at: real)
            return simulation.headNode.answer(request, at: Int64(real + seconds))
        }
    }

    /// Answers one request to a head node with all the faults that befall it, without any socket.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - number: the number of the head node, from 1 on.
    /// - Returns: the answer, and how it is to go.
    package func serve(_ request: APIRequest, headNode number: Int = 1) -> ServedAnswer {
        simulation.withLock { simulation in
            simulation.serve(
                request,
                headNode: number,
                unix: Self.unixNow(),
                at: Self.realSeconds()
            )
        }
    }

    /// Answers one request to the control endpoint, without any socket.
    package func control(_ request: APIRequest) -> APIResponse {
        simulation.withLock { ControlFace.answer(request, &$0, at: Self.realSeconds()) }
    }

    /// What contradicts itself in the cluster, in sentences; empty when all is well.
    package func violations() -> [String] {
        simulation.withLock { $0.headNode.cluster.violations() }
    }

    private static func realSeconds() -> Double {
        let elapsed = epoch.duration(to: ContinuousClock.now).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }

    /// Where `realSeconds` counts from.
    private static let epoch = ContinuousClock.now

    private static func unixNow() -> Int64 {
        Int64(time(nil))
    }
}
