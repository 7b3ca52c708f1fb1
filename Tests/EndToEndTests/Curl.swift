import Foundation
import TestSupport

/// curl as a user of the simulator runs it.
struct Curl {
    /// curl's exit code, the status and the body.
    struct Answer {
        let exitCode: Int32
        let status: Int
        let headers: [String: String]
        let body: String

        /// The body as rows of names and values.
        var rows: [[String: String]] {
            let objects = json as? [[String: Any]] ?? []
            return objects.map { Self.pairs($0["Properties"]) }
        }

        /// The body as the names and values of one object.
        var properties: [String: String] { Self.pairs(json) }

        var json: Any? {
            try? JSONSerialization.jsonObject(with: Data(body.utf8), options: .fragmentsAllowed)
        }

        private static func pairs(_ value: Any?) -> [String: String] {
            var pairs: [String: String] = [:]
            for pair in value as? [[String: String]] ?? [] {
                pairs[pair["Name"] ?? ""] = pair["Value"]
            }
            return pairs
        }
    }

    private let tool: InstalledTool
    /// The base address.
    let base: String
    private let flags: [String]

    init(
        _ base: String,
        authority: String? = nil,
        user: String? = #"HPC\monitor:monitor"#,
        flags: [String] = []
    ) throws {
        tool = try InstalledTool("curl", package: "curl")
        self.base = base
        self.flags =
            flags + (authority.map { ["--cacert", $0] } ?? []) + (user.map { ["-u", $0] } ?? [])
    }

    /// Asks for a path under the base address; `body` makes it a POST of JSON.
    func callAsFunction(
        _ path: String,
        _ arguments: [String] = [],
        body: String? = nil,
        seconds: Int = 20
    ) throws -> Answer {
        let more = body.map { ["-H", "Content-Type: application/json", "-d", $0] } ?? []
        let run = try tool.run(
            ["-s", "-i", "-m", String(seconds)] + flags + more + arguments + [base + path]
        )
        var text = run.output[...]
        var headers: [String: String] = [:]
        var status = 0
        // An interim answer may come before the final one.
        while text.hasPrefix("HTTP/"), let end = text.range(of: "\r\n\r\n") {
            let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
            status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                headers[parts[0].lowercased()] = parts.last?.trimmingCharacters(in: .whitespaces)
            }
            text = text[end.upperBound...]
        }
        return Answer(
            exitCode: run.status,
            status: status,
            headers: headers,
            body: String(text)
        )
    }
}

/// A folder that goes with its value.
final class ScratchFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("scratch-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: url.appendingPathComponent(name))
        return path(name)
    }
}
