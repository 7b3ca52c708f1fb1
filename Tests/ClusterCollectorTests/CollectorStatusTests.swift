import Testing

@testable import ClusterCollector

/// Ages stay true when the wall clock is set.
struct CollectorStatusTests {
    private let start = ContinuousClock.now

    /// A collector that worked at 1000, failed at 1100, and is looked at when clocks show `wall` and
    /// `seconds` after the start.
    private func status(wall: Double, after seconds: Double) -> CollectorStatus {
        var status = CollectorStatus()
        status.record(error: nil, duration: .zero, at: 1000, start)
        status.record(error: "x", duration: .zero, at: 1100, start + .seconds(100))
        status.follow(wall: wall, instant: start + .seconds(seconds))
        return status
    }

    @Test(arguments: [0, 3600, -3600, 31_536_000, -900] as [Double])
    func `The ages are those of the continuous clock, whatever the clock is set to`(step: Double) {
        let wall = 1160 + step
        let status = status(wall: wall, after: 160)
        #expect(abs(wall - (status.lastSuccess ?? 0) - 160) < 0.01)
        #expect(abs(wall - (status.since ?? 0) - 60) < 0.01)
        #expect(abs(wall - (status.lastError?.time ?? 0) - 60) < 0.01)
    }

    @Test func `A clock that is slewed moves nothing`() {
        let status = status(wall: 1160.4, after: 160)
        #expect(status.lastSuccess == 1000 && status.since == 1100)
    }

    @Test func `Steps there and back end where they began, and looking changes nothing`() {
        var status = status(wall: 1160, after: 160)
        for (wall, seconds) in [(4770.0, 170.0), (4780, 180), (1190, 190), (1200, 200)] {
            status.follow(wall: wall, instant: start + .seconds(seconds))
        }
        #expect(abs((status.lastSuccess ?? 0) - 1000) < 0.01)
        let before = status.lastSuccess
        for place in 0..<1000 {
            status.follow(wall: 1200 + Double(place), instant: start + .seconds(200 + place))
        }
        #expect(status.lastSuccess == before)
    }
}
