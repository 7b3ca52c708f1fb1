import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The process between its supervisor, its descriptors and its signals.
struct ProcessTests {
    private static let url = "--hpcpack.url=http://127.0.0.1:9"

    /// A program that was started by a shell with a port that the test chose.
    private func exporter(_ flags: [String], shell: String) throws -> (ChildProcess, UInt16) {
        // Another program may take the port first, so it is tried with others.
        var log = ""
        for _ in 0..<5 {
            let port = try Loopback.freePort()
            let process = try ChildProcess(
                "hpcpack-exporter",
                ["--web.listen-address=127.0.0.1:\(port)"] + flags,
                environment: SimulatedCluster.environment,
                shell: shell
            )
            let isUp = Deadline.wait {
                !process.isRunning || (try? RawClient(port: port)) != nil
            }
            if isUp, process.isRunning { return (process, port) }
            log = process.standardError
        }
        throw SetUpFailure(description: "the exporter does not listen: \(log)")
    }

    // MARK: Service manager

    @Test
    func `A service manager is told that the first round has ended, not before, and of the end`()
        throws
    {
        let socket = try NotifySocket()
        let server = ScriptedServer { _ in .hang([]) }
        let exporter = try RunningExporter(
            ["--hpcpack.url=\(server.url)", "--hpcpack.timeout=3s"],
            environment: ["NOTIFY_SOCKET": socket.name]
        )
        #expect(socket.next(seconds: 60)?.hasPrefix("STATUS=") == true)
        #expect(Deadline.wait { !server.requests.isEmpty })
        #expect(socket.next(seconds: 0) == nil)
        // A round that fails ends, too: the exporter then serves that it failed.
        #expect(socket.next(seconds: 60)?.hasPrefix("READY=1\n") == true)
        #expect(try Curl.get("http://\(exporter.authority)/-/ready").status == 200)
        exporter.process.signal(SIGTERM)
        #expect(socket.next(seconds: 60)?.hasPrefix("STOPPING=1\n") == true)
        #expect(try exporter.process.exitCode() == 0 && socket.next(seconds: 0) == nil)
    }

    // MARK: Descriptors

