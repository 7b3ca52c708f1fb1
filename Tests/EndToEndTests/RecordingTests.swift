import Foundation
import TestSupport
import Testing

/// `check --record`, and the simulator that answers from what it wrote.
struct RecordingTests {
    // MARK: - What a recording holds

    /// A cluster with the word `canary` in every place that may name something, spelled in several ways.
    private static func canaryCluster() -> ScriptedServer {
        var content = FakeCluster.Content()
        content.activeHeadNode = "CANARYHEAD"
        content.groups = ["Canary Group", "ComputeNodes-canary", "canary"]
        content.templates = ["Canary Default", "Default"]
        content.nodes = (1...5).map { number in
            [
                ("Id", "\(number)"), ("Name", number == 1 ? "canaryhead" : "CanaryNode0\(number)"),
                ("State", "Online"), ("Reachable", "True"), ("NumCores", "16"),
                ("NodeGroups", "Canary Group,canary"),
                ("DnsSuffix", "canary.example.com"), ("AzureServiceName", "canary-service"),
            ]
        }
        content.jobs = (1...3).map { number in
            [
                ("Id", "\(number)"), ("State", "Running"), ("NodeGroups", "Canary Group"),
                ("SubmitTime", "1/\(number)/2026 1:00:00 AM"),
                ("ChangeTime", "2/\(number)/2026 1:00:00 AM"),
                ("Owner", "CANARYDOM\\canaryuser"), ("Name", "Canary \"job\" \u{E9}canary"),
                ("Project", "ProjectCanary"), ("JobTemplate", "Canary Default"),
                ("ErrorMessage", "canary failed"),
                ("AllocatedNodes", "CanaryNode02,CanaryNode03"), ("CustomThing", "canary"),
                ("EnvironmentVariables", "CANARY_HOME=/home/canary;X=Y2FuYXJ5Y2FuYXJ5"),
            ]
        }
        for number in 1...3 {
            content.tasks["\(number)"] = [
                [
                    ("TaskId", "\(number).1"), ("State", "Running"),
                    ("ChangeTime", "2/2/2026 1:00:00 AM"),
                    ("CommandLine", "C:\\canary\\run.exe --key=canary%20x > \\\\canaryserver\\out"),
                ]
            ]
        }
        let cluster = FakeCluster(content)
        let answer = cluster.handler
        let fields = [
            ("Set-Cookie", "canary=canary%2Fvalue; Path=/canary; HttpOnly"),
            ("X-Canary-Host", "canary01"),
            ("Server", "Microsoft-HTTPAPI/2.0"), ("Via", "1.1 canaryproxy (canary)"),
            ("WWW-Authenticate", "Basic realm=\"canary.example.com\""),
        ]
        return ScriptedServer { request in
            if request.path.hasSuffix("/jobs/templates"), request.headers["authorization"] == nil {
                return .response(401, body: "canary")
            }
            switch answer(request) {
            case .response(let status, let headers, let body):
                let isNodes = request.path.hasSuffix("/nodes")
                let isLater = request.parameter("queryId") != nil
                // A page token with a name in it, and one page in escapes that spell names.
                let token =
                    isNodes && !isLater ? [("x-ms-continuation-QueryId", "canary-\(status)")] : []
                let spelled =
                    isLater
                    ? body.replacingOccurrences(of: "Canary", with: "\\u0043\\u0061nary") : body
                return .response(status, headers: headers + fields + token, body: spelled)
            case let other: return other
            }
        }
    }

