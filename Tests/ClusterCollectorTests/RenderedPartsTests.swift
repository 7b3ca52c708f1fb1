import ClusterCollector
import Exposition
import TestSupport
import Testing

/// How much of a page is made anew from round to round.
struct RenderedPartsTests {
    @Test func `A round without change renders no node, and one of a node its blocks`() throws {
        let bench = try Bench(configure: { $0.tasks = false })
        var nodes = (0..<2000).map { index in
            [
                ("Id", "\(index)"), ("Name", "CN\(10_000 + index)"), ("State", "Online"),
                ("Reachable", "True"), ("NodeGroups", "ComputeNodes"), ("NumCores", "8"),
                ("NumSockets", "2"), ("MemorySize", "1024"),
            ]
        }
        bench.cluster.change { $0.nodes = nodes }
        var renderer = ExpositionRenderer()
        var last: Set<UInt64> = []
        /// Runs a round; the bytes of the parts that the page before did not have, and those of the page.
        func newBytes() -> (new: Int, all: Int) {
            #expect(bench.collector.collectRound().succeeded)
            let page = renderer.render(bench.collector.families(at: .now))
            let new = page.parts.filter { !last.contains($0.id) }.reduce(0) { $0 + $1.bytes.count }
            last = Set(page.parts.map(\.id))
            return (new, page.byteCount)
        }
        #expect(newBytes().all > 500_000)
        _ = newBytes()
        // What tells of rounds and requests, in runs of whole families.
        let unchanged = newBytes()
        #expect(unchanged.new < 40_000, "\(unchanged)")
        nodes[1000][2].1 = "Offline"
        bench.cluster.change { $0.nodes = nodes }
        let changed = newBytes()
        #expect(changed.new > unchanged.new && changed.new < unchanged.all / 5, "\(changed)")
        let back = newBytes()
        #expect(back.new < 40_000, "\(back)")
    }
}
