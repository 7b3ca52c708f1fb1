/// Who a request is answered for, and what that user may do.
struct Caller: Sendable {
    /// The name as the account or the cluster spells it; empty when nobody needs credentials.
    let name: String
    let roles: Set<SimulatorRole>

    /// What page tokens are bound to.
    var key: String { name.lowercased() }

    /// Whether it may act in another user's name (specification, `x-ms-as-user`).
    var mayActAsOthers: Bool {
        !roles.isDisjoint(with: [.administrator, .jobAdministrator])
    }
}
