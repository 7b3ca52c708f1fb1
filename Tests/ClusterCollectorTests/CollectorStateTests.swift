import HPCPackClient
import Testing

@testable import ClusterCollector

/// The age of data, with passed clocks.
struct CollectorStateTests {
    private let start = ContinuousClock.now
    private let maxAge: Duration = .seconds(300)
    private static let failure = RequestError(.timeout, .jobs, "no answer")

    private func time(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// A state with data that was committed at second 0.
    private func committed() -> CollectorState<Int> {
        var state = CollectorState<Int>()
        state.record(.success(Collected(data: 1)), began: start, at: start, wall: 0)
        return state
    }

    private func data(_ state: CollectorState<Int>, at seconds: Int) -> Int? {
        state.shown(at: time(seconds), maxAge: maxAge).data
    }

    @Test func `Data of a failing collector is withdrawn after the longest age`() {
        var state = committed()
        state.record(.failure(Self.failure), began: time(30), at: time(60), wall: 60)
        #expect(data(state, at: 300) == 1 && data(state, at: 301) == nil)
        #expect(!state.shown(at: time(70), maxAge: maxAge).status.succeeded)
        // Further failures change nothing, also when some of their requests succeed.
        state.lastAnswer = time(200)
        state.record(.failure(Self.failure), began: time(90), at: time(210), wall: 210)
        #expect(data(state, at: 300) == 1 && data(state, at: 301) == nil)
        state.record(.success(Collected(data: 2)), began: time(400), at: time(410), wall: 410)
        #expect(data(state, at: 420) == 2)
    }

    @Test func `A round that takes long withdraws nothing while its requests succeed`() {
        var state = committed()
        for second in stride(from: 100, through: 2000, by: 100) {
            state.lastAnswer = time(second)
            #expect(data(state, at: second + 300) == 1 && data(state, at: second + 301) == nil)
        }
        // It fails in the end: the data is as good as its last answer.
        state.record(.failure(Self.failure), began: time(10), at: time(2100), wall: 2100)
        #expect(data(state, at: 2300) == 1 && data(state, at: 2301) == nil)
    }

    @Test func `Without any answer the data goes, and the success with it`() {
        let state = committed()
        let stalled = state.shown(at: time(301), maxAge: maxAge)
        #expect(stalled.data == nil && !stalled.status.succeeded)
        #expect(stalled.status.lastSuccess == 0)
        #expect(state.expiry(maxAge: maxAge) == time(300))
    }

    @Test func `Data beside a failure is new data`() {
        var state = committed()
        let collected = Collected(data: 2, error: Self.failure, fullReads: 3, corrections: 4)
        state.record(.success(collected), began: time(30), at: time(31), wall: 31)
        #expect(data(state, at: 331) == 2 && data(state, at: 332) == nil)
        #expect(
            !state.status.succeeded && state.fullReads == 3 && state.corrections == 4
                && state.rounds == 2
        )
    }
}
