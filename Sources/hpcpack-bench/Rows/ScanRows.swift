import FoundationEssentials
import HTTPListener
import JSONRows

/// The row reader over a page of jobs, against JSONDecoder over the same page.
enum ScanRows {
    /// What libcurl hands over at once, at most.
    private static let piece = 16 << 10
    private static let rows = 1000

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

    static func rows(_ settings: BenchSettings) throws(BenchError) -> [BenchRow] {
        let page = page()
        let names = [
            "Id", "State", "NodeGroups", "SubmitTime", "StartTime", "EndTime", "ChangeTime",
        ]
        let columns = ColumnSet(names)
        let data = Data(page)
        var scans = Samples()
        var decodes = Samples()
        for _ in 0..<settings.repeats(15, quick: 7) {
            let before = CPUClock.own.seconds
            let repeats = 100
            for _ in 0..<repeats { try scan(page, columns) }
            let between = CPUClock.own.seconds
            guard let objects = try? JSONDecoder().decode([RestObject].self, from: data),
                objects.count == rows
            else { throw BenchError("JSONDecoder did not read the page") }
            let after = CPUClock.own.seconds
            scans.add(Double(page.count * repeats) / (between - before) / 1e6)
            decodes.add(Double(page.count) / (after - between) / 1e6)
        }
        let ratio = scans.ratio(to: decodes)
        return [
            BenchRow(
                what: "scanning a page of 1,000 jobs (\(page.count / 1000) kB)",
                median: "\(scans.median.digits(0)) MB/s",
                beside: "JSONDecoder: \(decodes.median.digits(0)) MB/s",
                ratio: ratio.digits(1),
                target: "≥ 600 MB/s, ≥ 15",
                isMet: scans.median >= 600 && ratio >= 15
            )
        ]
    }

    private static func page() -> [UInt8] {
        let headNode = PreparedHeadNode(ClusterSize(jobs: 10 * rows, nodes: 0))
        return headNode.answer(
            .init(
                method: "GET",
                target: "/hpc/jobs?rowsPerRead=\(rows)&properties="
                    + "Id,State,NodeGroups,SubmitTime,StartTime,EndTime,ChangeTime"
            )
        ).body
    }

    private static func scan(_ page: [UInt8], _ columns: ColumnSet) throws(BenchError) {
        var reader = RowReader(shape: .objects(columns))
        var length = 0
        do {
            let bytes = page.span
            for start in stride(from: 0, to: bytes.count, by: piece) {
                try reader.feed(bytes.extracting(start..<min(start + piece, bytes.count))) { row in
                    for column in 0..<7 { length += row.bytes(column).count }
                }
            }
            try reader.finish { _ in }
        } catch {
            throw BenchError("the row reader did not read the page: \(error)")
        }
        guard reader.rows == rows, length > rows else { throw BenchError("rows are missing") }
    }
}
