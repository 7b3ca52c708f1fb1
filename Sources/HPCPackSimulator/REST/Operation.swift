import Basics

/// The operations of the REST API, as method and path below the base path.
enum Operation: String, CaseIterable, Sendable {
    case getVersion = "GET /cluster/version"
    case getActiveHeadNode = "GET /cluster/activeHeadNode"
    case getDateTimeFormat = "GET /cluster/info/dateTimeFormat"
    case getNodes = "GET /nodes"
    case getNode = "GET /nodes/{name}"
    case getNodeGroups = "GET /nodes/groups"
    case getNodeGroupMembers = "GET /nodes/groups/{name}"
    case getJobs = "GET /jobs"
    case createJob = "POST /jobs"
    case createJobFromXML = "POST /jobs/jobFile"
    case getJob = "GET /jobs/{jobId}"
    case setJob = "PUT /jobs/{jobId}"
    case getJobCustomProperties = "GET /jobs/{jobId}/customProperties"
    case setJobCustomProperties = "POST /jobs/{jobId}/customProperties"
    case getJobEnvironment = "GET /jobs/{jobId}/envVariables"
    case setJobEnvironment = "POST /jobs/{jobId}/envVariables"
    case submitJob = "POST /jobs/{jobId}/submit"
    case cancelJob = "POST /jobs/{jobId}/cancel"
    case finishJob = "POST /jobs/{jobId}/finish"
    case requeueJob = "POST /jobs/{jobId}/requeue"
    case getTasks = "GET /jobs/{jobId}/tasks"
    case addTask = "POST /jobs/{jobId}/tasks"
    case getTask = "GET /jobs/{jobId}/tasks/{taskId}"
    case setTask = "PUT /jobs/{jobId}/tasks/{taskId}"
    case getTaskCustomProperties = "GET /jobs/{jobId}/tasks/{taskId}/customProperties"
    case setTaskCustomProperties = "POST /jobs/{jobId}/tasks/{taskId}/customProperties"
    case getTaskEnvironment = "GET /jobs/{jobId}/tasks/{taskId}/envVariables"
    case setTaskEnvironment = "POST /jobs/{jobId}/tasks/{taskId}/envVariables"
    case cancelTask = "POST /jobs/{jobId}/tasks/{taskId}/cancel"
    case finishTask = "POST /jobs/{jobId}/tasks/{taskId}/finish"
    case requeueTask = "POST /jobs/{jobId}/tasks/{taskId}/requeue"
    case getSubtask = "GET /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}"
    case setSubtask = "PUT /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}"
    case cancelSubtask = "POST /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}/cancel"
    case finishSubtask = "POST /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}/finish"
    case requeueSubtask = "POST /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}/requeue"
    case getJobTemplates = "GET /jobs/templates"
    // HPC Pack 2019 only.
    case getUserRoles = "GET /cluster/userRoles"
    case getMetricDefinitions = "GET /cluster/metrics/definitions"
    case getMetricHistory = "GET /cluster/metrics/history/{name}"
    case getJobMetrics = "GET /cluster/metrics/jobs"
    case getClusterNodes = "GET /cluster/nodes"
    case getClusterNode = "GET /cluster/nodes/{name}"
    case getNodeMetrics = "GET /cluster/nodes/metrics"
    case getNodesByState = "GET /cluster/nodes/stats/state"
    case getNodesByHealth = "GET /cluster/nodes/stats/health"
    case getOperationLogs = "GET /cluster/operations"
    case getFirstOperationLog = "GET /cluster/operations/first"
    case getOperationLog = "GET /cluster/operations/{id}"
    case getClusterNodeGroups = "GET /cluster/nodeGroups"
    case getClusterNodeGroup = "GET /cluster/nodeGroups/{name}"
    case getClusterNodeGroupMembers = "GET /cluster/nodeGroups/{name}/nodes"

    /// Whether a product has the operation; `both` has those of both.
    func exists(in product: SimulatorConfiguration.Product) -> Bool {
        switch self {
        case .getNodes, .getNode, .getNodeGroups, .getNodeGroupMembers: product != .hpcPack2019
        case .getUserRoles, .getMetricDefinitions, .getMetricHistory, .getJobMetrics,
            .getClusterNodes, .getClusterNode, .getNodeMetrics, .getNodesByState,
            .getNodesByHealth, .getOperationLogs, .getFirstOperationLog, .getOperationLog,
            .getClusterNodeGroups, .getClusterNodeGroup, .getClusterNodeGroupMembers:
            product != .hpcPack2016
        default: true
        }
    }

