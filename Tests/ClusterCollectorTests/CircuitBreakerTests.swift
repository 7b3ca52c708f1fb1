import Testing

@testable import ClusterCollector

struct CircuitBreakerTests {
    private let start = ContinuousClock.now
    private let interval: Duration = .seconds(900)

    @Test func `One failure is forgiven, two in a row open the breaker`() {
        var breaker = CircuitBreaker(fullInterval: interval)
        var opened = breaker.recordFailure(at: start)
        #expect(!opened)
        breaker.recordSuccess()
        opened = breaker.recordFailure(at: start)
        #expect(!opened)
        var plan = breaker.plan(at: start)
        #expect(plan == .changes)
        opened = breaker.recordFailure(at: start)
        plan = breaker.plan(at: start)
        #expect(opened && plan == .full)
    }

    @Test func `After a pause three trials close the breaker, and a failed one doubles the pause`()
    {
        var breaker = CircuitBreaker(fullInterval: interval)
        let wasClosed = breaker.open(at: start)
        #expect(wasClosed)
        var now = start + interval * 4
        var plans = [breaker.plan(at: now - .seconds(1)), breaker.plan(at: now)]
        #expect(plans == [.full, .trial])
        var restored = breaker.recordTrial(passed: true, at: now)
        #expect(!restored)
        restored = breaker.recordTrial(passed: false, at: now)
        #expect(!restored)
        now += interval * 8
        plans = [breaker.plan(at: now - .seconds(1))]
        #expect(plans == [.full])
        for restores in [false, false, true] {
            plans = [breaker.plan(at: now)]
            restored = breaker.recordTrial(passed: true, at: now)
            #expect(plans == [.trial] && restored == restores)
        }
        plans = [breaker.plan(at: now)]
        #expect(breaker.isClosed && plans == [.changes])
    }

    @Test func `The pause has an upper bound`() {
        var breaker = CircuitBreaker(fullInterval: interval)
        for _ in 0..<40 { breaker.open(at: start) }
        let plan = breaker.plan(at: start + CircuitBreaker.longestPause)
        #expect(plan == .trial)
    }

    @Test func `Without trials the pause alone closes the breaker`() {
        var breaker = CircuitBreaker(fullInterval: interval, trials: 0)
        breaker.open(at: start)
        let plan = breaker.plan(at: start + interval * 4)
        #expect(plan == .changes && breaker.isClosed)
    }
}
