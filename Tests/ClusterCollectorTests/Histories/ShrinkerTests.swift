import TestSupport
import Testing

struct ShrinkerTests {
    @Test func `A list shrinks to the items that the failure needs`() {
        var tries = 0
        let small = Shrinker.minimal(Array(0..<500)) { items in
            tries += 1
            return [17, 18, 333].allSatisfy(items.contains)
        }
        #expect(small == [17, 18, 333])
        #expect(tries < 500)
    }

    @Test func `A failure that needs nothing shrinks to nothing`() {
        #expect(Shrinker.minimal([1, 2, 3]) { _ in true }.isEmpty)
    }

    @Test func `A history shrinks to the events, rounds and behavior that the failure needs`() {
        let history = History(seed: 5, rounds: 30)
        func needed(_ history: History) -> Int {
            history.rounds.flatMap(\.events).count { $0.kind == .requeue }
        }
        #expect(needed(history) > 2)
        let small = Shrinker.minimal(history) { needed($0) >= 2 && $0.rounds.count >= 3 }
        #expect(small.rounds.count == 3)
        #expect(small.size == 2 && needed(small) == 2)
        #expect(small.behavior.description.isEmpty)
    }

    @Test(.disabled(if: Sanitizer.thinsTables, "it runs some hundred histories, to test a test"))
    func `A page with a wrong number is found and leads to a small history`() throws {
        var history = History(seed: 3, rounds: 4)
        history.behavior = ServerBehavior()
        // A collector that loses the second failed job.
        func tamper(_ page: String) -> String {
            page.replacing(
                "hpcpack_jobs_completed_total{state=\"Failed\"} 2\n",
                with: "hpcpack_jobs_completed_total{state=\"Failed\"} 1\n"
            )
        }
        history.rounds[0].events = [HistoryEvent(kind: .submit, seed: 1)]
        for number in 1..<4 {
            history.rounds[number] = HistoryRound()
            history.rounds[number].events = (1...3).map {
                HistoryEvent(kind: $0 == 3 ? .touch : .flash, seed: UInt64(10 * number + $0))
            }
        }
        let failure = try #require(try HistoryRun.failure(of: history, tamper: tamper))
        #expect(failure.description.contains("hpcpack_jobs_completed_total"))
        let small = try Shrinker.minimal(history) {
            try HistoryRun.failure(of: $0, tamper: tamper) != nil
        }
        #expect(small.size <= 3, "\(small)")
        #expect(try HistoryRun.failure(of: small) == nil)
    }
}
