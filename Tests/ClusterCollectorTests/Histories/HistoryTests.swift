import Foundation
import TestSupport
import Testing

/// Random histories of a cluster: after each round every number on the page is the truth.
///
/// `HPCPACK_HISTORIES` sets how many histories run (seeds 1 and up), `HPCPACK_HISTORY_ROUNDS` how long each is,
/// and `HPCPACK_HISTORY_SEED` runs the history of one seed only.
struct HistoryTests {
    private static func setting(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init)
    }

    static let rounds = setting("HPCPACK_HISTORY_ROUNDS") ?? 25
    static let seeds: [UInt64] =
        if let seed = setting("HPCPACK_HISTORY_SEED") {
            [UInt64(seed)]
        } else {
            (1...UInt64(setting("HPCPACK_HISTORIES") ?? (Sanitizer.thinsTables ? 3 : 8))).map { $0 }
        }

    @Test(arguments: seeds)
    func `After every round of a random history each number is the truth`(seed: UInt64) throws {
        var history = History(seed: seed, rounds: Self.rounds)
        guard let failure = try HistoryRun.failure(of: history) else { return }
        history.rounds.removeLast(history.rounds.count - failure.round - 1)
        // One request at a time, if that fails too: the same every time.
        var serial = history
        serial.behavior.concurrency = 1
        if try HistoryRun.failure(of: serial) != nil { history = serial }
        let small = try Shrinker.minimal(history) { try HistoryRun.failure(of: $0) != nil }
        let smallFailure = try HistoryRun.failure(of: small)
        Issue.record(
            """
            seed \(seed), \(failure)
            The same with as little as possible: \(smallFailure.map(\.description) ?? "did not fail again")
            \(small)
            """
        )
    }

    @Test(arguments: FoundHistory.all)
    func `A history that once led to a wrong number leads to the truth`(
        found: FoundHistory
    ) throws {
        #expect(try HistoryRun.failure(of: found.history)?.description == nil)
    }
}
