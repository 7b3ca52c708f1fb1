import Foundation
import TestSupport
import Testing

/// The program as a person and a supervisor meet it.
struct CommandTests {
    @Test(arguments: [
        [], ["--hpcpack.url=ftp://x"], ["--hpcpack.url=http://u:hunter2@x"],
        ["--hpcpack.rl=http://x"],
        ["--hpcpack.url=http://x", "--collector.interval=soon"],
        ["--hpcpack.url=http://x", "--collector.interval=0s"],
        ["--hpcpack.url=http://x", "--hpcpack.rows-per-read=0"],
        ["--hpcpack.url=http://x", "extra"],
        ["--hpcpack.url=http://x", "--hpcpack.username=u"],
        ["--hpcpack.url=http://x", "--hpcpack.timeout"],
        ["--hpcpack.url=http://x", "--hpcpack.username=u", "--hpcpack.password-file=/nonexistent"],
        ["--hpcpack.url=http://x", "--hpcpack.ca-file=/nonexistent"],
        ["--hpcpack.url=http://x", "--hpcpack.ca-file=/dev/null"],
        ["--hpcpack.url=http://x", "--hpcpack.password=hunter2"],
        ["--hpcpack.url=http://x", "--web.listen-address=nowhere"],
        ["--hpcpack.url=http://x", "--web.telemetry-path=metrics"],
        ["--hpcpack.url=http://x", "--web.telemetry-path=/"],
        ["--hpcpack.url=http://x", "--log.level=loud"],
        ["--hpcpack.url=http://x", "--no-hpcpack.timeout"],
    ])
    func `Unusable flags get one line on standard error and exit code 2`(arguments: [String]) throws
    {
        let process = try ProgramProcess("hpcpack-exporter", arguments)
        #expect(try process.exitCode() == 2)
        #expect(process.standardOutput.isEmpty)
        let lines = process.standardError.split(separator: "\n")
        #expect(lines.count == 1, "\(process.standardError)")
        #expect(lines.first?.hasPrefix("hpcpack-exporter: ") == true)
        #expect(!process.standardError.contains("hunter2"))
    }

    @Test func `Help and version go to standard output`() throws {
        let help = try ProgramProcess("hpcpack-exporter", ["--nonsense", "--help"])
        #expect(try help.exitCode() == 0)
        #expect(help.standardOutput.contains("--hpcpack.rows-per-read=N"))
        let version = try ProgramProcess("hpcpack-exporter", ["--version"])
        #expect(try version.exitCode() == 0)
        #expect(version.standardOutput.hasPrefix("hpcpack-exporter 0.1.0"))
    }

