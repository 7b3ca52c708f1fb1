import TestSupport
import Testing

/// Servers whose culture writes years of another calendar.
struct CalendarTests {
    private static let pattern = "d/M/yyyy H:mm:ss"

    /// Three queued jobs and two nodes at one moment, its date written as given.
    private func cluster(_ date: String, never: String = "") -> FakeCluster.Content {
        var content = FakeCluster.Content()
        content.dateTimeFormat = Self.pattern
        content.date = "Wed, 25 Nov 2026 13:30:00 GMT"
        content.nodes = (1...2).map { number in
            [
                ("Id", "\(number)"), ("Name", "CN\(number)"), ("State", "Online"),
                ("NodeGroups", ""), ("OnlineTime", "\(date) 8:00:0\(number)"),
            ]
        }
        content.jobs = (1...3).map { number in
            [
                ("Id", "\(number)"), ("State", "Queued"), ("NodeGroups", ""),
                ("SubmitTime", "\(date) 13:2\(number):00"), ("StartTime", never),
                ("EndTime", never),
                ("ChangeTime", "\(date) 13:2\(number):30"),
            ]
        }
        return content
    }

    private static let unreadable =
        "hpcpack_exporter_unrecognized_values_total{field=\"job_submit_time\"}"
    private static let oldest = "hpcpack_oldest_queued_job_submit_timestamp_seconds"
    private static let online = "hpcpack_node_online_timestamp_seconds{node=\"CN1\"}"

    @Test(arguments: [
        ("25/11/2026", "1/1/0001 0:00:00"), ("25/11/2569", "1/1/544 0:00:00"),
        ("4/9/1405", "0001-01-01T00:00:00"), ("15/6/1448", ""), ("25/11/115", "1/1/0001 0:00:00"),
    ])
    func `Dates of each calendar lead to the same numbers from the first round on`(
        date: String,
        never: String
    ) throws {
        let bench = try Bench()
        bench.cluster.change { $0 = cluster(date, never: never) }
        for _ in 0..<3 {
            let page = bench.round()
            #expect(page["hpcpack_up"] == 1)
            #expect(page[Self.oldest] == 1_795_612_860)
            #expect(page[Self.online] == 1_795_593_601)
            #expect(page[Self.unreadable] == 0)
            #expect(
                page["hpcpack_exporter_unrecognized_values_total{field=\"node_online_time\"}"] == 0
            )
        }
        // A filter stays Gregorian, whatever the rows.
        let filters = bench.cluster.server.requests.filter { $0.path == "/hpc/jobs" }
            .compactMap { $0.parameter("$filter") }.filter { $0.hasPrefix("ChangeTime") }
        #expect(!filters.isEmpty && filters.allSatisfy { $0.contains("eq 11/25/2026 13:") })
    }

    @Test func `One odd row changes no calendar, and is counted`() throws {
        let bench = try Bench()
        bench.cluster.change { content in
            content = cluster("25/11/2026")
            content.jobs[0][3].1 = "25/11/2569 13:21:00"
        }
        for round in 1...2 {
            let page = bench.round()
            #expect(page[Self.oldest] == 1_795_612_920)
            #expect((page[Self.unreadable] ?? 0) >= Double(round))
        }
    }

    @Test func `A calendar that one row alone tells is uncertain, and its times are counted`()
        throws
    {
        let bench = try Bench()
        bench.cluster.change { content in
            content = cluster("25/11/2569")
            content.nodes = []
            content.jobs = [content.jobs[0]]
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1 && page[Self.oldest] == nil && page[Self.unreadable] == 1)
        bench.cluster.change { $0 = cluster("25/11/2569") }
        // With more rows it is certain.
        #expect(bench.round()[Self.oldest] == 1_795_612_860)
    }

    @Test func `A calendar stays decided until the pattern changes`() throws {
        let bench = try Bench()
        bench.cluster.change { $0 = cluster("25/11/2569") }
        #expect(bench.round()[Self.online] == 1_795_593_601)
        // Rows that say otherwise are unreadable while the pattern is the same.
        bench.cluster.change { $0 = cluster("25/11/2026") }
        #expect(bench.round()[Self.online] == nil)
        bench.cluster.change { content in
            content = cluster("2026/11/25")
            content.dateTimeFormat = "yyyy/M/d H:mm:ss"
        }
        #expect(bench.round()[Self.online] == 1_795_593_601)
        bench.cluster.change { $0 = cluster("25/11/2569") }
        #expect(bench.round()[Self.online] == 1_795_593_601)
    }
}
