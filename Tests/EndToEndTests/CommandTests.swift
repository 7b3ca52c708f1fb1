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
        let process = try ChildProcess("hpcpack-exporter", arguments)
        #expect(try process.exitCode() == 2)
        #expect(process.standardOutput.isEmpty)
        let lines = process.standardError.split(separator: "\n")
        #expect(lines.count == 1, "\(process.standardError)")
        #expect(lines.first?.hasPrefix("hpcpack-exporter: ") == true)
        #expect(!process.standardError.contains("hunter2"))
    }

    @Test func `Help and version go to standard output`() throws {
        let help = try ChildProcess("hpcpack-exporter", ["--nonsense", "--help"])
        #expect(try help.exitCode() == 0)
        #expect(help.standardOutput.contains("--hpcpack.rows-per-read=N"))
    }

    @Test(arguments: ["hpcpack-exporter", "hpcpack-simulator"])
    func `The version is told as other exporters tell it`(program: String) throws {
        let version = try ChildProcess(program, ["--version"])
        #expect(try version.exitCode() == 0 && version.standardError.isEmpty)
        let form =
            #/
            (hpcpack-[a-z]+),\ version\ \d+\.\d+\.\d+\ \(branch:\ \S+,\ revision:\ [0-9a-z]+\)\n
            \ \ build\ date:\ {7}(?:\d{8}-\d\d:\d\d:\d\d|unknown)\n
            \ \ swift\ version:\ {4}[^\n]+\n
            \ \ platform:\ {9}linux\/(?:amd64|arm64)\n
            /#
        let match = try #require(
            version.standardOutput.wholeMatch(of: form),
            "\(version.standardOutput)"
        )
        #expect(match.output.1 == program)
    }

    @Test(arguments: ["hpcpack-exporter", "hpcpack-simulator"])
    func `Man page and completion come from the program itself`(program: String) throws {
        let page = try ChildProcess(program, ["--help-man"])
        #expect(try page.exitCode() == 0 && page.standardError.isEmpty)
        #expect(page.standardOutput.hasPrefix(".TH \(program.uppercased()) 1 "))
        let script = try ChildProcess(program, ["--completion-script-bash"])
        #expect(try script.exitCode() == 0 && script.standardError.isEmpty)
        #expect(script.standardOutput.hasSuffix(" \(program)\n"))
        // Beside anything else they are flags that there are not.
        let mixed = try ChildProcess(program, ["--help-man", "--help-environment"])
        #expect(try mixed.exitCode() == 2 && mixed.standardOutput.isEmpty)
    }

    @Test func `The pages answer as they should`() throws {
        let cluster = try SimulatedCluster(["--jobs=50"])
        let exporter = try RunningExporter(cluster.flags, environment: SimulatedCluster.environment)
        let base = "http://\(exporter.authority)"
        let metrics = try Curl.get(base + "/metrics")
        #expect(metrics.status == 200)
        #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(metrics.headers["vary"] == "Accept, Accept-Encoding")
        #expect(metrics.headers["x-content-type-options"] == "nosniff")
        #expect(metrics.headers["server"] == nil)
        let packed = try Curl.get(base + "/metrics", ["-H", "Accept-Encoding: gzip;q=0.5"])
        #expect(packed.headers["content-encoding"] == "gzip")
        #expect(packed.bytes.starts(with: [0x1F, 0x8B]))
        let plain = try Curl.get(base + "/metrics", ["-H", "Accept-Encoding: gzip;q=0"])
        #expect(plain.headers["content-encoding"] == nil)
        let people = try Curl.get(base + "/")
        #expect(people.status == 200 && people.body.contains("Everything works"))
        #expect(try Curl.get(base + "/-/healthy").status == 200)
        #expect(try Curl.get(base + "/-/ready").status == 200)
        #expect(try Curl.get(base + "/nothing").status == 404)
        let post = try Curl.get(base + "/metrics", method: "POST")
        #expect(post.status == 405 && post.headers["allow"] == "GET, HEAD")
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
        let file = try TemporaryFile("wr0ng-S3cret\n", mode: 0o644)
        let exporter = try RunningExporter(
            cluster.flags + [
                "--hpcpack.password-file=\(file.path)", "--log.level=debug",
                "--collector.interval=50ms",
            ]
        )
        let page = try exporter.page()
        #expect(page["hpcpack_up"] == 0)
        let people = try Curl.get("http://\(exporter.authority)/").body
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
        try file.write("monitor")
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
        #expect(try Curl.get("http://\(exporter.authority)/-/ready").status == 503)
        let isInTime = try Bound.isKept(.seconds(1.5)) { () throws -> Duration in
            let start = ContinuousClock.now
            let field = "X-Prometheus-Scrape-Timeout-Seconds: 1.5\r\n"
            let page = MetricsPage(
                try RawClient.ask(exporter.port, "/metrics", fields: field)
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
            let once = try ChildProcess(
                "hpcpack-exporter",
                cluster.flags + ["--once"],
                environment: SimulatedCluster.environment
            )
            #expect(try once.exitCode() == 0, "\(once.standardError)")
        }
    }

    @Test func `Once against nothing prints the page and exits with 1`() throws {
        let server = ScriptedServer.refusing()
        let once = try ChildProcess(
            "hpcpack-exporter",
            ["--hpcpack.url=\(server.url)", "--once"]
        )
        #expect(try once.exitCode() == 1)
        #expect(MetricsPage(once.standardOutput)["hpcpack_up"] == 0)
        #expect(once.standardError.contains("level=error"))
    }
}
