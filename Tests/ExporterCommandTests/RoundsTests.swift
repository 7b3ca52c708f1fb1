import Basics
import TestSupport
import Testing

@testable import ExporterCommand

/// Rounds without a cluster.
struct RoundsTests {
    /// Counts rounds, and holds each one as long as the gate is shut.
    private final class Work: Sendable {
        struct State {
            var begun = 0
            var running = 0
            var mostRunning = 0
            var ended = 0
            var isGateOpen = true
        }

        private let state = Monitor(State())

        var now: State { state.wait(until: { _ in true }) { $0 } }

        func round() {
            state.withLock { state in
                state.begun += 1
                state.running += 1
                state.mostRunning = max(state.mostRunning, state.running)
            }
            state.wait(deadline: .now + .seconds(20), until: { $0.isGateOpen }) { state in
                state.running -= 1
                state.ended += 1
            }
        }

        func setGate(open: Bool) { state.withLock { $0.isGateOpen = open } }
    }

    private let work = Work()

    private func rounds(every interval: Duration) -> Rounds {
        Rounds(every: interval) { [work] in work.round() }
    }

    @Test func `The first round begins at once, the next ones by the interval, none at once`() {
        let rounds = rounds(every: .milliseconds(20))
        let start = ContinuousClock.now
        rounds.start()
        #expect(Deadline.wait { work.now.ended >= 5 })
        #expect(ContinuousClock.now - start >= .milliseconds(80))
        #expect(work.now.mostRunning == 1)
        rounds.stop()
        #expect(rounds.join(within: .seconds(10)))
    }

    @Test func `A round that is asked for begins at once, after the one that runs`() {
        let rounds = rounds(every: .seconds(3600))
        work.setGate(open: false)
        rounds.start()
        #expect(Deadline.wait { work.now.running == 1 })
        for _ in 0..<100 { rounds.kick() }
        #expect(work.now.begun == 1)
        work.setGate(open: true)
        #expect(Deadline.wait { work.now.ended == 2 })
        rounds.kick()
        #expect(Deadline.wait { work.now.ended == 3 })
        rounds.stop()
        #expect(rounds.join(within: .seconds(10)))
        // A hundred wishes for one round are one round.
        #expect(work.now.begun == 3 && work.now.mostRunning == 1)
    }

    @Test func `A stop lets no further round begin and waits for the last`() {
        let rounds = rounds(every: .milliseconds(1))
        work.setGate(open: false)
        rounds.start()
        #expect(Deadline.wait { work.now.running == 1 })
        rounds.stop()
        rounds.kick()
        #expect(!rounds.join(within: .milliseconds(20)))
        work.setGate(open: true)
        #expect(rounds.join(within: .seconds(10)))
        #expect(work.now.begun == 1)
    }

    @Test func `A stop before the start leaves nothing to do`() {
        let rounds = rounds(every: .milliseconds(1))
        rounds.stop()
        rounds.start()
        #expect(rounds.join(within: .zero))
        #expect(work.now.begun == 0)
    }
}
