public import Foundation

/// A real Prometheus that scrapes given addresses every second, for as long as the value lives.
///
/// It listens on a free port of 127.0.0.1 and keeps everything in a folder of its own, which goes
/// when it stops.
public final class PrometheusProcess {
    /// Why Prometheus is of no use.
    public struct Failure: Error, CustomStringConvertible {
        /// The sentence to show, with the end of its log.
        public let description: String
    }

    /// Where its HTTP API is.
    public let api: PrometheusAPI
    private let process: Process
    private let folder: URL

    /// Starts Prometheus and waits until it answers.
    ///
    /// - Parameters:
    ///   - targets: `host:port` of each exporter.
    ///   - job: The name of the scrape job.
    ///   - interval: Seconds between scrapes and between evaluations of the rules.
    ///   - rules: Rule files to load.
    /// - Throws: `InstalledTool.Missing` or `Failure`.
    public init(
        scraping targets: [String],
        job: String = "hpcpack",
        interval: Int = 1,
        rules: [URL] = []
    ) throws {
        let tool = try InstalledTool("prometheus", package: "prometheus")
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("hpcpack-prometheus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let configuration = folder.appendingPathComponent("prometheus.yml")
        let log = folder.appendingPathComponent("log")
        try Self.configuration(targets, job, interval, rules)
            .write(to: configuration, atomically: true, encoding: .utf8)

        // The port may be taken between asking and listening, so this is tried again.
        for attempt in 1... {
            let port = try LoopbackPort.free()
            let process = Process()
            process.executableURL = tool.url
            process.arguments = [
                "--config.file=\(configuration.path)",
                "--storage.tsdb.path=\(folder.appendingPathComponent("data").path)",
                "--web.listen-address=127.0.0.1:\(port)",
                "--log.level=warn",
            ]
            try Data().write(to: log)
            let handle = try FileHandle(forWritingTo: log)
            process.standardOutput = handle
            process.standardError = handle
            process.standardInput = FileHandle.nullDevice
            try process.run()
            let api = PrometheusAPI(port: port)
            if Self.isReady(api, process) {
                self.process = process
                self.api = api
                return
            }
            Self.end(process)
            guard attempt < 3 else {
                let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                try? FileManager.default.removeItem(at: folder)
                throw Failure(description: "Prometheus does not start: \(text.suffix(2000))")
            }
        }
        throw Failure(description: "Prometheus does not start")
    }

    deinit {
        Self.end(process)
        try? FileManager.default.removeItem(at: folder)
    }

    /// Asks again and again until `expression` has a result.
    ///
    /// - Parameters:
    ///   - expression: The PromQL to wait for.
    ///   - seconds: How long to wait at most.
    /// - Throws: `Failure` when the time is over, or what the query throws.
    public func wait(for expression: String, seconds: Double = 120) throws {
        if try Deadline.wait(seconds: seconds, { try !api.query(expression).isEmpty }) { return }
        throw Failure(description: "Prometheus had no result for \(expression) in \(seconds) s")
    }

    private static func configuration(
        _ targets: [String],
        _ job: String,
        _ interval: Int,
        _ rules: [URL]
    ) -> String {
        """
        global: {scrape_interval: \(interval)s, scrape_timeout: \(interval)s, evaluation_interval: \(interval)s}
        rule_files: [\(rules.map { "'\($0.path)'" }.joined(separator: ", "))]
        scrape_configs:
          - job_name: '\(job)'
            static_configs: [{targets: [\(targets.map { "'\($0)'" }.joined(separator: ", "))]}]

        """
    }

    private static func isReady(_ api: PrometheusAPI, _ process: Process) -> Bool {
        let isDecided = Deadline.wait(seconds: 60) { api.isReady() || !process.isRunning }
        return isDecided && process.isRunning
    }

    /// Ends the process and waits for it: nothing outlives the test.
    private static func end(_ process: Process) {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }
}
