/// Who asks: Basic credentials against the accounts, and `x-ms-as-user`.
struct Credentials: Sendable {
    let accounts: [SimulatorAccount]
    /// Users that the cluster knows beside the accounts: those whose jobs it holds.
    let owners: [String]

    /// Who the request is answered for.
    ///
    /// - Throws: 401 with `WWW-Authenticate: Basic` (RFC 7617), or 403 when somebody who may not
    ///   sends `x-ms-as-user`, or it names nobody.
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

    /// The account, or the owner of jobs, with a name in any letter case.
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
