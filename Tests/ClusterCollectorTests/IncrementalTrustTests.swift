import Testing

@testable import ClusterCollector

struct IncrementalTrustTests {
    private let start = ContinuousClock.now
    private let interval: Duration = .seconds(900)

    @Test func `One strike is forgiven, two in a row are not`() {
        var trust = IncrementalTrust(fullInterval: interval)
        var ended = trust.noteStrike(at: start)
        #expect(!ended)
        trust.noteAnswer()
        ended = trust.noteStrike(at: start)
        #expect(!ended)
        var plan = trust.plan(at: start)
        #expect(plan == .changes)
        ended = trust.noteStrike(at: start)
        plan = trust.plan(at: start)
        #expect(ended && plan == .full)
    }

    @Test func `After a pause three trials restore the trust, and a failed one doubles the pause`()
    {
        var trust = IncrementalTrust(fullInterval: interval)
        let wasTrusted = trust.suspend(at: start)
        #expect(wasTrusted)
        var now = start + interval * 4
        var plans = [trust.plan(at: now - .seconds(1)), trust.plan(at: now)]
        #expect(plans == [.full, .trial])
        var restored = trust.noteTrial(passed: true, at: now)
        #expect(!restored)
        restored = trust.noteTrial(passed: false, at: now)
        #expect(!restored)
        now += interval * 8
        plans = [trust.plan(at: now - .seconds(1))]
        #expect(plans == [.full])
        for restores in [false, false, true] {
            plans = [trust.plan(at: now)]
            restored = trust.noteTrial(passed: true, at: now)
            #expect(plans == [.trial] && restored == restores)
        }
        plans = [trust.plan(at: now)]
        #expect(trust.isTrusted && plans == [.changes])
    }

    @Test func `The pause has an upper bound`() {
        var trust = IncrementalTrust(fullInterval: interval)
        for _ in 0..<40 { trust.suspend(at: start) }
        let plan = trust.plan(at: start + IncrementalTrust.longestPause)
        #expect(plan == .trial)
    }

    @Test func `Without trials the pause alone restores the trust`() {
        var trust = IncrementalTrust(fullInterval: interval, trials: 0)
        trust.suspend(at: start)
        let plan = trust.plan(at: start + interval * 4)
        #expect(plan == .changes && trust.isTrusted)
    }
}