    @Test(arguments: ["<&- >&- 2>&-", "2>&-", ">&-", "<&-"])
    func `Closed standard descriptors are filled and never become a client's`(closed: String) throws
    {
        let cluster = try SimulatedCluster(["--jobs=20"])
        let (process, port) = try exporter(
            cluster.flags + ["--log.level=debug", "--collector.interval=20ms"],
            shell: "exec \"$0\" \"$@\" \(closed)"
        )
        for number in 0...2 {
            let target = try FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(process.id)/fd/\(number)"
            )
            #expect(!target.contains("socket") && !target.contains("pipe"), "\(number): \(target)")
        }
        // A client that is connected while lines are logged gets its page and nothing else.
        let client = try RawClient(port: port)
        let text = try RawClient.ask(port, "/metrics")
        #expect(text.hasPrefix("HTTP/1.1 200") && !text.contains("level=debug"))
        try client.request("/-/healthy", "Connection: close\r\n")
        #expect(try client.readToEnd().hasSuffix("The exporter is running.\n"))
        process.signal(SIGTERM)
        #expect(try process.exitCode() == 0)
    }

    @Test(arguments: ["--help", "--version"])
    func `What cannot be written to standard output is a failure`(flag: String) throws {
        for (output, words) in [(">/dev/full", "No space left"), (">&-", "Bad file descriptor")] {
            let process = try ChildProcess(
                "hpcpack-exporter",
                [flag],
                shell: "exec \"$0\" \"$@\" \(output)"
            )
            #expect(try process.exitCode() == 1)
            #expect(process.standardError.contains(words), "\(process.standardError)")
            #expect(process.standardError.split(separator: "\n").count == 1)
        }
    }

    @Test func `Once is a failure when its page cannot be written`() throws {
        let cluster = try SimulatedCluster(["--jobs=20"])
        for output in [">/dev/full", ">&-", "| true", ">&- 2>&-", "2>/dev/full >/dev/full"] {
            let process = try ChildProcess(
                "hpcpack-exporter",
                cluster.flags + ["--once"],
                environment: SimulatedCluster.environment,
                // The code of the first program of a pipe is written where the second cannot take it.
                shell: "{ \"$0\" \"$@\"; echo code=$? >&3; } 3>&2 \(output)"
            )
            _ = try process.exitCode()
            #expect(process.standardError.contains("code=1"), "\(output) \(process.standardError)")
        }
    }

    @Test func `Once waits for a reader that takes its time, and writes the whole page`() throws {
        let cluster = try SimulatedCluster(["--jobs=20", "--nodes=3000"])
        let process = try ChildProcess(
            "hpcpack-exporter",
            cluster.flags + ["--once"],
            environment: SimulatedCluster.environment,
            shell: """
                python3 -c 'import os,sys,time
                reader, writer = os.pipe()
                os.set_blocking(writer, False)
                if os.fork() == 0:
                    os.dup2(writer, 1); os.close(reader)
                    os.execv(sys.argv[1], sys.argv[1:])
                os.close(writer)
                time.sleep(0.3)
                while True:
                    data = os.read(reader, 4096)
                    if not data: break
                    os.write(1, data)
                sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))' "$0" "$@"
                """
        )
        #expect(try process.exitCode() == 0, "\(process.standardError)")
        let page = process.standardOutput
        #expect(page.hasSuffix("\n") && page.utf8.count > 300_000)
        #expect(page.contains("\nhpcpack_up 1\n"))
        // What a process that stays tells of itself would collide with node_exporter's own.
        #expect(!page.contains("process_") && !page.contains("hpcpack_exporter_http_requests"))
        #expect(page.contains("\nhpcpack_exporter_build_info{"))
    }

    @Test func `The soft limit of descriptors is raised as far as the connections need`() throws {
        let (process, _) = try exporter(
            [Self.url, "--hpcpack.username=u", "--web.max-connections=3000"],
            shell: "ulimit -Sn 256; exec \"$0\" \"$@\""
        )
        let limits = try String(contentsOfFile: "/proc/\(process.id)/limits", encoding: .utf8)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open") })
        let soft = line.split(separator: " ").compactMap { Int($0) }.first ?? 0
        #expect(soft > 3000 && soft < 3400, "\(line)")
        #expect(!process.standardError.contains("max-connections"))
    }

    @Test func `Where the hard limit is too low it is told, and rounds keep their share`() throws {
        let cluster = try SimulatedCluster(["--jobs=20"])
        let (process, port) = try exporter(
            cluster.flags + ["--web.max-connections=3000", "--collector.interval=50ms"],
            shell: "ulimit -n 128; exec \"$0\" \"$@\""
        )
        let log = process.standardError
        #expect(log.contains("--web.max-connections=3000") && log.contains("hard limit is 128"))
        // More clients than there are descriptors, all connected and silent.
        let clients = (0..<200).compactMap { _ in try? RawClient(port: port) }
        defer { withExtendedLifetime(clients) {} }
        let before = try rounds(port)
        #expect(try Deadline.wait { try rounds(port) > before + 10 })
        let page = MetricsPage(try RawClient.ask(port, "/metrics"))
        #expect(page["hpcpack_up"] == 1)
        #expect(!process.standardError.contains("level=error"), "\(process.standardError)")
    }

    /// How often the version was asked for, which is once a round.
    private func rounds(_ port: UInt16) throws -> Double {
        let page = MetricsPage(try RawClient.ask(port, "/metrics"))
        return page.values.first {
            $0.key.hasPrefix("hpcpack_api_requests_total") && $0.key.contains("version")
        }?.value ?? 0
    }

    // MARK: Signals

    @Test(arguments: [SIGTERM, SIGINT])
    func `A stop ends a round, a write to a client that never reads, and the process`(
        signal: Int32
    ) throws {
        let cluster = try SimulatedCluster(["--jobs=20", "--nodes=3000"])
        let isInTime = try Bound.isKept(.seconds(5)) { () throws -> Duration in
            let (exporter, client) = try writing(cluster)
            defer { withExtendedLifetime(client) {} }
            let start = ContinuousClock.now
            exporter.process.signal(signal)
            #expect(try exporter.process.exitCode() == 0)
            return ContinuousClock.now - start
        }
        #expect(isInTime)
    }

    @Test func `A second stop does not wait for what is being written`() throws {
        let cluster = try SimulatedCluster(["--jobs=20", "--nodes=3000"])
        let isInTime = try Bound.isKept(.seconds(2)) { () throws -> Duration in
            let (exporter, client) = try writing(cluster)
            defer { withExtendedLifetime(client) {} }
            exporter.process.signal(SIGTERM)
            _ = try exporter.process.word(after: "msg=\"Stopping")
            let start = ContinuousClock.now
            exporter.process.signal(SIGTERM)
            #expect(try exporter.process.exitCode() == 0)
            return ContinuousClock.now - start
        }
        #expect(isInTime)
    }

    /// An exporter in the middle of writing to a client that does not read.
    private func writing(
        _ cluster: SimulatedCluster
    ) throws -> (exporter: RunningExporter, client: RawClient) {
        let exporter = try RunningExporter(cluster.flags, environment: SimulatedCluster.environment)
        #expect(try exporter.page()["hpcpack_up"] == 1)
        let client = try RawClient(port: exporter.port, receiveBuffer: 4096)
        // More than the system's buffers take.
        let request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        try client.send(String(repeating: request, count: 20))
        #expect(try client.read(count: 1).count == 1)
        return (exporter, client)
    }

    @Test(arguments: 0..<12)
    func `A stop during the start is obeyed`(turn: Int) throws {
        let server = ScriptedServer { _ in .hang([]) }
        let process = try ChildProcess(
            "hpcpack-exporter",
            ["--hpcpack.url=\(server.url)", "--web.listen-address=127.0.0.1:0"]
        )
        // Each turn hits another moment of the start.
        usleep(UInt32(turn * turn * 700))
        process.signal(SIGTERM)
        // Before the program has looked at its flags the system ends it, by the signal itself.
        #expect([0, 128 + SIGTERM].contains(try process.exitCode()))
    }

    @Test func `SIGHUP begins a round at once, with the password as it is then`() throws {
        let cluster = try SimulatedCluster(["--jobs=20"])
        let file = try TemporaryFile("wrong\n", mode: 0o600)
        let exporter = try RunningExporter(
            cluster.flags + ["--hpcpack.password-file=\(file.path)", "--collector.interval=1h"]
        )
        #expect(try exporter.page()["hpcpack_up"] == 0)
        try file.write("monitor\n")
        exporter.process.signal(SIGHUP)
        #expect(try Deadline.wait { try exporter.page()["hpcpack_up"] == 1 })
        // More of them than one round needs do no harm.
        for _ in 0..<50 { exporter.process.signal(SIGHUP) }
        #expect(try exporter.page()["hpcpack_up"] == 1)
        exporter.process.signal(SIGTERM)
        #expect(try exporter.process.exitCode() == 0)
    }

    @Test func `A client that hangs up in the middle of a page does no harm`() throws {
        let cluster = try SimulatedCluster(["--jobs=20", "--nodes=3000"])
        let exporter = try RunningExporter(cluster.flags, environment: SimulatedCluster.environment)
        #expect(try exporter.page()["hpcpack_up"] == 1)
        for turn in 0..<40 {
            let client = try RawClient(port: exporter.port, receiveBuffer: 4096)
            try client.request("/metrics")
            try client.read(count: 1 + turn * 1000)
            if turn.isMultiple(of: 2) { client.abort() }
        }
        #expect(try exporter.page()["hpcpack_up"] == 1)
        #expect(exporter.process.isRunning)
    }

    @Test func `A killed exporter is back on its port at once`() throws {
        let cluster = try SimulatedCluster(["--jobs=20"])
        let first = try RunningExporter(cluster.flags, environment: SimulatedCluster.environment)
        // Connections that the first one leaves behind.
        let clients = try (0..<5).map { _ in try RawClient(port: first.port) }
        for client in clients { try client.request("/metrics") }
        for client in clients {
            #expect(try client.read(count: 12) == Array("HTTP/1.1 200".utf8)[...])
        }
        first.process.signal(SIGKILL)
        #expect(try first.process.exitCode() == 128 + SIGKILL)
        let second = try ChildProcess(
            "hpcpack-exporter",
            cluster.flags + ["--web.listen-address=127.0.0.1:\(first.port)"],
            environment: SimulatedCluster.environment
        )
        #expect(try second.word(after: "address=http://").hasPrefix("127.0.0.1:\(first.port)"))
        let page = MetricsPage(try RawClient.ask(first.port, "/metrics"))
        #expect(page["hpcpack_up"] == 1)
        withExtendedLifetime(clients) {}
    }

    @Test func `A port in use is one clear line and exit code 1`() throws {
        let server = ScriptedServer { _ in .raw([]) }
        let process = try ChildProcess(
            "hpcpack-exporter",
            [Self.url, "--web.listen-address=127.0.0.1:\(server.port)", "--log.level=error"]
        )
        #expect(try process.exitCode() == 1)
        let lines = process.standardError.split(separator: "\n")
        #expect(lines.count == 1 && lines[0].contains("Address already in use"), "\(lines)")
    }

    // MARK: Log

    @Test(arguments: [
        // A full disk.
        #"exec "$0" "$@" 2>/dev/full"#,
        // A pipe that is full already, and whose reader sleeps.
        #"{ head -c 65536 /dev/zero; exec "$0" "$@" 2>&1; } | sleep 300"#,
        // A pipe whose reader has gone.
        #"{ "$0" "$@" 2>&1; } | true"#,
        // A file that may grow by one block only.
        #"ulimit -f 1; exec "$0" "$@" 2>"$LOG""#,
    ])
    func `A log that cannot be written keeps no round and no page waiting`(shell: String) throws {
        // A sanitizer keeps files of its own, which may not grow either then.
        guard !(Sanitizer.isOn && shell.contains("ulimit -f")) else { return }
        let cluster = try SimulatedCluster(["--jobs=20"])
        let file = try TemporaryFile("", mode: 0o600)
        let (process, port) = try exporter(
            cluster.flags + ["--log.level=debug", "--collector.interval=5ms"],
            shell: "LOG=\(file.path); \(shell)"
        )
        let before = try rounds(port)
        #expect(try Deadline.wait { try rounds(port) > before + 30 })
        let isInTime = try Bound.isKept(.seconds(1)) { () throws -> Duration in
            let start = ContinuousClock.now
            #expect(try RawClient.ask(port, "/-/healthy").hasPrefix("HTTP/1.1 200"))
            return ContinuousClock.now - start
        }
        #expect(isInTime)
        #expect(process.isRunning)
        guard shell.contains("|") else { return }
        // The shell waits for its children, the exporter and the reader.
        for child in children(of: process.id) { kill(child, SIGTERM) }
    }

    private func children(of parent: Int32) -> [Int32] {
        let path = "/proc/\(parent)/task/\(parent)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }
}
