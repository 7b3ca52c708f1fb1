import TestSupport
import Testing

/// The programs where the system gives them no further thread, as at `pids.max` or `ulimit -u`.
@Suite(.disabled(if: Sanitizer.isOn, "a sanitizer starts threads of its own"))
struct ThreadLimitTests {
    /// Runs the program with a limit of `$THREADS` threads; the limit does not bind root, so root becomes nobody.
    private static let limited = """
        [ "$(id -u)" = 0 ] || exec prlimit --nproc="$THREADS" "$0" "$@"
        folder=$(mktemp -d) && chmod 755 "$folder" && cp "$0" "$folder/program" || exit 99
        setpriv --reuid=65534 --regid=65534 --clear-groups prlimit --nproc="$THREADS" "$folder/program" "$@"
        code=$?
        rm -r "$folder"
        exit "$code"
        """

    @Test(arguments: [1, 2, 4])
    func `An exporter that gets no thread says so in one line and ends with 1`(threads: Int) throws
    {
        let process = try ChildProcess(
            "hpcpack-exporter",
            ["--hpcpack.url=http://127.0.0.1:9", "--web.listen-address=127.0.0.1:0"],
            environment: ["THREADS": "\(threads)"],
            shell: Self.limited
        )
        #expect(try process.exitCode() == 1)
        let lines = process.standardError.split(separator: "\n").filter { !$0.hasPrefix("ts=") }
        #expect(lines.count == 1, "\(process.standardError)")
        let line =
            "hpcpack-exporter: a thread could not be started: Resource temporarily unavailable;"
        #expect(lines.first?.hasPrefix(line) == true)
    }

    @Test func `A single round needs no further thread`() throws {
        let cluster = try SimulatedCluster(["--jobs=50"])
        let process = try ChildProcess(
            "hpcpack-exporter",
            cluster.flags + ["--once"],
            environment: SimulatedCluster.environment.merging(["THREADS": "1"]) { _, new in new },
            shell: Self.limited
        )
        #expect(try process.exitCode() == 0, "\(process.standardError)")
        #expect(process.standardOutput.contains("hpcpack_up 1\n"))
    }

    @Test func `A simulator that gets no thread says so in one line and ends with 1`() throws {
        let process = try ChildProcess(
            "hpcpack-simulator",
            ["--address=127.0.0.1:0"],
            environment: ["THREADS": "1"],
            shell: Self.limited
        )
        #expect(try process.exitCode() == 1, "\(process.standardError)")
        #expect(process.standardError.hasPrefix("hpcpack-simulator: a thread could not be started"))
    }
}
