/// A file of accounts: one a line, with its roles and its password.
///
/// ```
/// # name         roles                  password, to the end of the line
/// HPC\admin      Administrator          correct horse
/// HPC\watch      JobOperator            x
/// HPC\alice      User,JobOperator       p:a s
/// ```
/// Blanks or tabs separate the three; names hold none, passwords may. Empty lines and lines that begin with `#` are
/// skipped.
enum AccountsFile {
    /// Parses the text of such a file.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - path: The path of the file, for messages.
    /// - Returns: The accounts, at least one.
    /// - Throws: `ConfigurationError` that names the line; it never repeats a password.
    static func accounts(
        in text: String,
        path: String
    ) throws(ConfigurationError) -> [SimulatorAccount] {
        var accounts: [SimulatorAccount] = []
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (position, line) in lines.enumerated() {
            let location = "\(path), line \(position + 1)"
            var rest = line.drop(while: isBlank)
            guard let first = rest.first, first != "#" else { continue }
            let name = String(removeWord(&rest))
            let roleNames = removeWord(&rest)
            guard !rest.isEmpty else {
                throw ConfigurationError("\(location): needs a name, roles and a password")
            }
            var roles: Set<SimulatorRole> = []
            for roleName in roleNames.split(separator: ",") {
                guard let role = SimulatorRole(named: String(roleName)) else {
                    let known = SimulatorRole.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ConfigurationError("\(location): a role is one of \(known)")
                }
                roles.insert(role)
            }
            guard !roles.isEmpty, !name.contains(":") else {
                throw ConfigurationError(
                    roles.isEmpty
                        ? "\(location): needs a role"
                        : "\(location): a name can have no colon in it"
                )
            }
            guard !accounts.contains(where: { $0.name.lowercased() == name.lowercased() }) else {
                throw ConfigurationError("\(location): \(name) stands there twice")
            }
            accounts.append(SimulatorAccount(name: name, password: String(rest), roles: roles))
        }
        guard !accounts.isEmpty else { throw ConfigurationError("\(path) holds no accounts") }
        return accounts
    }

    private static func isBlank(_ character: Character) -> Bool {
        character == " " || character == "\t"
    }

    /// Removes and returns the first word, with the blanks behind it removed too.
    private static func removeWord(_ rest: inout Substring) -> Substring {
        let word = rest.prefix { !isBlank($0) }
        rest = rest.dropFirst(word.count).drop(while: isBlank)
        return word
    }
}
