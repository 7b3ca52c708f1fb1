import Basics
import TestSupport
import Testing

@testable import WebConfiguration

/// Checks of passwords, counted where a clock could lie.
struct PasswordChecksTests {
    /// A well-known test vector of the lowest cost.
    static let password = "Kk4DQuMMfZL9o"
    static let hash = "$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"
    /// A hash of the cost that most tools choose, of a password that nobody knows.
    private static let slowHash = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG"

    private static func users(_ hashes: [String: String]) throws -> UserTable {
        UserTable(
            try Dictionary(
                uniqueKeysWithValues: hashes.map { (Array($0.key.utf8), try BcryptHash($0.value)) }
            )
        )
    }

    /// The verdicts that have come.
    private final class Verdicts: Sendable {
        private let all = Monitor<[String: PasswordChecks.Verdict]>([:])

        func note(_ name: String) -> @Sendable (PasswordChecks.Verdict) -> Void {
            { verdict in self.all.withLock { $0[name] = verdict } }
        }

        subscript(_ name: String) -> PasswordChecks.Verdict? { all.read { $0[name] } }

        func wait(count: Int) -> [String: PasswordChecks.Verdict] {
            all.wait(deadline: .now + .seconds(60), until: { $0.count >= count }) { $0 }
        }
    }

    private func verdict(
        _ checks: PasswordChecks,
        _ user: String,
        _ password: String,
        _ users: UserTable
    ) -> PasswordChecks.Verdict? {
        let verdicts = Verdicts()
        checks.judge(
            BasicCredentials(user: user, password: password),
            among: users,
            from: [127, 0, 0, 1],
            then: verdicts.note("it")
        )
        return verdicts.wait(count: 1)["it"]
    }

    @Test func `Only the password of the user is right`() throws {
        let checks = PasswordChecks()
        defer { checks.stop() }
        let users = try Self.users(["alice": Self.hash, "bob": Self.slowHash])
        #expect(verdict(checks, "alice", Self.password, users) == .accepted)
        for (user, password) in [
            ("alice", ""), ("alice", Self.password + "x"),
            ("alice", String(Self.password.dropLast())),
            ("alice", Self.password + "\0"), ("alice", Self.password + "\0x"),
            ("Alice", Self.password),
            ("bob", Self.password), ("", Self.password), ("carol", Self.password),
            ("alice\0", Self.password),
        ] {
            #expect(verdict(checks, user, password, users) == .refused, "\(user) \(password)")
        }
    }

