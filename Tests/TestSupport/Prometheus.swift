import Foundation

/// The query API of a Prometheus server.
public struct PrometheusAPI: Sendable {
    /// One series of a result.
    public struct Series: Sendable {
        /// Its labels, `__name__` among them.
        public let labels: [String: String]
        /// Its samples: the one of an instant query, all of a range query.
        public let values: [Double]
    }

    /// A query that Prometheus refused.
    public struct Refused: Error, CustomStringConvertible {
        /// What Prometheus said.
        public let description: String
    }

    private let port: UInt16

    /// The server on a port of 127.0.0.1.
    ///
    /// - Parameter port: Its port.
    public init(port: UInt16) {
        self.port = port
    }

    /// Whether it is ready to answer queries.
    public func isReady() -> Bool {
        (try? answer(to: "GET /-/ready HTTP/1.0\r\n\r\n"))?.status == 200
    }

    /// Runs an instant query.
    ///
    /// - Parameter expression: The PromQL.
    /// - Returns: The series of the result.
    /// - Throws: `Refused`, or what the connection throws.
    public func query(_ expression: String) throws -> [Series] {
        try result("query", ["query": expression])
    }

    /// Runs a range query over the time up to now.
    ///
    /// - Parameters:
    ///   - expression: The PromQL.
    ///   - seconds: How far back it goes.
    ///   - step: Seconds between its samples.
    /// - Returns: The series of the result.
    /// - Throws: `Refused`, or what the connection throws.
    public func queryRange(
        _ expression: String,
        seconds: Double,
        step: Int = 1
    ) throws -> [Series] {
        let now = Date().timeIntervalSince1970
        return try result(
            "query_range",
            [
                "query": expression, "start": String(now - seconds), "end": String(now),
                "step": String(step),
            ]
        )
    }

    /// The names of the metric families that it has seen on its targets.
    ///
    /// - Throws: `Refused`, or what the connection throws.
    public func metadataNames() throws -> Set<String> {
        let answer = try success(of: "GET /api/v1/metadata HTTP/1.0\r\n\r\n")
        return Set((answer["data"] as? [String: Any] ?? [:]).keys)
    }

    private func result(_ call: String, _ fields: [String: String]) throws -> [Series] {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        let body = fields.map { name, value in
            name + "=" + (value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")
        }
        .joined(separator: "&")
        let answer = try success(
            of: """
                POST /api/v1/\(call) HTTP/1.0\r
                Content-Type: application/x-www-form-urlencoded\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """
        )
        let content = answer["data"] as? [String: Any] ?? [:]
        let series = content["result"] as? [[String: Any]] ?? []
        return series.map { one in
            let samples = one["values"] as? [[Any]] ?? (one["value"] as? [Any]).map { [$0] } ?? []
            return Series(
                labels: one["metric"] as? [String: String] ?? [:],
                values: samples.compactMap { ($0.last as? String).flatMap(Double.init) }
            )
        }
    }

    private func success(of request: String) throws -> [String: Any] {
        let body = try answer(to: request).body
        let answer =
            try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any] ?? [:]
        guard answer["status"] as? String == "success" else {
            throw Refused(description: answer["error"] as? String ?? "an answer without error")
        }
        return answer
    }

    /// The call blocks: among hundreds of tests, each wait for a turn may take longer than the answer.
    private func answer(to request: String) throws -> (status: Int, body: String) {
        let client = try RawClient(port: port, patience: 60)
        try client.send(request)
        // In HTTP/1.0 a body goes to the end of the connection, and comes in no chunks.
        let text = try client.readToEnd()
        guard let end = text.range(of: "\r\n\r\n"),
            let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw Refused(description: "no answer") }
        return (status, String(text[end.upperBound...]))
    }
}

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
    private let process: ChildProcess
    private let folder: TemporaryFolder

    /// Starts Prometheus and waits until it answers.
    ///
    /// - Parameters:
    ///   - targets: `host:port` of each exporter.
    ///   - job: The name of the scrape job.
    ///   - interval: Seconds between scrapes and between evaluations of the rules.
    ///   - rules: The paths of rule files to load.
    ///   - more: Further scrape jobs, as a list of YAML.
    /// - Throws: `InstalledTool.Missing` or `Failure`.
    public init(
        scraping targets: [String],
        job: String = "hpcpack",
        interval: Int = 1,
        rules: [String] = [],
        more: String = ""
    ) throws {
        let tool = try InstalledTool("prometheus", package: "prometheus")
        folder = try TemporaryFolder()
        let file = try folder.write(
            "config",
            Self.configuration(targets, job, interval, rules) + more + "\n"
        )
        // The port may be taken between asking and listening, so this is tried again.
        var log = ""
        for _ in 0..<3 {
            let port = try Loopback.freePort()
            let process = try tool.start([
                "--config.file=\(file)", "--storage.tsdb.path=\(folder.path("data"))",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ])
            let api = PrometheusAPI(port: port)
            let isDecided = Deadline.wait { api.isReady() || !process.isRunning }
            if isDecided, process.isRunning {
                self.process = process
                self.api = api
                return
            }
            log = process.standardError
        }
        throw Failure(description: "Prometheus does not start: \(log.suffix(2000))")
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
        _ rules: [String]
    ) -> String {
        """
        global: {scrape_interval: \(interval)s, scrape_timeout: \(interval)s, evaluation_interval: \(interval)s}
        rule_files: [\(rules.map { "'\($0)'" }.joined(separator: ", "))]
        scrape_configs:
        - job_name: '\(job)'
          static_configs: [{targets: [\(targets.map { "'\($0)'" }.joined(separator: ", "))]}]

        """
    }
}
