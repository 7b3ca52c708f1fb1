import TestSupport
import Testing

/// Answers that look odd and are right all the same: the numbers are the truth.
struct OddAnswerTests {
    private static let jobs = RestObjects.json([
        [("Id", "7"), ("State", "Running"), ("NodeGroups", "")],
        [("Id", "8"), ("State", "Queued"), ("NodeGroups", "")],
    ])
    private static let stream = Wire.gzip(jobs)

    private static let forms: [(String, [UInt8])] = [
        ("HTTP/1.0", Wire.head(version: "HTTP/1.0") + Array(jobs.utf8)),
        ("no length, closed at the end", Wire.head() + Array(jobs.utf8)),
        ("chunks", Wire.chunked(jobs)), ("chunks of one byte", Wire.chunked(jobs, size: 1)),
        ("100 Continue first", Wire.head("100 Continue") + Wire.response(jobs)),
        (
            "103 Early Hints, twice",
            Wire.head("103 Early Hints", ["Link: </a>"]) + Wire.head("103 Early Hints")
                + Wire.response(jobs)
        ), ("gzip", Wire.gzipped(stream)),
        ("a reason phrase that is empty", Array("HTTP/1.1 200 \r\n\r\n\(jobs)".utf8)),
        ("no reason phrase", Array("HTTP/1.1 200\r\n\r\n\(jobs)".utf8)),
        ("spaces around", Wire.response(" \r\n\t" + jobs + "\n  ")),
        ("a thousand header lines", Wire.response(jobs, (0..<1000).map { "X-\($0): \($0)" })),
        (
            "other properties and deep values",
            Wire.response(
                jobs.replacing(
                    "{\"Properties\"",
                    with: #"{"Links":[{"a":{"b":[null,1e3,true]}}],"Properties""#
                )
            )
        ),
    ]

    @Test(arguments: forms)
    func `An answer in another form counts like any other`(_ name: String, _ bytes: [UInt8]) throws
    {
        let bench = try Bench()
        bench.cluster.change { $0.tasks = ["7": [[("TaskId", "7.1"), ("State", "Running")]]] }
        bench.cluster.fail("/hpc/jobs", nil)
        bench.cluster.change { content in
            content.jobs = [[("Id", "7")], [("Id", "8")]]
            content.faults = [("/jobs", .raw(bytes))]
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_jobs{state=\"Running\"}"] == 1)
        #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 1)
        #expect(page["hpcpack_tasks{state=\"Running\"}"] == 1)
    }

    @Test func `An answer that drips in time counts`() throws {
        let bench = try Bench()
        let bytes = Wire.response(Self.jobs)
        let pieces = stride(from: 0, to: bytes.count, by: 9).map { Array(bytes[$0...].prefix(9)) }
        bench.cluster.change { content in
            content.jobs = [[("Id", "7")], [("Id", "8")]]
            content.faults = [("/jobs", .drip(pieces, pause: 0.005))]
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 1)
    }

    @Test func `An answer that is cut off at any byte shows nothing of itself`() throws {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        let before = bench.round()
        let bytes = Wire.response(
            RestObjects.json([
                [("Id", "9"), ("State", "Failed")], [("Id", "10"), ("State", "Failed")],
            ])
        )
        for cut in stride(from: 0, to: bytes.count, by: Sanitizer.thinsTables ? 7 : 1) {
            let part = Array(bytes.prefix(cut))
            bench.cluster.fail("/jobs", cut.isMultiple(of: 2) ? .raw(part) : .reset(part))
            let page = bench.round()
            let isRight =
                page["hpcpack_scrape_collector_success{collector=\"jobs\"}"] == 0
                && page.series(["hpcpack_jobs"]) == before.series(["hpcpack_jobs"])
                && page.series(["hpcpack_tasks"]) == before.series(["hpcpack_tasks"])
            guard isRight else {
                Issue.record("cut at byte \(cut) of \(bytes.count)")
                return
            }
        }
        bench.cluster.fail("/jobs", nil)
        #expect(bench.round()["hpcpack_up"] == 1)
    }

    @Test func `Repeated pages and rows count once, with their last values`() throws {
        let bench = try Bench(rowsPerRead: 2)
        let pages = [
            [[("Id", "1"), ("State", "Queued")], [("Id", "2"), ("State", "Queued")]],
            [[("Id", "2"), ("State", "Running")], [("Id", "2"), ("State", "Running")]],
            [[("Id", "1"), ("State", "Finished")], [("Id", "3"), ("State", "Running")]],
            [[("Id", "2"), ("State", "Running")]],
        ]
        let plain = bench.cluster
        let fallback = plain.handler
        plain.server.script { request in
            guard request.path == "/hpc/jobs" else { return fallback(request) }
            let number = Int(request.parameter("queryId") ?? "0") ?? 0
            return .json(
                RestObjects.json(pages[number].map { $0 + [("NodeGroups", "")] }),
                headers: number + 1 < pages.count
                    ? [("X-MS-Continuation-QueryID", "\(number + 1)")] : []
            )
        }
        plain.change { $0.jobs = (1...3).map { [("Id", "\($0)")] } }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 0)
        #expect(page["hpcpack_jobs{state=\"Running\"}"] == 2)
        #expect(page["hpcpack_jobs{state=\"Finished\"}"] == 1)
    }

    @Test(arguments: [
        "99/99/9999 99:99:99 PM", "13/1/2026 1:00:00 AM", "2/30/2026 1:00:00 AM", "0", "-1",
        "11/24/2026", "tomorrow", "12/31/9999 11:59:59 PM", "1/1/0001 12:00:00 AM",
        "1/1/1601 12:00:00 AM", "11/24/99999999999999999999 8:00:00 AM", "🕛", "NaN",
    ])
    func `A date that cannot be is no date, and harms nothing else`(_ date: String) throws {
        let bench = try Bench()
        func row(_ state: String) -> [(String, String)] {
            [
                ("Id", "1"), ("State", state), ("NodeGroups", ""), ("SubmitTime", date),
                ("StartTime", state == "Queued" ? "" : date),
                ("EndTime", state == "Failed" ? date : ""), ("ChangeTime", date),
            ]
        }
        for (state, ended) in [("Queued", 0.0), ("Running", 0), ("Failed", 1)] {
            bench.cluster.change { $0.jobs = [row(state)] }
            let page = bench.round()
            #expect(page["hpcpack_up"] == 1)
            #expect(page["hpcpack_jobs{state=\"\(state)\"}"] == 1)
            #expect(!page.has("hpcpack_oldest_queued_job_submit_timestamp_seconds"))
            #expect(page["hpcpack_job_queue_wait_seconds_count"] == 0)
            #expect(page["hpcpack_job_run_seconds_count{state=\"Failed\"}"] == 0)
            #expect(page["hpcpack_jobs_completed_total{state=\"Failed\"}"] == ended)
        }
    }
}
