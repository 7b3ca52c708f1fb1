/// One who may use the REST face.
public struct SimulatorAccount: Sendable {
    /// The name as in Basic credentials, such as `HPC\monitor`; letter case does not matter.
    public var name: String
    /// The password.
    public var password: String
    /// What the account may do; it has the rights of all its roles.
    public var roles: Set<SimulatorRole>

    /// An account.
    public init(name: String, password: String, roles: Set<SimulatorRole> = [.administrator]) {
        self.name = name
        self.password = password
        self.roles = roles
    }
}

/// A role of the cluster (product documentation, "Understanding User Roles").
public enum SimulatorRole: String, Sendable, CaseIterable {
    /// May do everything, also in another user's name.
    case administrator = "Administrator"
    /// May do everything with every job, also in another user's name.
    case jobAdministrator = "JobAdministrator"
    /// May see, cancel, finish and requeue every job, but not create, submit or change any.
    case jobOperator = "JobOperator"
    /// May create jobs, do everything with its own, and see others' in listings only.
    case user = "User"

    /// The role with a name in any letter case.
    init?(named name: String) {
        guard
            let role = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() })
        else { return nil }
        self = role
    }
}
