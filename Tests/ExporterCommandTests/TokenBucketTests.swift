import Testing
import WebConfiguration

@testable import ExporterCommand

struct TokenBucketTests {
    @Test func `So many pass at once, and one more after each interval`() throws {
        let limit = WebConfiguration.RateLimit(interval: .seconds(2), burst: 3)
        var bucket = TokenBucket()
        let start = ContinuousClock.now
        var passed: [Double] = []
        for tenth in 0..<200 {
            let seconds = Double(tenth) / 10
            if bucket.spend(limit, at: start + .milliseconds(tenth * 100)) {
                passed.append(seconds)
            }
        }
        #expect(passed.prefix(3) == [0, 0.1, 0.2])
        #expect(passed.count == 3 + 9)
        #expect(
            zip(passed.dropFirst(3), passed.dropFirst(4)).allSatisfy {
                ($1 - $0 - 2).magnitude < 0.11
            }
        )
    }

    @Test func `After a long pause no more than the burst pass`() throws {
        let limit = WebConfiguration.RateLimit(interval: .milliseconds(1), burst: 2)
        var bucket = TokenBucket()
        let start = ContinuousClock.now
        for pause in [0, 3600, 7200] {
            let passed = (0..<5).count { _ in bucket.spend(limit, at: start + .seconds(pause)) }
            #expect(passed == 2)
        }
    }
}
