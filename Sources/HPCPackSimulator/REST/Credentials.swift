/// Who asks: Basic credentials against the accounts, and `x-ms-as-user`.
struct Credentials: Sendable {
    let accounts: [SimulatorAccount]

    /// The lower-case name of the user that the request acts as.
    ///
    /// - Throws: 401 with `WWW-Authenticate: Basic` (RFC 7617), or 403 when somebody who is no
    ///   administrator sends `x-ms-as-user`.
    func user(of request: APIRequest) throws(APIError) -> String {
        guard !accounts.isEmpty else { return request.header("x-ms-as-user")?.lowercased() ?? "" }
        guard let account = account(of: request) else {
            throw APIError(
                status: 401,
                message: "Authorization has been denied for this request.",
                headers: [("WWW-Authenticate", "Basic realm=\"HPC Pack\", charset=\"UTF-8\"")]
            )
        }
        guard let other = request.header("x-ms-as-user"), !other.isEmpty else {
            return account.name.lowercased()
        }
        guard account.isAdministrator else {
            throw APIError(
                status: 403,
                message: "Only an administrator or a job administrator may act as another user."
            )
        }
        return other.lowercased()
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
