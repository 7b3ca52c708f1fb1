public import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

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

    /// The base address.
    public let base: URL

    /// The server on a port of 127.0.0.1.
    ///
    /// - Parameter port: Its port.
    public init(port: UInt16) {
        var parts = URLComponents()
        parts.scheme = "http"
        parts.host = "127.0.0.1"
        parts.port = Int(port)
        base = parts.url ?? URL(fileURLWithPath: "/")
    }

    /// The server at a base address.
    ///
    /// - Parameter base: Such as `http://127.0.0.1:9090`.
    public init(base: URL) {
        self.base = base
    }

    /// Whether it is ready to answer queries.
    public func isReady() async -> Bool {
        let request = URLRequest(url: base.appendingPathComponent("-/ready"), timeoutInterval: 5)
        guard let (_, response) = try? await URLSession.shared.data(for: request) else {
            return false
        }
        return (response as? HTTPURLResponse)?.statusCode == 200
    }

    /// Runs an instant query.
    ///
    /// - Parameter expression: The PromQL.
    /// - Returns: The series of the result.
    /// - Throws: `Refused`, or what the connection throws.
    public func query(_ expression: String) async throws -> [Series] {
        try await result("query", ["query": expression])
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
    ) async throws -> [Series] {
        let now = Date().timeIntervalSince1970
        return try await result(
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
    public func metadataNames() async throws -> Set<String> {
        let request = URLRequest(url: base.appendingPathComponent("api/v1/metadata"))
        let answer = try await answer(to: request)
        return Set((answer["data"] as? [String: Any] ?? [:]).keys)
    }

    private func answer(to request: URLRequest) async throws -> [String: Any] {
        let (data, _) = try await URLSession.shared.data(for: request)
        let answer = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        guard answer["status"] as? String == "success" else {
            throw Refused(description: answer["error"] as? String ?? "an answer without error")
        }
        return answer
    }

    private func result(_ call: String, _ fields: [String: String]) async throws -> [Series] {
        let request = URLRequest(url: base.appendingPathComponent("api/v1/\(call)"))
        let answer = try await answer(to: Self.posting(fields, to: request))
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

    private static func posting(_ fields: [String: String], to request: URLRequest) -> URLRequest {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        let body = fields.map { name, value in
            name + "=" + (value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")
        }
        var request = request
        request.httpMethod = "POST"
        request.timeoutInterval = 30
        request.setValue(
            "application/x-www-form-urlencoded",
            forHTTPHeaderField: "Content-Type"
        )
        request.httpBody = Data(body.joined(separator: "&").utf8)
        return request
    }
}
