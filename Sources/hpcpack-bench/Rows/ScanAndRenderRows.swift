import ClusterCollector
import Exposition
import FoundationEssentials
import HPCPackClient
import HTTPListener
import JSONRows
import Logging

/// The row reader on a page of jobs, against JSONDecoder on the same page.
enum ScanRows {
    /// The most bytes that libcurl hands over at once.
    private static let chunkBytes = 16 << 10
    private static let rowCount = 1000
    private static let names = [
        "Id", "State", "NodeGroups", "SubmitTime", "StartTime", "EndTime", "ChangeTime",
    ]

    private struct RestObject: Decodable {
        struct Property: Decodable {
            let name: String
            let value: String

            enum CodingKeys: String, CodingKey {
                case name = "Name"
                case value = "Value"
            }
        }

        let properties: [Property]

        enum CodingKeys: String, CodingKey {
            case properties = "Properties"
        }
    }

    static func rows(_ settings: BenchSettings) throws -> [TableRow] {
        var headNode = PreparedHeadNode(ClusterSize(jobs: 10 * rowCount))
        let properties = names.joined(separator: ",")
        let target = "/hpc/jobs?rowsPerRead=\(rowCount)&properties=\(properties)"
        let page = headNode.response(to: HTTPRequest(method: "GET", target: target)).body
        let columns = ColumnSet(names)
        let data = Data(page)
        let repetitions = 100
        var scans = Samples()
        var decodes = Samples()
        for _ in 0..<settings.repetitions(15, quick: 7) {
            let before = CPUClock.own.seconds
            for _ in 0..<repetitions { try scan(page, columns) }
            let between = CPUClock.own.seconds
            let objects = try JSONDecoder().decode([RestObject].self, from: data)
            let after = CPUClock.own.seconds
            guard objects.count == rowCount else {
                throw BenchError("JSONDecoder did not decode every row of the page")
            }
            scans.append(Double(page.count * repetitions) / (between - before) / 1e6)
            decodes.append(Double(page.count) / (after - between) / 1e6)
        }
        let ratio = (scans / decodes).median
        return [
            TableRow(
                what: "scanning a page of 1,000 jobs (\(page.count / 1000) kB)",
                median: "\(scans.median.digits(0)) MB/s",
                beside: "JSONDecoder: \(decodes.median.digits(0)) MB/s",
                ratio: ratio.digits(1),
                target: "≥ 600 MB/s, ≥ 15",
                isMet: scans.median >= 600 && ratio >= 15
            )
        ]
    }

    private static func scan(_ page: [UInt8], _ columns: ColumnSet) throws {
        var reader = RowReader(shape: .objects(columns))
        var length = 0
        let bytes = page.span
        for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
            let chunk = bytes.extracting(start..<min(start + chunkBytes, bytes.count))
            try reader.feed(chunk) { row in
                for column in 0..<7 { length += row.bytes(column).count }
            }
        }
        try reader.finish { _ in }
        guard reader.rows == rowCount, length > rowCount else {
            throw BenchError("the row reader did not read every row of the page")
        }
    }
}

/// The rendering of the metric families of a large cluster, against a copy of the page byte by byte.
enum RenderRows {
    static func rows(_ settings: BenchSettings) throws -> [TableRow] {
        let headNode = try HeadNodeProgram(ClusterSize(jobs: 20_000, nodes: 10_000, queued: 500))
        defer { headNode.stop() }
        let configuration = ClientConfiguration(headNodes: [try HeadNodeURL(headNode.url)])
        let collector = ClusterCollector(
            client: HPCPackClient(configuration, logger: .silent),
            configuration: CollectorConfiguration(),
            logger: .silent
        )
        guard collector.collectRound().succeeded else { throw BenchError("the round failed") }
        var times = Samples()
        var copies = Samples()
        var series = 0
        for _ in 0..<settings.repetitions(25, quick: 9) {
            let families = collector.families(at: .now)
            let before = CPUClock.own.seconds
            // Nothing is kept from the page before.
            var renderer = ExpositionRenderer()
            let parts = renderer.render(families).parts
            let between = CPUClock.own.seconds
            let page = Array(parts.map(\.bytes).joined())
            let beforeCopy = CPUClock.own.seconds
            let copy = page.map { $0 &+ 1 }
            let after = CPUClock.own.seconds
            guard copy.count == page.count else { throw BenchError("no page was rendered") }
            series = seriesCount(page)
            times.append((between - before) / Double(series) * 1e9)
            copies.append((after - beforeCopy) / Double(series) * 1e9)
        }
        return [
            TableRow(
                what: "rendering a page of \(series) series",
                median: "\(times.median.digits(0)) ns a series",
                beside: "copying its bytes one by one: \(copies.median.digits(0)) ns a series",
                ratio: (times / copies).median.digits(1),
                target: "≤ 100 ns",
                isMet: times.median <= 100
            )
        ]
    }

    /// Returns the number of series of a page: its lines that are not comments.
    static func seriesCount(_ page: [UInt8]) -> Int {
        page.split(separator: UInt8(ascii: "\n")).count { $0.first != UInt8(ascii: "#") }
    }
}