    /// The shape of an answer with status 200.
    var answer: AnswerShape {
        switch self {
        case .getVersion, .getActiveHeadNode, .getDateTimeFormat: .text
        case .getNodes, .getNodeGroups, .getJobs, .getTasks: .objects
        case .getNodeGroupMembers, .getJobTemplates, .getUserRoles, .getClusterNodeGroupMembers:
            .texts
        case .getMetricDefinitions: .plain("ArrayOfMetricDefinition")
        case .getMetricHistory, .getJobMetrics: .plain("MetricData")
        case .getClusterNodes: .plain("ArrayOfNode")
        case .getClusterNode: .plain("Node")
        case .getNodeMetrics: .plain("ArrayOfNodeMetric")
        case .getNodesByState: .plain("ArrayOfNodeStatOfState")
        case .getNodesByHealth: .plain("ArrayOfNodeStatOfHealth")
        case .getOperationLogs: .plain("ArrayOfOperationLog")
        case .getFirstOperationLog, .getOperationLog: .plain("OperationLog")
        case .getClusterNodeGroups: .plain("ArrayOfNodeGroup")
        case .getClusterNodeGroup: .plain("NodeGroup")
        case .createJob, .createJobFromXML, .addTask: .number
        default: .properties
        }
    }

    /// Whether the specification gives it a body; a body that comes all the same is not read.
    var hasBody: Bool {
        !rawValue.hasPrefix("GET") && self != .requeueJob && self != .requeueSubtask
    }

    /// Whether the path names a task.
    var isOfTask: Bool {
        rawValue.contains("{taskId}")
    }

    /// Whether the path names a subtask.
    var isOfSubtask: Bool {
        rawValue.contains("{subtaskId}")
    }
}

/// An operation with the names and ids in its path.
struct OperationCall: Sendable {
    let operation: Operation
    /// `{name}`, or the `{id}` of an operation log, decoded.
    private(set) var name = ""
    private(set) var job: UInt32 = 0
    private(set) var task: UInt32 = 0
    private(set) var subtask: UInt32 = 0

    /// Finds the operation for a method and a path as they were sent.
    ///
    /// Fixed segments match in any letter case; an escaped `/` is part of a name.
    ///
    /// - Throws: 404 for a path that is not in the specification, 405 with `Allow` for another
    ///   method and an id beyond 32 bits, which nothing has, 400 for a path that is not correctly encoded or
    ///   an id that is no number.
    init(
        method: String,
        path: String,
        product: SimulatorConfiguration.Product
    ) throws(APIError) {
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
        let matching = Self.entries.filter {
            $0.operation.exists(in: product) && $0.matches(lowered)
        }
        // The path with more fixed segments wins: `/jobs/templates` is not a job.
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
            case "{name}", "{id}": name = segment
            case "{jobid}": job = try Self.number(segment, "jobId", "job", segments[1...1])
            case "{taskid}": task = try Self.number(segment, "taskId", "task", segments[1...3])
            case "{subtaskid}":
                subtask = try Self.number(segment, "subtaskId", "subtask", segments[1...5])
            default: break
            }
        }
    }

    private static func unknown(_ path: String) -> APIError {
        .notFound("No HTTP resource was found that matches the request URI '\(path)'.")
    }

    /// Parses an id in a path.
    ///
    /// - Parameters:
    ///   - text: The id.
    ///   - parameter: The name of the parameter.
    ///   - kind: What it is the id of.
    ///   - segments: The ids up to this one, and the words between them.
    /// - Returns: The id.
    /// - Throws: 404, with the ids as they were sent, for one beyond 32 bits; 400 when it is no number.
    private static func number(
        _ text: String,
        _ parameter: String,
        _ kind: String,
        _ segments: ArraySlice<String>
    ) throws(APIError) -> UInt32 {
        if let value = UInt32(text) { return value }
        guard !text.isEmpty,
            text.utf8.drop(while: { $0 == UInt8(ascii: "-") }).allSatisfy(\.isASCIIDigit)
        else { throw .badRequest("The value '\(text)' is not valid for \(parameter).") }
        let ids = stride(from: 1, through: segments.endIndex - 1, by: 2).map { segments[$0] }
        throw .notFound("The \(kind) with ID \(ids.joined(separator: ".")) does not exist.")
    }

    /// The method and the path of an operation.
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
        let words = operation.rawValue.split(separator: " ").map(String.init)
        let segments = words[1].lowercased().split(separator: "/").map(String.init)
        return Entry(
            operation: operation,
            method: words[0],
            segments: segments,
            fixedCount: segments.count { !$0.hasPrefix("{") }
        )
    }
}
