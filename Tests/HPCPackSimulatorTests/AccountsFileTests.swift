import Testing

@testable import HPCPackSimulator

struct AccountsFileTests {
    @Test(arguments: ["\n", "\r\n"])
    func `Names, roles and passwords are read`(_ end: String) throws {
        let lines = [
            "# who may come in", "", "HPC\\admin   Administrator  correct horse",
            "\tHPC\\watch\tjoboperator,USER \t x:y#z ", "zoë JobAdministrator pässword",
        ]
        let accounts = try AccountsFile.accounts(in: lines.joined(separator: end), path: "f")
        #expect(accounts.map(\.name) == ["HPC\\admin", "HPC\\watch", "zoë"])
        #expect(accounts.map(\.password) == ["correct horse", "x:y#z ", "pässword"])
        #expect(
            accounts.map(\.roles) == [
                [.administrator], [.jobOperator, .user], [.jobAdministrator],
            ]
        )
    }

    @Test(arguments: [
        ("", "f holds no accounts"), ("# nothing\n\n", "f holds no accounts"),
        ("a", "f, line 1: needs a name, roles and a password"),
        ("a User", "f, line 1: needs a name, roles and a password"),
        ("a User secret\nb Chief secret", "f, line 2: a role is one of Administrator"),
        ("a , secret", "f, line 1: needs a role"),
        ("a:b User secret", "f, line 1: a name can have no colon"),
        ("a User secret\nA User secret", "f, line 2: A stands there twice"),
    ])
    func `What makes no sense is named by its line, without any password`(
        _ text: String,
        _ message: String
    ) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try AccountsFile.accounts(in: text, path: "f")
        }
        #expect(error.description.hasPrefix(message))
        #expect(!error.description.contains("secret"))
    }
}
