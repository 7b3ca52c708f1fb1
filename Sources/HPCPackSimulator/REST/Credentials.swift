import Basics

/// Authenticates requests by Basic credentials and `x-ms-as-user`.
struct Credentials: Sendable {
    let accounts: [SimulatorAccount]
    /// The users beside the accounts: the owners of seeded jobs.
    let owners: [String]

    /// Returns the user that the request is answered for.
    ///
    /// - Throws: 401 with `WWW-Authenticate: Basic` (RFC 7617), or 403 when `x-ms-as-user` is sent
    ///   without the right to, or names an unknown user.
    func caller(of request: APIRequest) throws(APIError) -> Caller {
        let other = request.header("x-ms-as-user").flatMap { $0.isEmpty ? nil : $0 }
        guard !accounts.isEmpty else { return Caller(name: other ?? "", roles: [.administrator]) }
        guard let account = account(of: request) else {
            throw APIError(
                status: 401,
                message: "Authorization has been denied for this request.",
                headers: [("WWW-Authenticate", "Basic realm=\"HPC Pack\", charset=\"UTF-8\"")]
            )
        }
        let caller = Caller(name: account.name, roles: account.roles)
        guard let other else { return caller }
        guard caller.mayActAsOthers else {
            throw APIError(
                status: 403,
                message: "Only an administrator or a job administrator may act as another user."
            )
        }
        guard let known = user(named: other) else {
            throw APIError(status: 403, message: "The user '\(other)' is not known to the cluster.")
        }
        return known
    }

    /// Returns the account, or the owner of jobs, with a name in any letter case.
    private func user(named name: String) -> Caller? {
        let wanted = name.lowercased()
        if let account = accounts.first(where: { $0.name.lowercased() == wanted }) {
            return Caller(name: account.name, roles: account.roles)
        }
        return owners.first { $0.lowercased() == wanted }.map { Caller(name: $0, roles: [.user]) }
    }

    private func account(of request: APIRequest) -> SimulatorAccount? {
        guard let field = request.header("Authorization") else { return nil }
        let words = field.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic",
            let bytes = Base64.decode(words[1]),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let name = String(validating: bytes[..<colon], as: UTF8.self)
        else { return nil }
        let password = bytes[(colon + 1)...]
        return accounts.first {
            $0.name.lowercased() == name.lowercased() && password.elementsEqual($0.password.utf8)
        }
    }
}

/// The user that a request is answered for, with the roles of that user.
struct Caller: Sendable {
    /// The name as the account or the cluster spells it; empty when no credentials are needed.
    let name: String
    let roles: Set<SimulatorRole>

    /// Identifies the user, whatever the letter case of the name.
    var key: String { name.lowercased() }

    /// Whether the user may act as another (specification, `x-ms-as-user`).
    var mayActAsOthers: Bool {
        !roles.isDisjoint(with: [.administrator, .jobAdministrator])
    }
}

/// The permission that a request needs (product documentation, "Understanding User Roles").
enum Permission: Equatable {
    /// What every member of the cluster may do, such as list jobs and nodes.
    case membership
    case createJobs
    /// Details and tasks of a job.
    case see(UInt32)
    /// Cancel, finish or requeue a job or its tasks.
    case control(UInt32)
    /// Submit or change a job, or add to it.
    case change(UInt32)

    /// Finds the permission that a method and a path need; unknown paths are refused elsewhere.
    init(method: String, path: String) {
        // Decoded as for the operation itself, so that no escape gets around the check.
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
        let controls = ["cancel", "finish", "requeue"].contains(segments.last ?? "")
        self = isRead ? .see(id) : controls ? .control(id) : .change(id)
    }

    /// Checks that a user has the permission.
    ///
    /// - Throws: 403 when not.
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
        case .see(let id), .control(let id):
            guard !isOperator, !(isUser && owns(caller, id, cluster)) else { return }
            throw Self.refusal(caller, "see or end job \(id)")
        case .change(let id):
            guard !(isUser && owns(caller, id, cluster)) else { return }
            throw Self.refusal(caller, "change job \(id)")
        }
    }

    /// Whether the job is the caller's or does not exist, which everybody may know.
    private func owns(_ caller: Caller, _ id: UInt32, _ cluster: Cluster) -> Bool {
        cluster.job(id).map { cluster.owner(of: $0).lowercased() == caller.key } ?? true
    }

    private static func refusal(_ caller: Caller, _ what: String) -> APIError {
        APIError(status: 403, message: "The user '\(caller.name)' is not allowed to \(what).")
    }
}
