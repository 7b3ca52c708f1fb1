import Testing

@testable import ClusterCollector

struct ChangeWatermarkTests {
    private static func times(_ values: UInt32..., latestCredible: UInt32 = .max) -> ChangeTimes {
        var times = ChangeTimes(latestCredible: latestCredible)
        for (index, time) in values.enumerated() { times.add(time, job: Int64(index + 1)) }
        return times
    }

    private static let overlap = ChangeWatermark.overlap

    @Test func `The first read reaches back by far more than it took`() {
        for (seconds, reach) in [(0, 60), (1, 100), (5, 500)] as [(UInt32, UInt32)] {
            var watermark = ChangeWatermark()
            watermark.advance(Self.times(9000, 10_000), isFull: true, seconds: seconds)
            #expect(watermark.start == 10_000 - reach - Self.overlap)
            #expect(watermark.newest == 10_000 && watermark.newestJob == 2)
        }
    }

    @Test func `Later reads begin at what was known before the last one began`() {
        var watermark = ChangeWatermark()
        watermark.advance(Self.times(10_000), isFull: true, seconds: 1)
        watermark.advance(Self.times(10_500), isFull: false, seconds: 1)
        #expect(watermark.start == 10_000 - Self.overlap && watermark.newest == 10_500)
        watermark.advance(Self.times(), isFull: false, seconds: 1)
        #expect(watermark.start == 10_500 - Self.overlap)
    }

    @Test func `Without any change time only full reads will do`() {
        var watermark = ChangeWatermark()
        watermark.advance(Self.times(0, 0), isFull: true, seconds: 1)
        #expect(watermark.start == nil && watermark.newest == 0)
        watermark.advance(Self.times(10_000), isFull: true, seconds: 1)
        #expect(watermark.start == 10_000 - 100 - Self.overlap)
    }

    @Test func `A clock that was set back is followed, only on the word of a full read`() {
        var watermark = ChangeWatermark()
        watermark.advance(Self.times(10_000), isFull: true, seconds: 1)
        var wasSetBack = watermark.advance(Self.times(9995), isFull: true, seconds: 1)
        #expect(!wasSetBack)
        wasSetBack = watermark.advance(Self.times(6400), isFull: true, seconds: 1)
        #expect(wasSetBack)
        #expect(watermark.newest == 6400 && watermark.start == 6400 - Self.overlap)
    }

    @Test func `The arithmetic holds at both ends of time`() {
        var watermark = ChangeWatermark()
        watermark.advance(Self.times(5), isFull: true, seconds: .max)
        #expect(watermark.start == 1)
        watermark = ChangeWatermark()
        watermark.advance(Self.times(.max), isFull: true, seconds: 1)
        #expect(watermark.latestCredible(.max) == .max && watermark.newest == .max)
    }

    @Test func `A few change times in the far future are outliers, most of them are not`() {
        #expect(Self.times(100, 9999, latestCredible: 1000).newest?.time == 100)
        #expect(Self.times(100, 5000, 9999, latestCredible: 1000).newest?.time == 9999)
        #expect(Self.times(9999, latestCredible: 1000).newest == nil)
        #expect(Self.times().newest == nil)
    }
}