    @Test func `What was found is remembered, and bad credentials make it forget no good ones`()
        throws
    {
        var limits = PasswordChecks.Limits()
        limits.bad = 10
        let checks = PasswordChecks(limits: limits)
        defer { checks.stop() }
        let users = try Self.users(["alice": Self.hash])
        for _ in 0..<3 { #expect(verdict(checks, "alice", Self.password, users) == .accepted) }
        #expect(checks.count == 1)
        for _ in 0..<3 { #expect(verdict(checks, "alice", "wrong", users) == .refused) }
        #expect(checks.count == 2)
        for number in 0..<200 {
            #expect(verdict(checks, "alice", "wrong \(number)", users) == .refused)
        }
        #expect(checks.count == 202)
        #expect(verdict(checks, "alice", Self.password, users) == .accepted)
        #expect(checks.count == 202)
    }

    @Test func `A user that does not exist costs the same check as a wrong password`() throws {
        let checks = PasswordChecks()
        defer { checks.stop() }
        let users = try Self.users(["alice": Self.hash])
        for (number, user) in ["alice", "nobody", "bob", ""].enumerated() {
            #expect(verdict(checks, user, "wrong", users) == .refused)
            #expect(checks.count == number + 1, "\(user) is checked")
            #expect(verdict(checks, user, "wrong", users) == .refused)
            #expect(checks.count == number + 1, "\(user) is remembered")
        }
        // The hash is one of the table's, so that the cost is, and always the same one for a name.
        let two = try Self.users(["alice": Self.hash, "bob": Self.slowHash])
        let hashes = try [Self.hash, Self.slowHash].map { try BcryptHash($0) }
        for number: UInt64 in [0, 1, 2, .max] {
            let decoy = two.hash(of: Array("nobody".utf8), number: number)
            #expect(!decoy.isKnown && hashes.contains(decoy.hash))
            #expect(two.hash(of: Array("nobody".utf8), number: number).hash == decoy.hash)
        }
        #expect(Set([0, 1].map { two.hash(of: [], number: $0).hash.bytes }).count == 2)
    }

    @Test func `The password of another user opens nothing for one that does not exist, ever`()
        throws
    {
        let checks = PasswordChecks()
        defer { checks.stop() }
        let before = try Self.users(["alice": Self.hash])
        // The decoy of bob is the hash of alice, whose password he sends.
        #expect(verdict(checks, "bob", Self.password, before) == .refused)
        let with = try Self.users(["alice": Self.hash, "bob": Self.hash])
        #expect(verdict(checks, "bob", Self.password, with) == .accepted, "now he exists")
        #expect(verdict(checks, "bob", Self.password, before) == .refused, "and is gone again")
    }

    @Test func `A new hash of the same user is checked anew`() throws {
        let checks = PasswordChecks()
        defer { checks.stop() }
        let users = try Self.users(["alice": Self.hash])
        #expect(verdict(checks, "alice", Self.password, users) == .accepted)
        let other = try Self.users(["alice": Self.slowHash])
        #expect(verdict(checks, "alice", Self.password, other) == .refused)
        #expect(verdict(checks, "alice", Self.password, users) == .accepted)
    }

    @Test
    func
        `Requests with the same credentials share a check, and one that nobody awaits is left out`()
        throws
    {
        let checks = PasswordChecks()
        defer { checks.stop() }
        let users = try Self.users(["alice": Self.slowHash])
        let verdicts = Verdicts()
        for number in 0..<20 {
            checks.judge(
                BasicCredentials(user: "alice", password: "same"),
                among: users,
                from: [UInt8(number)],
                then: verdicts.note("same \(number)")
            )
        }
        // It waits behind the first one, and its client hangs up meanwhile.
        checks.judge(
            BasicCredentials(user: "alice", password: "gone"),
            among: users,
            from: [200],
            isWanted: { false },
            then: verdicts.note("gone")
        )
        let all = verdicts.wait(count: 20)
        #expect(all.count == 20 && all.values.allSatisfy { $0 == .refused })
        #expect(verdict(checks, "alice", "another", users) == .refused)
        #expect(checks.count == 2)
        #expect(verdicts["gone"] == nil)
    }

    @Test func `A flood of one address keeps another one waiting for a check or two`() throws {
        var limits = PasswordChecks.Limits()
        limits.atOnce = 1
        let checks = PasswordChecks(limits: limits)
        defer { checks.stop() }
        let users = try Self.users(["alice": Self.hash, "bob": Self.slowHash])
        let verdicts = Verdicts()
        for number in 0..<500 {
            checks.judge(
                BasicCredentials(user: "bob", password: "wrong \(number)"),
                among: users,
                from: [10, 0, 0, 66],
                then: verdicts.note("flood \(number)")
            )
        }
        let before = checks.count
        let counts = Monitor<Int?>(nil)
        checks.judge(
            BasicCredentials(user: "alice", password: Self.password),
            among: users,
            from: [10, 0, 0, 1],
            then: { verdict in
                counts.withLock { $0 = checks.count }
                verdicts.note("honest")(verdict)
            }
        )
        #expect(Deadline.wait { verdicts["honest"] != nil })
        #expect(verdicts["honest"] == .accepted)
        // Its own one, and one that may have begun since the count was taken.
        let more = (counts.read { $0 } ?? .max) - before
        #expect(more <= 2, "\(more)")
        let all = verdicts.wait(count: 501)
        #expect(all.values.count { $0 == .busy } >= 490, "what finds no room is told at once")
        #expect(checks.count <= 12)
    }

    @Test func `A stop answers what waits`() throws {
        var limits = PasswordChecks.Limits()
        limits.atOnce = 1
        let checks = PasswordChecks(limits: limits)
        let users = try Self.users(["bob": Self.slowHash])
        let verdicts = Verdicts()
        for number in 0..<8 {
            checks.judge(
                BasicCredentials(user: "bob", password: "\(number)"),
                among: users,
                from: [1],
                then: verdicts.note("\(number)")
            )
        }
        checks.stop()
        let all = verdicts.wait(count: 8)
        #expect(all.count == 8 && all.values.count { $0 == .busy } >= 6, "\(all)")
        #expect(verdict(checks, "bob", "later", users) == .busy)
    }

    @Test func `The unused bits of a salt say nothing, as in other programs`() throws {
        // The last letter of the salt has two bits that count, and four that do not.
        for letter in ["O", "P", "a", "d"] {
            let hash = try BcryptHash(Self.hash.replacing("2SO026", with: "2S\(letter)026"))
            #expect(hash.matches(Array(Self.password.utf8)), "\(letter)")
            #expect(!hash.matches(Array("other".utf8)))
        }
        let other = try BcryptHash(Self.hash.replacing("2SO026", with: "2Se026"))
        #expect(!other.matches(Array(Self.password.utf8)), "another salt")
    }

    @Test(arguments: [
        ("Basic YWxpY2U6c2VjcmV0", "alice", "secret"), ("basic YTpiOmM=", "a", "b:c"),
        ("BASIC Og==", "", ""), ("Basic YTo=", "a", ""),
    ])
    func `Credentials are read as RFC 7617 says`(
        _ field: String,
        _ user: String,
        _ password: String
    ) {
        #expect(
            BasicCredentials(authorization: field)
                == BasicCredentials(user: user, password: password)
        )
    }

    @Test(arguments: [
        "", "Basic", "Basic ", "Basic YWxpY2U", "Basic !!!!", "Bearer YWxpY2U6c2VjcmV0",
        "Basic YWxpY2U6c2VjcmV0 x", "Basic YWxpY2U6c2V=jcmV0",
    ])
    func `What holds no credentials is told`(_ field: String) {
        #expect(BasicCredentials(authorization: field) == nil)
    }
}
