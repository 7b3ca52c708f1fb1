import Basics
import Foundation
import HPCPackSimulator
import Testing

struct ClockTests {
    /// A client that asks for changes since a moment of its own clock must not miss one that it makes then.
    @Test func `Simulated time keeps step with the wall clock, to the fraction of a second`() throws
    {
        // Started late in a second, so that a clock that dropped the fraction would lag most of one.
        while WallClock.now.truncatingRemainder(dividingBy: 1) < 0.8 { usleep(1000) }
        let client = try JobClient {
            $0.startTime = nil
            $0.speed = 1
        }
        while WallClock.now.truncatingRemainder(dividingBy: 1) > 0.5 { usleep(1000) }
        let before = try DotNetDatePattern("MM/dd/yyyy HH:mm:ss").string(unix: Int64(WallClock.now))
        let job = try client.createJob(("Name", "Just now"))
        let changed = try client.probe.rows(
            client.probe.ask("/jobs", [("$filter", "ChangeTimeFrom eq \(before)")])
        )
        #expect(changed.map { $0["Id"] } == [String(job)])
    }
}
