/// The operations of the specification, found by path (base path `/hpc`).
enum Operation: Sendable, Equatable {
    case version, activeHeadNode, dateTimeFormat
    case nodes, node(String), nodeGroups, nodeGroupMembers(String)
    case jobs, job(UInt32), jobTemplates
    case jobCustomProperties(UInt32), jobEnvironment(UInt32)
    case tasks(UInt32), task(UInt32, UInt32), subtask(UInt32, UInt32, UInt32)
    case taskCustomProperties(UInt32, UInt32), taskEnvironment(UInt32, UInt32)

    /// The operation for a path as it was sent.
    ///
    /// Fixed segments match in any letter case; an escaped `/` is part of a name.
    ///
    /// - Throws: 404 for a path that is not in the specification, 400 for one that is not
    ///   correctly encoded or an id that is no number.
    init(path: String) throws(APIError) {
        var decoded: [String] = []
        for segment in path.split(separator: "/") {
            guard let text = PercentCoding.decode(segment, plusIsSpace: false) else {
                throw .badRequest("The path is not correctly encoded.")
            }
            decoded.append(text)
        }
        guard decoded.first?.lowercased() == "hpc" else { throw Self.unknown(path) }
        let segments = Array(decoded.dropFirst())
        switch segments.first?.lowercased() {
        case "cluster": self = try Self.cluster(segments, path)
        case "nodes": self = try Self.nodes(segments, path)
        case "jobs": self = try Self.jobs(segments, path)
        default: throw Self.unknown(path)
        }
    }

    private static func unknown(_ path: String) -> APIError {
        .notFound("No HTTP resource was found that matches the request URI '\(path)'.")
    }

    private static func cluster(_ segments: [String], _ path: String) throws(APIError) -> Operation
    {
        switch segments.dropFirst().map({ $0.lowercased() }) {
        case ["version"]: .version
        case ["activeheadnode"]: .activeHeadNode
        case ["info", "datetimeformat"]: .dateTimeFormat
        default: throw unknown(path)
        }
    }

    private static func nodes(_ segments: [String], _ path: String) throws(APIError) -> Operation {
        switch segments.count {
        case 1: .nodes
        case 2: segments[1].lowercased() == "groups" ? .nodeGroups : .node(segments[1])
        case 3 where segments[1].lowercased() == "groups": .nodeGroupMembers(segments[2])
        default: throw unknown(path)
        }
    }

    private static func jobs(_ segments: [String], _ path: String) throws(APIError) -> Operation {
        if segments.count == 1 { return .jobs }
        if segments.count == 2, segments[1].lowercased() == "templates" { return .jobTemplates }
        let job = try number(segments[1], "jobId")
        guard segments.count > 2 else { return .job(job) }
        switch (segments[2].lowercased(), segments.count) {
        case ("customproperties", 3): return .jobCustomProperties(job)
        case ("envvariables", 3): return .jobEnvironment(job)
        case ("tasks", 3): return .tasks(job)
        case ("tasks", 4...):
            let task = try number(segments[3], "taskId")
            switch (segments.count > 4 ? segments[4].lowercased() : "", segments.count) {
            case ("", 4): return .task(job, task)
            case ("customproperties", 5): return .taskCustomProperties(job, task)
            case ("envvariables", 5): return .taskEnvironment(job, task)
            case ("subtasks", 6): return .subtask(job, task, try number(segments[5], "subtaskId"))
            default: throw unknown(path)
            }
        default: throw unknown(path)
        }
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
}
