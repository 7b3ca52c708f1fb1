import ClusterCollector
import Exposition
import HPCPackClient
import Logging

/// Rendering the families of a large cluster.
enum RenderRows {
    static func rows(_ settings: BenchSettings) throws(BenchError) -> [BenchRow] {
        let headNode = try HeadNodeProgram(ClusterSize(jobs: 20_000, nodes: 10_000, queued: 500))
        defer { headNode.stop() }
        let collector: ClusterCollector
        do {
            let client = HPCPackClient(
                ClientConfiguration(headNodes: [try HeadNodeURL(headNode.url)]),
                logger: .silent
            )
            collector = ClusterCollector(
                client: client,
                configuration: CollectorConfiguration(),
                logger: .silent
            )
        } catch {
            throw BenchError("the address of the head node is not usable: \(error)")
        }
        guard collector.collectRound().succeeded else { throw BenchError("the round failed") }
        var times = Samples()
        var copies = Samples()
        var series = 0
        // Each page tells how large the next one will be, as it does in the exporter.
        var length = 0
        for _ in 0..<settings.repeats(25, quick: 9) {
            let families = collector.families(at: .now)
            let before = CPUClock.own.seconds
            let page = ExpositionPage.render(families, expecting: length)
            let between = CPUClock.own.seconds
            let copy = page.map { $0 &+ 1 }
            let after = CPUClock.own.seconds
            guard copy.count == page.count else { throw BenchError("no page was made") }
            series = self.series(page)
            length = page.count
            times.add((between - before) / Double(series) * 1e9)
            copies.add((after - between) / Double(series) * 1e9)
        }
        return [
            BenchRow(
                what: "rendering a page of \(series) series",
                median: "\(times.median.digits(0)) ns a series",
                beside: "copying its bytes one by one: \(copies.median.digits(0)) ns a series",
                ratio: times.ratio(to: copies).digits(1),
                target: "≤ 100 ns",
                isMet: times.median <= 100
            )
        ]
    }

    /// Lines that are no comments.
    static func series(_ page: [UInt8]) -> Int {
        var count = 0
        var isStart = true
        for byte in page {
            if isStart, byte != UInt8(ascii: "#") { count += 1 }
            isStart = byte == UInt8(ascii: "\n")
        }
        return count
    }
}
