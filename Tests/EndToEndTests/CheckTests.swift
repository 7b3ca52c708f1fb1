import Foundation
import TestSupport
import Testing

/// `--check` as a person meets it.
struct CheckTests {
    /// What a check came to.
    private struct Outcome {
        let code: Int32
        let text: String
        let log: String

        /// The line of a subject: verdict and finding, with the advice that follows it.
        func line(_ subject: String) -> String? {
            let lines = text.components(separatedBy: "\n")
            guard
                let place = lines.firstIndex(where: {
                    $0.dropFirst(6).hasPrefix(subject + " ")
                })
            else { return nil }
            let next = place + 1 < lines.count ? lines[place + 1] : ""
            return lines[place] + (next.contains("-> ") ? next : "")
        }

        func verdict(_ subject: String) -> String? {
            line(subject)?.split(separator: " ").first.map(String.init)
        }
    }

    private static let account = [#"--hpcpack.username=HPC\monitor"#]
    private static let secret = "S3cret-of-check"

    private func check(
        _ flags: [String],
        password: String = "monitor",
        first: String = "check"
    ) throws -> Outcome {
        let process = try ChildProcess(
            "hpcpack-exporter",
            [first] + flags,
            environment: ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": password]
        )
        let code = try process.exitCode()
        return Outcome(code: code, text: process.standardOutput, log: process.standardError)
    }

    /// A cluster with three jobs of different ages, seen through a script.
    private func fake() -> FakeCluster {
        var content = FakeCluster.Content()
        content.nodes = (1...5).map {
            [
                ("Id", "\($0)"), ("Name", "N\($0)"), ("State", "Online"), ("Reachable", "True"),
                ("NodeGroups", "ComputeNodes"),
            ]
        }
        content.jobs = (1...3).map {
            [
                ("Id", "\($0)"), ("State", "Running"), ("NodeGroups", ""),
                ("SubmitTime", "1/\($0)/2026 1:00:00 AM"),
                ("ChangeTime", "2/\($0)/2026 1:00:00 AM"),
            ]
        }
        return FakeCluster(content)
    }

    @Test(arguments: ["check", "--check"])
    func `A cluster that works gets a line for each step and exit code 0`(word: String) throws {
        let cluster = try SimulatedCluster(["--jobs=2000"])
        let result = try check(cluster.flags, first: word)
        #expect(result.code == 0, "\(result.text)")
        for subject in [
            "address", "credentials", "cluster", "nodes", "groups", "jobs", "paging", "dates",
            "filter", "tasks", "templates", "role",
        ] { #expect(result.verdict(subject) == "ok", "\(subject): \(result.text)") }
        #expect(result.verdict("certificate") == "warn")
        #expect(result.line("nodes")?.contains("40 nodes") == true)
        #expect(result.line("jobs")?.contains("2000 rows in 4 pages") == true)
        #expect(result.line("filter")?.contains("heeded") == true)
        #expect(result.log.isEmpty && !result.text.contains("\u{1B}"))
    }

    @Test(arguments: [
        ["--no-node-groups-property"], ["--date-format=dd.MM.yyyy HH:mm:ss"],
        ["--max-rows-per-read=7"], ["--api-build=old"], ["--empty-last-page"],
    ])
    func `The habits of other builds are no failures`(habit: [String]) throws {
        let cluster = try SimulatedCluster(["--jobs=100"] + habit)
        let result = try check(cluster.flags)
        #expect(result.code == 0 && !result.text.contains("FAIL"), "\(result.text)")
        #expect(result.verdict("paging") == "ok" && result.verdict("dates") == "ok")
    }

    @Test(arguments: ["2016", "2019", "both"])
    func `Every release is read, and told by what it tells`(product: String) throws {
        let cluster = try SimulatedCluster(["--jobs=100", "--product=\(product)"])
        let result = try check(cluster.flags)
        #expect(result.code == 0 && !result.text.contains("FAIL"), "\(result.text)")
        for subject in ["nodes", "groups", "jobs", "paging", "role"] {
            #expect(result.verdict(subject) == "ok", "\(subject): \(result.text)")
        }
        let line = try #require(result.line("nodes"))
        #expect(line.contains("40 nodes"))
        #expect(line.contains("as HPC Pack 2019 tells them") == (product == "2019"), "\(line)")
        #expect(line.contains("unreachable") == (product != "2019"), "\(line)")
        #expect(result.line("paging")?.contains("of jobs") == (product == "2019"))
    }

    @Test func `A refused account is asked once and told what to write`() throws {
        let cluster = try SimulatedCluster()
        let other = ScriptedServer { _ in .response(401, body: "") }
        let flags = ["--hpcpack.url=\(other.url)"] + cluster.flags
        let result = try check(flags, password: Self.secret)
        #expect(result.code == 1 && result.verdict("credentials") == "FAIL", "\(result.text)")
        #expect(result.line("credentials")?.contains("DOMAIN\\user") == true)
        #expect(result.verdict("nodes") == nil && other.requests.count == 1)
        let encoded = Data("HPC\\monitor:\(Self.secret)".utf8).base64EncodedString()
        for text in [result.text, result.log] {
            #expect(!text.contains(Self.secret) && !text.contains(encoded))
        }
    }

    @Test func `Nobody at the address ends the check with advice`() throws {
        let server = ScriptedServer.refusing()
        let result = try check(["--hpcpack.url=\(server.url)"] + Self.account)
        #expect(result.code == 1 && result.verdict("address") == "FAIL")
        #expect(result.line("address")?.contains("-> Check the host name") == true)
        #expect(result.verdict("nodes") == nil)
    }

    @Test func `One head node of two that is down fails the check but not the rest of it`() throws {
        let cluster = try SimulatedCluster(["--jobs=50"])
        let down = ScriptedServer.refusing()
        let result = try check(["--hpcpack.url=\(down.url)"] + cluster.flags)
        #expect(result.code == 1 && result.verdict("address") == "FAIL")
        #expect(result.text.contains("ok    address") && result.verdict("jobs") == "ok")
    }

    @Test func `A web page in place of the service is told from it`() throws {
        let server = ScriptedServer { _ in
            .response(200, headers: [("Content-Type", "text/html")], body: "<html>Sign in</html>")
        }
        let result = try check(["--hpcpack.url=\(server.url)"] + Self.account)
        #expect(result.code == 1 && result.verdict("address") == "FAIL", "\(result.text)")
        #expect(result.line("address")?.contains("web portal") == true)
    }

    @Test func `What the account may not read is told as its role`() throws {
        let cluster = fake()
        cluster.fail("/jobs", .response(403, body: "{}"))
        let result = try check(["--hpcpack.url=\(cluster.server.url)"] + Self.account)
        #expect(result.code == 1 && result.verdict("jobs") == "FAIL", "\(result.text)")
        #expect(result.line("role")?.contains("may not read: jobs") == true)
        #expect(result.verdict("nodes") == "ok" && result.verdict("templates") == "ok")
    }

    @Test func `A server without paging tokens, filters or readable dates is found out`() throws {
        let cluster = fake()
        cluster.change { $0.jobFilter = .ignored }
        let flags = ["--hpcpack.url=\(cluster.server.url)"] + Self.account
        let ignoring = try check(flags)
        #expect(ignoring.code == 0, "\(ignoring.text)")
        #expect(
            ignoring.line("filter")?.hasPrefix("warn  filter        ChangeTimeFrom is ignored")
                == true
        )
        #expect(ignoring.verdict("paging") == "warn")
        cluster.change { $0.dateTimeFormat = "yyyy.MM.dd HH:mm:ss" }
        let undated = try check(flags)
        #expect(undated.code == 1 && undated.verdict("dates") == "FAIL", "\(undated.text)")
    }

    @Test func `Pages cut off by a proxy are a failure`() throws {
        let rows = RestObjects.json((1...5).map { [("Id", "\($0)"), ("State", "Online")] })
        let less = RestObjects.json((1...3).map { [("Id", "\($0)"), ("State", "Online")] })
        let server = ScriptedServer { request in
            if request.path == "/hpc/nodes" {
                return .json(request.parameter("rowsPerRead") == "3" ? less : rows)
            }
            if request.path == "/hpc/jobs" {
                return request.parameter("$filter") == nil
                    ? .json("[]") : .response(400, body: "{}")
            }
            return request.path.hasSuffix("/groups") || request.path.hasSuffix("/templates")
                ? .json("[]")
                : .json(request.path.hasSuffix("Format") ? #""s""# : "\"a\\u001b[31mb\"")
        }
        let result = try check(["--hpcpack.url=\(server.url)"] + Self.account)
        #expect(result.code == 1, "\(result.text)")
        #expect(result.line("paging")?.contains("no page token") == true)
        #expect(result.verdict("filter") == "warn")
        #expect(result.line("filter")?.contains("refused") == true)
        #expect(result.line("cluster")?.contains("a?[31mb") == true)
    }

    @Test func `Once and check together are refused`() throws {
        let result = try check(["--once", "--hpcpack.url=http://x"] + Self.account)
        #expect(result.code == 2 && result.log.contains("give one"))
    }

    @Test(arguments: [
        ("21/3/2564", "ok", "d/M/yyyy H:mm:ss in the Buddhist calendar, read in 2 jobs"),
        ("1/1/1400", "ok", "d/M/yyyy H:mm:ss in the Persian calendar, read in 2 jobs"),
        ("21/3/2021", "ok", "d/M/yyyy H:mm:ss, read in 2 jobs"),
        ("21/3/4354", "FAIL", "the server writes \"21/3/4354 13:20:00\""),
    ])
    func `The calendar of dates is told, and one that is not known fails`(
        date: String,
        verdict: String,
        finding: String
    ) throws {
        let cluster = FakeCluster()
        cluster.change { content in
            content.dateTimeFormat = "d/M/yyyy H:mm:ss"
            content.date = "Sun, 21 Mar 2021 13:30:00 GMT"
            content.jobs = (1...2).map { number in
                [
                    ("Id", "\(number)"), ("State", "Finished"), ("NodeGroups", ""),
                    ("SubmitTime", "\(date) 13:20:00"), ("ChangeTime", "\(date) 13:25:00"),
                ]
            }
        }
        let result = try check(
            ["--hpcpack.url=\(cluster.server.url)", "--no-collector.nodes"] + Self.account
        )
        let line = try #require(result.line("dates"), "\(result.text)")
        #expect(line.contains(verdict) && line.contains(finding), "\(line)")
    }
}
