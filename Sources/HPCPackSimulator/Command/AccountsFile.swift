/// A file of accounts: one a line, with its roles and its password.
///
/// ```
/// # name         roles                  password, to the end of the line
/// HPC\admin      Administrator          correct horse
/// HPC\watch      JobOperator            x
/// HPC\alice      User,JobOperator       p:a s
/// ```
/// Blanks or tabs part the three; names hold none, passwords may. Empty lines and lines that begin
/// with `#` say nothing.
enum AccountsFile {
    /// Reads the text of such a file.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - path: What to call it in an error.
    /// - Returns: The accounts, at least one.
    /// - Throws: `ConfigurationError` with the line that makes no sense; never with a password.
    static func accounts(
        in text: String,
        path: String
    ) throws(ConfigurationError) -> [SimulatorAccount] {
        var accounts: [SimulatorAccount] = []
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (position, line) in lines.enumerated() {
            let place = "\(path), line \(position + 1)"
            var rest = line.drop(while: isBlank)
            guard let first = rest.first, first != "#" else { continue }
            let name = String(word(&rest))
            let roleNames = word(&rest)
            guard !rest.isEmpty else {
                throw ConfigurationError("\(place): needs a name, roles and a password")
            }
            var roles: Set<SimulatorRole> = []
            for roleName in roleNames.split(separator: ",") {
                guard let role = SimulatorRole(named: String(roleName)) else {
                    let known = SimulatorRole.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ConfigurationError("\(place): a role is one of \(known)")
                }
                roles.insert(role)
            }
            guard !roles.isEmpty, !name.contains(":") else {
                throw ConfigurationError(
                    roles.isEmpty
                        ? "\(place): needs a role" : "\(place): a name can have no colon in it"
                )
            }
            guard !accounts.contains(where: { $0.name.lowercased() == name.lowercased() }) else {
                throw ConfigurationError("\(place): \(name) stands there twice")
            }
            accounts.append(SimulatorAccount(name: name, password: String(rest), roles: roles))
        }
        guard !accounts.isEmpty else { throw ConfigurationError("\(path) holds no accounts") }
        return accounts
    }

    private static func isBlank(_ character: Character) -> Bool {
        character == " " || character == "\t"
    }

    /// Takes a word and the blanks behind it.
    private static func word(_ rest: inout Substring) -> Substring {
        let word = rest.prefix { !isBlank($0) }
        rest = rest.dropFirst(word.count).drop(while: isBlank)
        return word
    }
}
