import HPCPackClient
import Testing

@testable import ClusterCollector

struct SharedCountsTests {
    private static func counts(_ finished: Int) -> StateCounts<TaskState> {
        var counts = StateCounts<TaskState>()
        counts[.finished] = finished
        return counts
    }

    @Test func `Jobs with the same counts share them, and nothing is left when all are gone`() {
        var shared = SharedCounts()
        for round in 0..<50 {
            let places = (0..<100).map { shared.take(Self.counts($0 % 10 + round)) }
            #expect(shared.count == 10)
            for (index, place) in places.enumerated() {
                #expect(shared[place] == Self.counts(index % 10 + round))
            }
            for place in places { shared.giveBack(place) }
            #expect(shared.count == 0)
        }
    }
}