    private static func check(_ flags: [String], password: String? = nil) throws -> (
        code: Int32, text: String, log: String
    ) {
        let process = try ChildProcess(
            "hpcpack-exporter",
            ["check"] + flags,
            environment: password.map { ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": $0] } ?? [:]
        )
        return (try process.exitCode(), process.standardOutput, process.standardError)
    }

    /// The files of a recording, by name.
    private static func unpack(_ path: String, in folder: TemporaryFolder) throws -> [String: Data]
    {
        let run = try InstalledTool("tar", package: "tar").run(
            ["-xzf", path, "-C", folder.path],
            in: folder.path
        )
        #expect(run.status == 0, "\(run.output)")
        let root = folder.path("hpcpack-recording")
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: root) {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: root + "/" + name))
        }
        return files
    }

    /// A text and what it stands for when it is decoded in the ways that answers are encoded in.
    private static func readings(_ data: Data) -> [String] {
        let text = String(decoding: data, as: UTF8.self)
        var readings = [text, text.removingPercentEncoding ?? text]
        readings.append(
            text.replacing(/\\u([0-9A-Fa-f]{4})/) { match in
                UInt32(match.output.1, radix: 16).flatMap(Unicode.Scalar.init).map { String($0) }
                    ?? ""
            }
        )
        readings.append(
            text.replacing(/&#x?([0-9A-Fa-f]+);/) { match in
                UInt32(match.output.1, radix: 16).flatMap(Unicode.Scalar.init).map { String($0) }
                    ?? ""
            }
        )
        for word in text.matches(of: /[A-Za-z0-9+\/]{8,}/) {
            for skipped in 0..<4 {
                let part = word.output.dropFirst(skipped)
                let whole = part.prefix(part.count / 4 * 4)
                readings.append(
                    Data(base64Encoded: String(whole)).map { String(decoding: $0, as: UTF8.self) }
                        ?? ""
                )
            }
        }
        return readings
    }

    @Test func `No name is in a recording, however it is spelled, and all else is`() throws {
        let server = Self.canaryCluster()
        let folder = try TemporaryFolder()
        let path = folder.path("recording.tar.gz")
        let result = try Self.check(
            [
                "--hpcpack.url=\(server.url)", "--record=\(path)",
                "--hpcpack.username=CANARYDOM\\canary",
            ],
            password: "canarysecret"
        )
        #expect(result.text.contains("ok    recording"), "\(result.text)\(result.log)")
        let status = try FileManager.default.attributesOfItem(atPath: path)
        #expect(status[.posixPermissions] as? Int == 0o600)
        let files = try Self.unpack(path, in: folder)
        #expect(files.count > 12 && files["README"] != nil)
        for (name, data) in files {
            for reading in Self.readings(data) where reading.lowercased().contains("canary") {
                Issue.record("\(name): \(reading)")
            }
            let text = String(decoding: data, as: UTF8.self)
            #expect(!text.contains("authorization") && !text.contains("127.0.0.1"), "\(name)")
        }
        let jobs = try #require(
            files.values.map { String(decoding: $0, as: UTF8.self) }.first {
                $0.contains("call: /jobs\n") && $0.contains("rowsPerRead=500")
                    && !$0.contains("filter")
            }
        )
        for text in [
            #"{"Name":"Id","Value":"2"},{"Name":"State","Value":"Running"}"#,
            #"{"Name":"SubmitTime","Value":"1/2/2026 1:00:00 AM"}"#,
            "field: Server: Microsoft-HTTPAPI/2.0\n", "status: 200\n", "; HttpOnly\n", "realm=\"",
        ] { #expect(jobs.contains(text), "\(text) is not in \(jobs)") }
        // What was left in and what was left out is told.
        for text in [
            "State: ", "Running", "x-canary-host", "CustomThing", "tar -xzf \(path)",
        ] {
            #expect(result.text.contains(text), "\(text): \(result.text)")
        }
    }

    @Test func `Pages for people and broken answers give nothing away either`() throws {
        let bodies = [
            "<html><head><title>canary</title></head><body>&#99;anary at <b>canary</b></body></html>",
            "[{\"Properties\":[{\"Name\":\"Name\",\"Value\":\"canar", "canary",
            "{\"Message\":\"canary\"}",
        ]
        let number = Counter()
        let server = ScriptedServer { _ in
            let call = number.next()
            return .response(
                call == 1 ? 200 : 500,
                headers: [("Content-Type", "text/html")],
                body: call == 1 ? "\"5.3.6450.0\"" : bodies[call % bodies.count]
            )
        }
        let folder = try TemporaryFolder()
        let path = folder.path("recording.tar.gz")
        let result = try Self.check(["--hpcpack.url=\(server.url)", "--record=\(path)"])
        #expect(result.code == 1 && result.text.contains("ok    recording"), "\(result.text)")
        let files = try Self.unpack(path, in: folder)
        for (name, data) in files {
            #expect(
                !String(decoding: data, as: UTF8.self).lowercased().contains("canary"),
                "\(name)"
            )
        }
        #expect(
            files.values.contains {
                String(decoding: $0, as: UTF8.self).contains("</b></body></html>")
            }
        )
    }

    @Test func `A file that exists is neither asked for nor touched`() throws {
        let server = ScriptedServer { _ in .json("\"5.3\"") }
        let file = try TemporaryFile("mine", mode: 0o644)
        let result = try Self.check(["--hpcpack.url=\(server.url)", "--record=\(file.path)"])
        #expect(result.code == 2 && result.log.contains("it exists already"), "\(result.log)")
        #expect(server.requests.isEmpty)
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == "mine")
        let nowhere = try Self.check(["--hpcpack.url=\(server.url)", "--record=/nowhere/x.tar.gz"])
        #expect(nowhere.code == 2 && nowhere.log.contains("No such file or directory"))
        let alone = try ChildProcess(
            "hpcpack-exporter",
            ["--hpcpack.url=\(server.url)", "--record=x"]
        )
        #expect(
            try alone.exitCode() == 2
                && alone.standardError.contains("--record needs the command check")
        )
    }

    // MARK: - Replay

    /// A simulator that answers from a recording.
    private static func replay(_ path: String) throws -> (process: ChildProcess, url: String) {
        let process = try ChildProcess(
            "hpcpack-simulator",
            ["--replay=\(path)", "--address=127.0.0.1:0"]
        )
        return (process, try process.word(after: "listening on "))
    }

    private static func once(_ flags: [String], environment: [String: String] = [:]) throws -> (
        code: Int32, page: MetricsPage
    ) {
        let process = try ChildProcess(
            "hpcpack-exporter",
            ["--once"] + flags,
            environment: environment
        )
        return (try process.exitCode(), MetricsPage(process.standardOutput))
    }

    /// The series of a page with marks in place of names, sorted, without those that tell of this run alone.
    ///
    /// Which jobs the exporter asks for once more is left to chance, so its requests are not the same in two runs.
    private static func withoutNames(_ page: MetricsPage) -> [String] {
        page.values.compactMap { series, value in
            let own = ["hpcpack_api_", "_duration_seconds", "last_success", "oldest_task_read"]
            guard !own.contains(where: series.contains) else { return nil }
            return series.replacing(/(node|node_group|active_head_node)="(?:[^"\\]|\\.)*"/) {
                "\($0.output.1)"
            } + " \(value)"
        }.sorted()
    }

    @Test(arguments: [
        ["--jobs=60"],
        ["--jobs=130", "--date-format=d.M.yyyy H.mm.ss", "--no-node-groups-property"],
        ["--jobs=130", "--api-build=strict-old", "--empty-last-page", "--max-rows-per-read=37"],
    ])
    func `A replay gives the page that the cluster itself gives`(habit: [String]) throws {
        let cluster = try SimulatedCluster(habit)
        let folder = try TemporaryFolder()
        let path = folder.path("recording.tar.gz")
        let flags = ["--hpcpack.rows-per-read=50", "--hpcpack.max-request-rate=0"]
        let live = try Self.once(
            cluster.flags + flags,
            environment: ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": "monitor"]
        )
        let result = try Self.check(
            cluster.flags + flags + ["--record=\(path)"],
            password: "monitor"
        )
        #expect(live.code == 0 && result.code == 0, "\(result.text)")
        let replay = try Self.replay(path)
        let replayed = try Self.once(["--hpcpack.url=\(replay.url)"] + flags)
        #expect(replayed.code == 0)
        #expect(Self.withoutNames(replayed.page) == Self.withoutNames(live.page))
        // The check finds the same, too.
        let again = try Self.check(["--hpcpack.url=\(replay.url)"] + flags)
        #expect(again.code == 0 && again.text.contains("ok    filter"), "\(again.text)")
        #expect(try replay.process.stop() == 0)
    }

    @Test func `A long listing is replayed from its first and its last pages`() throws {
        let cluster = try SimulatedCluster(["--jobs=500"])
        let folder = try TemporaryFolder()
        let path = folder.path("recording.tar.gz")
        let flags = ["--hpcpack.rows-per-read=20", "--hpcpack.max-request-rate=0"]
        let result = try Self.check(
            cluster.flags + flags + ["--record=\(path)"],
            password: "monitor"
        )
        #expect(result.code == 0, "\(result.text)")
        let replay = try Self.replay(path)
        let replayed = try Self.once(["--hpcpack.url=\(replay.url)"] + flags)
        #expect(replayed.code == 0)
        let jobs = replayed.page.series(["hpcpack_jobs"]).values.reduce(0, +)
        #expect(jobs > 100 && jobs <= 120)
        #expect(replayed.page["hpcpack_jobs{state=\"Running\"}"] ?? 0 > 0)
    }

    @Test func `What was not recorded is 404 with a sentence, and a broken file is refused`() throws
    {
        let path = Repository.root.appendingPathComponent("Tests/Recordings/simulator-2016.tar.gz")
            .path
        let replay = try Self.replay(path)
        let answer = try Curl.get(replay.url + "/jobs/4711?x=%C3%A9")
        #expect(
            answer.status == 404
                && answer.body.contains("The recording holds no answer to GET /jobs/4711")
        )
        // Fewer properties, another time, another size: a recorded answer. A new property is refused.
        let filter = "ChangeTimeFrom%20eq%2001/02/2026%2003:04:05"
        for (query, status) in [
            ("properties=id,STATE&rowsPerRead=1000&$filter=\(filter)", 200),
            ("properties=State&rowsPerRead=7", 200),
            ("properties=Id,Extra&rowsPerRead=1000", 400),
            ("properties=Id&rowsPerRead=1000&queryId=unknown", 404),
            ("properties=Id&rowsPerRead=1000&$filter=JobState%20eq%20Failed", 404),
        ] {
            let answer = try Curl.get(replay.url + "/jobs?" + query)
            #expect(answer.status == status, "\(query): \(answer.body)")
            #expect(answer.body.contains("\"Properties\"") == (status == 200), "\(query)")
        }
        let folder = try TemporaryFolder()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: folder.path("cut.tar.gz")))
        try folder.write("text.tar.gz", "no archive")
        for (name, words) in [
            ("cut.tar.gz", "is no recording"), ("text.tar.gz", "is no recording"),
            ("none", "No such file"),
        ] {
            let process = try ChildProcess("hpcpack-simulator", ["--replay=\(folder.path(name))"])
            #expect(
                try process.exitCode() == 2 && process.standardError.contains(words),
                "\(process.standardError)"
            )
        }
    }

    // MARK: - The recordings of this repository

    static let recordings =
        (try? Repository.files(below: "Tests/Recordings").filter { $0.hasSuffix(".tar.gz") }) ?? []

    @Test(arguments: recordings)
    func `The exporter reads each recorded cluster as its facts say`(recording: String) throws {
        let facts = try Repository.text(
            recording.replacingOccurrences(of: ".tar.gz", with: ".facts")
        )
        .split(separator: "\n").map(String.init)
        let flags = try #require(facts.first).dropFirst(2).split(separator: " ").map(String.init)
        #expect(facts.count > 20)
        let replay = try Self.replay(Repository.root.appendingPathComponent(recording).path)
        let result = try Self.once(["--hpcpack.url=\(replay.url)"] + flags)
        #expect(result.code == 0)
        let lines = Set(result.page.text.split(separator: "\n").map(String.init))
        for fact in facts.dropFirst() { #expect(lines.contains(fact), "\(fact)") }
    }

    @Test func `There are recordings to hold the exporter against`() {
        #expect(Self.recordings.count >= 3)
    }
}
