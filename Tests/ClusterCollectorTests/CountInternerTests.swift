import HPCPackClient
import Testing

@testable import ClusterCollector

struct CountInternerTests {
    private static func counts(_ finished: Int) -> StateCounts<TaskState> {
        var counts = StateCounts<TaskState>()
        counts[.finished] = finished
        return counts
    }

    @Test func `Jobs with the same counts share them, and nothing is left when all are gone`() {
        var interner = CountInterner()
        for round in 0..<50 {
            let indices = (0..<100).map { interner.intern(Self.counts($0 % 10 + round)) }
            #expect(interner.count == 10)
            for (number, index) in indices.enumerated() {
                #expect(interner[index] == Self.counts(number % 10 + round))
            }
            for index in indices { interner.release(index) }
            #expect(interner.count == 0)
        }
    }
}
