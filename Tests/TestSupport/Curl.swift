import Foundation

/// curl, which shares nothing with the exporter's listener and the simulator.
public struct Curl: Sendable {
    /// How a request ended.
    public struct Answer: Sendable {
        /// curl's exit code.
        public let exitCode: Int32
        /// The status; 0 without a response.
        public let status: Int
        /// The fields of the response, by their names in lower case.
        public let headers: [String: String]
        /// The body.
        public let bytes: [UInt8]

        /// The body as a text.
        public var body: String { String(decoding: bytes, as: UTF8.self) }

        /// The body as what JSON it holds.
        public var json: Any? {
            try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        }

        /// The body as rows of names and values.
        public var rows: [[String: String]] {
            let objects = json as? [[String: Any]] ?? []
            return objects.map { Self.pairs($0["Properties"]) }
        }

        /// The body as the names and values of one object.
        public var properties: [String: String] { Self.pairs(json) }

        private static func pairs(_ value: Any?) -> [String: String] {
            var pairs: [String: String] = [:]
            for pair in value as? [[String: String]] ?? [] {
                pairs[pair["Name"] ?? ""] = pair["Value"]
            }
            return pairs
        }
    }

    private let tool: InstalledTool
    private let base: String
    private let flags: [String]

    /// Requests to a service.
    ///
    /// - Parameters:
    ///   - base: The base address.
    ///   - authority: The file of the certificate authority to trust.
    ///   - user: Account and password, by default those of the simulator.
    /// - Throws: `InstalledTool.Missing`.
    public init(
        _ base: String,
        authority: String? = nil,
        user: String? = #"HPC\monitor:monitor"#
    ) throws(InstalledTool.Missing) {
        tool = try InstalledTool("curl", package: "curl")
        self.base = base
        flags = (authority.map { ["--cacert", $0] } ?? []) + (user.map { ["-u", $0] } ?? [])
    }

    /// Asks for a path under the base address.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - arguments: More arguments of curl.
    ///   - body: Makes it a POST of JSON.
    ///   - seconds: The longest time.
    /// - Returns: How the request ended.
    /// - Throws: What keeps curl from running; that a request fails is told by the answer.
    public func callAsFunction(
        _ path: String,
        _ arguments: [String] = [],
        body: String? = nil,
        seconds: Int = 30
    ) throws(ChildProcess.Failure) -> Answer {
        let more = body.map { ["-H", "Content-Type: application/json", "-d", $0] } ?? []
        let run = try tool.run(
            ["-sS", "-i", "-m", String(seconds)] + flags + more + arguments + [base + path]
        )
        var rest = run.bytes[...]
        var headers: [String: String] = [:]
        var status = 0
        // An interim answer may come before the final one.
        while rest.starts(with: Array("HTTP/".utf8)),
            let end = rest.firstRange(of: Array("\r\n\r\n".utf8))
        {
            let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
                .components(separatedBy: "\r\n")
            status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                headers[parts[0].lowercased()] = parts.last?.trimmingCharacters(in: .whitespaces)
            }
            rest = rest[end.upperBound...]
        }
        return Answer(
            exitCode: run.status,
            status: status,
            headers: headers,
            bytes: Array(rest)
        )
    }

    /// Asks for an address without an account.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - method: The method.
    ///   - arguments: More arguments of curl.
    /// - Returns: How the request ended.
    /// - Throws: What keeps curl from running; that a request fails is told by the answer.
    public static func get(
        _ url: String,
        method: String = "GET",
        _ arguments: [String] = []
    ) throws -> Answer {
        try Curl(url, user: nil)("", ["-X", method] + arguments)
    }
}
