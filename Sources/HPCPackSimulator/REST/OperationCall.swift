/// An operation with what its path names.
struct OperationCall: Sendable {
    let operation: Operation
    /// `{name}`, decoded.
    private(set) var name = ""
    private(set) var job: UInt32 = 0
    private(set) var task: UInt32 = 0
    private(set) var subtask: UInt32 = 0

    /// The operation for a method and a path as they were sent.
    ///
    /// Fixed segments match in any letter case; an escaped `/` is part of a name.
    ///
    /// - Throws: 404 for a path that is not in the specification, 405 with `Allow` for another
    ///   method, 400 for a path that is not correctly encoded or an id that is no number.
    init(method: String, path: String) throws(APIError) {
        var segments: [String] = []
        for segment in path.split(separator: "/") {
            guard let text = PercentCoding.decode(segment, plusIsSpace: false) else {
                throw .badRequest("The path is not correctly encoded.")
            }
            segments.append(text)
        }
        guard segments.first?.lowercased() == "hpc" else { throw Self.unknown(path) }
        segments.removeFirst()
        let lowered = segments.map { $0.lowercased() }
        let matching = Self.entries.filter { $0.matches(lowered) }
        // `/jobs/templates` is not a job: the path with more fixed segments is meant.
        let fixed = matching.map { $0.fixedCount }.max() ?? 0
        let meant = matching.filter { $0.fixedCount == fixed }
        guard !meant.isEmpty else { throw Self.unknown(path) }
        guard let entry = meant.first(where: { $0.method == method }) else {
            throw APIError(
                status: 405,
                message: "The requested resource does not support http method '\(method)'.",
                headers: [("Allow", meant.map { $0.method }.joined(separator: ", "))]
            )
        }
        operation = entry.operation
        for (pattern, segment) in zip(entry.segments, segments) {
            switch pattern {
            case "{name}": name = segment
            case "{jobid}": job = try Self.number(segment, "jobId")
            case "{taskid}": task = try Self.number(segment, "taskId")
            case "{subtaskid}": subtask = try Self.number(segment, "subtaskId")
            default: break
            }
        }
    }

    private static func unknown(_ path: String) -> APIError {
        .notFound("No HTTP resource was found that matches the request URI '\(path)'.")
    }

    /// An id in a path.
    ///
    /// One beyond 32 bits is well formed and surely unknown.
    private static func number(_ text: String, _ name: String) throws(APIError) -> UInt32 {
        guard let value = Int64(text) else {
            throw .badRequest("The value '\(text)' is not valid for \(name).")
        }
        return UInt32(exactly: value) ?? .max
    }

    /// One line of the specification taken apart.
    private struct Entry: Sendable {
        let operation: Operation
        let method: String
        /// In lower case; `{…}` stands for anything.
        let segments: [String]
        let fixedCount: Int

        func matches(_ lowered: [String]) -> Bool {
            lowered.count == segments.count
                && zip(segments, lowered).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }

    private static let entries = Operation.allCases.map { operation in
        let words = operation.line.split(separator: " ").map(String.init)
        let segments = words[1].lowercased().split(separator: "/").map(String.init)
        return Entry(
            operation: operation,
            method: words[0],
            segments: segments,
            fixedCount: segments.count { !$0.hasPrefix("{") }
        )
    }
}
