/// What a request needs its caller to be allowed (product documentation, "Understanding User Roles").
enum Permission: Equatable {
    /// Whatever every member of the cluster may do, such as list jobs and nodes.
    case membership
    case createJobs
    /// Details and tasks of a job.
    case see(UInt32)
    /// Cancel, finish or requeue a job or its tasks.
    case steer(UInt32)
    /// Submit or change a job, or add to it.
    case change(UInt32)

    /// Tells by method and path; what is no operation at all is left for others to refuse.
    init(method: String, path: String) {
        // Decoded as for the operation itself, so that no escape gets around it.
        let segments = path.split(separator: "/").compactMap {
            PercentCoding.decode($0, plusIsSpace: false)?.lowercased()
        }
        let isRead = method == "GET" || method == "HEAD"
        guard segments.count > 1, segments[1] == "jobs" else {
            self = .membership
            return
        }
        guard segments.count > 2, let id = UInt32(segments[2]) else {
            self = isRead ? .membership : .createJobs
            return
        }
        let steers = ["cancel", "finish", "requeue"].contains(segments.last ?? "")
        self = isRead ? .see(id) : steers ? .steer(id) : .change(id)
    }

    /// Refuses a request that its caller may not make.
    ///
    /// - Throws: 403 with what is not allowed.
    func check(_ caller: Caller, in cluster: Cluster) throws(APIError) {
        let roles = caller.roles
        guard roles.isDisjoint(with: [.administrator, .jobAdministrator]) else { return }
        let isOperator = roles.contains(.jobOperator)
        let isUser = roles.contains(.user)
        switch self {
        case .membership: return
        case .createJobs:
            guard !isUser else { return }
            throw Self.refusal(caller, "create jobs")
        case .see(let id), .steer(let id):
            guard !isOperator, !(isUser && owns(caller, id, cluster)) else { return }
            throw Self.refusal(caller, "see or end job \(id)")
        case .change(let id):
            guard !(isUser && owns(caller, id, cluster)) else { return }
            throw Self.refusal(caller, "change job \(id)")
        }
    }

    /// Whether the job is the caller's; one that does not exist is nobody's secret.
    private func owns(_ caller: Caller, _ id: UInt32, _ cluster: Cluster) -> Bool {
        cluster.job(id).map { cluster.owner(of: $0).lowercased() == caller.key } ?? true
    }

    private static func refusal(_ caller: Caller, _ what: String) -> APIError {
        APIError(status: 403, message: "The user '\(caller.name)' is not allowed to \(what).")
    }
}
