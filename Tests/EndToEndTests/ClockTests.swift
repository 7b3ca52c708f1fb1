import Foundation
import TestSupport
import Testing

/// The exporter under a wall clock that is set while it runs (libfaketime); the continuous clock goes on.
final class ClockTests {
    private let clock: TemporaryFile

    init() throws { clock = try TemporaryFile("+0\n", mode: 0o600) }

    /// Flags go by variables: the preloaded library keeps Swift from reading the command line.
    private func exporter(_ url: String, _ variables: [String: String] = [:]) throws -> (
        process: ChildProcess, port: UInt16
    ) {
        let folders =
            try FileManager.default.contentsOfDirectory(atPath: "/usr/lib")
            .map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" } + [
                "/usr/lib/faketime/libfaketimeMT.so.1"
            ]
        guard let library = folders.first(where: { FileManager.default.fileExists(atPath: $0) })
        else {
            throw SetUpFailure(description: "libfaketime is missing: apt-get install faketime")
        }
        var environment = [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": clock.path, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "HPCPACK_EXPORTER_HPCPACK_URL": url,
            "HPCPACK_EXPORTER_HPCPACK_USERNAME": #"HPC\monitor"#,
            "HPCPACK_EXPORTER_WEB_LISTEN_ADDRESS": "127.0.0.1:0",
            "HPCPACK_EXPORTER_COLLECTOR_INTERVAL": "50ms",
        ]
        environment.merge(SimulatedCluster.environment) { old, _ in old }
        environment.merge(variables) { _, new in new }
        let process = try ChildProcess("hpcpack-exporter", [], environment: environment)
        let authority = try process.word(after: "address=http://").split(separator: "/")[0]
        return (process, UInt16(authority.split(separator: ":").last ?? "") ?? 0)
    }

    private func page(_ port: UInt16) throws -> MetricsPage {
        MetricsPage(try RawClient.ask(port, "/metrics"))
    }

    private func requests(_ page: MetricsPage) -> Double {
        page.values.filter { $0.key.hasPrefix("hpcpack_api_requests_total") }.values.reduce(0, +)
    }

    /// Sets the clock and waits for some rounds after that.
    private func set(_ seconds: Int, _ port: UInt16) throws {
        try clock.write(String(format: "%+d\n", seconds))
        let before = requests(try page(port))
        #expect(try Deadline.wait { requests(try page(port)) > before + 60 })
    }

    /// The ages of the collectors' last successes, on the clock that the exporter has.
    private func ages(_ page: MetricsPage, _ seconds: Int) -> [Double] {
        let now = Date().timeIntervalSince1970 + Double(seconds)
        return page.values.filter {
            $0.key.hasPrefix("hpcpack_scrape_collector_last_success_timestamp_seconds")
        }.values.map { now - $0 }
    }

    @Test(.disabled(if: Sanitizer.isOn, "libfaketime and a sanitizer both take the clock's calls"))
    func `Rounds go on and ages stay true while the clock steps forward and back`() throws {
        let cluster = try SimulatedCluster(["--jobs=20"])
        let (process, port) = try exporter(cluster.url)
        #expect(try page(port)["hpcpack_up"] == 1)
        for seconds in [3600, 0, -3600, 7200, -86_400 * 400, 0] {
            try set(seconds, port)
            // libfaketime may read the file while it is written, and show the old time for a moment.
            var ages: [Double] = []
            let areTrue = try Deadline.wait {
                let page = try self.page(port)
                ages = self.ages(page, seconds)
                return page["hpcpack_up"] == 1 && ages.count == 4
                    && ages.allSatisfy { (-0.5..<20).contains($0) }
            }
            #expect(areTrue, "\(seconds): \(ages)")
            let people = try RawClient.ask(port, "/")
            #expect(people.contains("Everything works") && !people.contains("too old"))
            #expect(!people.contains(" h old") && !people.contains(" d old"))
        }
        #expect(!process.standardError.contains("level=error"))
    }

    @Test(.disabled(if: Sanitizer.isOn, "libfaketime and a sanitizer both take the clock's calls"))
    func `Data of a failing collector is neither withdrawn early nor kept by a step`() throws {
        let cluster = FakeCluster()
        cluster.change { $0.jobs = [[("Id", "1"), ("State", "Queued")]] }
        let (process, port) = try exporter(
            cluster.server.url,
            ["HPCPACK_EXPORTER_COLLECTOR_MAX_AGE": "10m"]
        )
        #expect(try page(port)["hpcpack_up"] == 1)
        cluster.fail("/jobs", .response(403, body: "{}"))
        #expect(try Deadline.wait { try page(port)["hpcpack_up"] == 0 })
        for seconds in [3600, -3600] {
            try set(seconds, port)
            let page = try page(port)
            #expect(page[#"hpcpack_jobs{state="Queued"}"#] == 1)
            var ages: [Double] = []
            let areTrue = try Deadline.wait {
                ages = self.ages(try self.page(port), seconds)
                return ages.allSatisfy { (-0.5..<60).contains($0) }
            }
            #expect(areTrue, "\(seconds): \(ages)")
        }
        // What is old by the continuous clock goes, even while the wall clock is set back.
        let (second, other) = try exporter(
            cluster.server.url,
            ["HPCPACK_EXPORTER_COLLECTOR_MAX_AGE": "300ms"]
        )
        cluster.fail("/jobs", nil)
        #expect(try Deadline.wait { try page(other)["hpcpack_up"] == 1 })
        try clock.write("-7200\n")
        cluster.fail("/jobs", .response(403, body: "{}"))
        #expect(try Deadline.wait { try !page(other).has("hpcpack_jobs") })
        #expect(process.isRunning && second.isRunning)
    }
}