    @Test func `The pages answer as they should`() throws {
        let cluster = try SimulatedCluster(["--jobs=50"])
        let exporter = try RunningExporter(cluster.flags, environment: SimulatedCluster.environment)
        let base = "http://\(exporter.authority)"
        let metrics = try Fetch.get(base + "/metrics")
        #expect(metrics.status == 200)
        #expect(metrics.head.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8"))
        #expect(
            metrics.head.contains("Vary: Accept-Encoding")
                && metrics.head.contains("X-Content-Type-Options: nosniff")
        )
        #expect(!metrics.head.contains("Server:"))
        let packed = try Fetch.get(base + "/metrics", flags: ["-H", "Accept-Encoding: gzip;q=0.5"])
        #expect(
            packed.head.contains("Content-Encoding: gzip")
                && packed.body.starts(with: [0x1F, 0x8B])
        )
        #expect(
            try !Fetch.get(base + "/metrics", flags: ["-H", "Accept-Encoding: gzip;q=0"]).head
                .contains("gzip")
        )
        let people = try Fetch.get(base + "/")
        #expect(people.status == 200 && people.text.contains("Everything works"))
        #expect(try Fetch.get(base + "/-/healthy").status == 200)
        #expect(try Fetch.get(base + "/-/ready").status == 200)
        #expect(try Fetch.get(base + "/nothing").status == 404)
        let post = try Fetch.get(base + "/metrics", method: "POST")
        #expect(post.status == 405 && post.head.contains("Allow: GET, HEAD"))
        let page = try exporter.page()
        #expect(
            page[
                "hpcpack_exporter_build_info{version=\"0.1.0\",revision=\"x\",swift_version=\"x\"}"
            ] == nil
        )
        #expect(page.has("hpcpack_exporter_build_info") && page.has("process_cpu_seconds_total"))
    }

    @Test func `The password shows nowhere`() throws {
        let cluster = try SimulatedCluster(["--jobs=20"])
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "secret-\(UUID())"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("password").path
        try Data("wr0ng-S3cret\n".utf8).write(to: URL(fileURLWithPath: file))
        let exporter = try RunningExporter(
            cluster.flags + [
                "--hpcpack.password-file=\(file)", "--log.level=debug", "--collector.interval=50ms",
            ]
        )
        let page = try exporter.page()
        #expect(page["hpcpack_up"] == 0)
        let people = try Fetch.get("http://\(exporter.authority)/").text
        let arguments = try String(
            contentsOfFile: "/proc/\(exporter.process.id)/cmdline",
            encoding: .utf8
        )
        let encoded = Data(#"HPC\monitor:wr0ng-S3cret"#.utf8).base64EncodedString()
        for text in [page.text, people, arguments, exporter.process.standardError] {
            #expect(!text.contains("wr0ng-S3cret") && !text.contains(encoded))
        }
        #expect(exporter.process.standardError.contains("can be read or changed by others"))
        // The right password, put in place while it runs, mends it.
        try Data("monitor".utf8).write(to: URL(fileURLWithPath: file))
        #expect(try Deadline.wait { try exporter.page()["hpcpack_up"] == 1 })
    }

    @Test func `A stop is obeyed within five seconds while a round hangs`() throws {
        let isInTime = try Bound.isKept(.seconds(5)) { () throws -> Duration in
            let server = ScriptedServer { _ in .hang([]) }
            let exporter = try RunningExporter(["--hpcpack.url=\(server.url)"])
            #expect(Deadline.wait { !server.requests.isEmpty })
            let start = ContinuousClock.now
            exporter.process.signal(SIGTERM)
            #expect(try exporter.process.exitCode() == 0)
            return ContinuousClock.now - start
        }
        #expect(isInTime)
    }

    @Test func `A scrape waits for the first round no longer than it may`() throws {
        let server = ScriptedServer { _ in .hang([]) }
        let exporter = try RunningExporter(["--hpcpack.url=\(server.url)"])
        #expect(try Fetch.get("http://\(exporter.authority)/-/ready").status == 503)
        let isInTime = try Bound.isKept(.seconds(1.5)) { () throws -> Duration in
            let start = ContinuousClock.now
            let field = "X-Prometheus-Scrape-Timeout-Seconds: 1.5\r\n"
            let page = MetricsPage(
                try LoopbackClient.ask(exporter.port, "/metrics", fields: field)
            )
            #expect(page["hpcpack_up"] == 0)
            #expect(!page.has("hpcpack_jobs"))
            return ContinuousClock.now - start
        }
        #expect(isInTime)
    }

    @Test func `Once ends well, however often it runs`() throws {
        let cluster = try SimulatedCluster(["--nodes=0", "--jobs=0"])
        // What is left of its threads must not meet the exit handlers of their libraries.
        for _ in 0..<(Sanitizer.isOn ? 30 : 100) {
            let once = try ProgramProcess(
                "hpcpack-exporter",
                cluster.flags + ["--once"],
                environment: SimulatedCluster.environment
            )
            #expect(try once.exitCode() == 0, "\(once.standardError)")
        }
    }

    @Test func `Once against nothing prints the page and exits with 1`() throws {
        let server = ScriptedServer.refusing()
        let once = try ProgramProcess(
            "hpcpack-exporter",
            ["--hpcpack.url=\(server.url)", "--once"]
        )
        #expect(try once.exitCode() == 1)
        #expect(MetricsPage(once.standardOutput)["hpcpack_up"] == 0)
        #expect(once.standardError.contains("level=error"))
    }
}
