import Testing

@testable import ClusterCollector

struct ChangeWatermarkTests {
    private static func tally(_ times: UInt32..., ceiling: UInt32 = .max) -> StampTally {
        var tally = StampTally(ceiling: ceiling)
        for (index, time) in times.enumerated() { tally.add(time, job: Int64(index + 1)) }
        return tally
    }

    private static let overlap = ChangeWatermark.overlap

    @Test func `The first read reaches back by far more than it took`() {
        for (seconds, reach) in [(0, 60), (1, 100), (5, 500)] as [(UInt32, UInt32)] {
            var mark = ChangeWatermark()
            mark.advance(Self.tally(9000, 10_000), isFull: true, seconds: seconds)
            #expect(mark.from == 10_000 - reach - Self.overlap)
            #expect(mark.newest == 10_000 && mark.newestJob == 2)
        }
    }

    @Test func `Later reads begin at what was known before the last one began`() {
        var mark = ChangeWatermark()
        mark.advance(Self.tally(10_000), isFull: true, seconds: 1)
        mark.advance(Self.tally(10_500), isFull: false, seconds: 1)
        #expect(mark.from == 10_000 - Self.overlap && mark.newest == 10_500)
        mark.advance(Self.tally(), isFull: false, seconds: 1)
        #expect(mark.from == 10_500 - Self.overlap)
    }

    @Test func `Without any stamp only full reads will do`() {
        var mark = ChangeWatermark()
        mark.advance(Self.tally(0, 0), isFull: true, seconds: 1)
        #expect(mark.from == nil && mark.newest == 0)
        mark.advance(Self.tally(10_000), isFull: true, seconds: 1)
        #expect(mark.from == 10_000 - 100 - Self.overlap)
    }

    @Test func `A clock that was set back is followed, only on the word of a full read`() {
        var mark = ChangeWatermark()
        mark.advance(Self.tally(10_000), isFull: true, seconds: 1)
        var wentBack = mark.advance(Self.tally(9995), isFull: true, seconds: 1)
        #expect(!wentBack)
        wentBack = mark.advance(Self.tally(6400), isFull: true, seconds: 1)
        #expect(wentBack)
        #expect(mark.newest == 6400 && mark.from == 6400 - Self.overlap)
    }

    @Test func `The arithmetic holds at both ends of time`() {
        var mark = ChangeWatermark()
        mark.advance(Self.tally(5), isFull: true, seconds: .max)
        #expect(mark.from == 1)
        mark = ChangeWatermark()
        mark.advance(Self.tally(.max), isFull: true, seconds: 1)
        #expect(mark.ceiling(.max) == .max && mark.newest == .max)
    }

    @Test func `A few stamps in the far future are not believed, most of them are`() {
        #expect(Self.tally(100, 9999, ceiling: 1000).newest?.time == 100)
        #expect(Self.tally(100, 5000, 9999, ceiling: 1000).newest?.time == 9999)
        #expect(Self.tally(9999, ceiling: 1000).newest == nil)
        #expect(Self.tally().newest == nil)
    }
}
