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
        let client = try LoopbackClient(port, seconds: 60)
        client.send(request)
        // In HTTP/1.0 a body goes to the end of the connection, and comes in no chunks.
        let text = client.receiveAll()
        guard let end = text.range(of: "\r\n\r\n"),
            let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw Refused(description: "no answer") }
        return (status, String(text[end.upperBound...]))
    }
}
