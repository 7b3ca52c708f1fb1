/// Maps real time to simulated time: a start, a speed, and pauses.
struct SimulatedClock: Sendable {
    /// Simulated Unix seconds at `realStart`.
    private var simulatedStart: Double
    /// Real seconds, by a monotonic clock.
    private var realStart: Double
    /// Simulated seconds in a real second, when not paused.
    private(set) var speed: Double
    private(set) var isPaused = false

    init(simulatedStart: UInt32, realStart: Double, speed: Double) {
        self.simulatedStart = Double(simulatedStart)
        self.realStart = realStart
        self.speed = speed
    }

    /// The last second that the simulation knows: some years before 32 bits run out.
    static let end: Double = 4_200_000_000

    /// Simulated Unix seconds at real second `real`.
    func simulated(at real: Double) -> UInt32 {
        UInt32(min(exact(at: real), Self.end))
    }

    private func exact(at real: Double) -> Double {
        simulatedStart + (isPaused ? 0 : max(0, real - realStart) * speed)
    }

    /// Lets simulated time pass at once.
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
