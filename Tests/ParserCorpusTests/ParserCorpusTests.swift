import ParserOracles
import Testing

/// Every parser on the corpus of its own, and on small changes of it.
struct ParserCorpusTests {
    static let names = ParserOracle.all.map(\.name)

    @Test(arguments: names)
    func `A corpus file is accepted or refused as its folder says`(name: String) throws {
        let oracle = try #require(ParserOracle.named(name))
        let entries = try Corpus.entries(name)
        #expect(entries.contains { $0.verdict == .accepted })
        #expect(entries.contains { $0.verdict == .refused })
        for entry in entries {
            let verdict = oracle.check(entry.bytes, cuts: entry.bytes.count < 120 ? .every : .few)
            if let expected = entry.verdict {
                #expect(verdict == expected, "\(name)/\(entry)")
            } else if case .wrong(let sentence) = verdict {
                Issue.record("\(name)/\(entry): \(sentence)")
            }
        }
    }

    @Test(arguments: names)
    func `A corpus file that is cut short at any byte makes no parser contradict itself`(
        name: String
    ) throws {
        let oracle = try #require(ParserOracle.named(name))
        for entry in try Corpus.entries(name) where entry.bytes.count < 150 {
            for end in entry.bytes.indices {
                if case .wrong(let sentence) = oracle.check(Array(entry.bytes[..<end])) {
                    Issue.record("\(name)/\(entry), the first \(end) bytes: \(sentence)")
                }
            }
        }
    }

    @Test(arguments: names)
    func `Small changes of the corpus make no parser contradict itself`(name: String) throws {
        let oracle = try #require(ParserOracle.named(name))
        let entries = try Corpus.entries(name).filter { $0.bytes.count < 400 }
        var mutator = Mutator(seed: 20_261_124, dictionary: oracle.dictionary)
        var counts = (accepted: 0, refused: 0)
        for _ in 0..<1000 {
            let one = entries[mutator.number(below: entries.count)].bytes
            let other = entries[mutator.number(below: entries.count)].bytes
            let bytes = mutator.mutated(one, with: other)
            switch oracle.check(bytes) {
            case .accepted: counts.accepted += 1
            case .refused: counts.refused += 1
            case .wrong(let sentence): Issue.record("\(name): \(sentence); \(bytes)")
            }
        }
        // The changes are small enough to reach both sides.
        #expect(counts.accepted > 5 && counts.refused > 100, "\(name): \(counts)")
    }
}
