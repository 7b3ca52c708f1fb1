import Basics

/// The users of a web configuration and the hashes of their passwords.
public struct UserTable: Sendable, Equatable {
    private let hashes: [[UInt8]: BcryptHash]
    /// The hashes in the order of the names.
    private let decoys: [BcryptHash]

    /// Creates a table of at least one user.
    ///
    /// - Parameter hashes: The hashes by the bytes of the names.
    init(_ hashes: [[UInt8]: BcryptHash]) {
        self.hashes = hashes
        decoys = hashes.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    /// The hash that a password is compared with.
    ///
    /// For a user that does not exist it is that of another, always the same one for the same name, so that what a
    /// check costs does not tell which users there are.
    ///
    /// - Parameters:
    ///   - user: The bytes of the name.
    ///   - number: A number that depends on the name, and that nobody else can compute.
    /// - Returns: The hash, and whether the user exists.
    func hash(of user: [UInt8], number: UInt64) -> (hash: BcryptHash, isKnown: Bool) {
        let decoy = decoys[Int(number % UInt64(decoys.count))]
        let own = hashes[user]
        return (own ?? decoy, own != nil)
    }
}

/// The user and the password of a request (RFC 7617).
public struct BasicCredentials: Sendable, Equatable {
    /// The bytes of the user's name.
    public let user: [UInt8]
    /// The bytes of the password.
    public let password: [UInt8]

    /// Creates credentials.
    ///
    /// - Parameters:
    ///   - user: The user's name.
    ///   - password: The password.
    public init(user: String, password: String) {
        self.user = Array(user.utf8)
        self.password = Array(password.utf8)
    }

    /// Reads the field `Authorization`; `nil` when it has another scheme or is malformed.
    ///
    /// - Parameter field: The value of the field.
    public init?(authorization field: String) {
        let words = field.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic",
            let bytes = Base64.decode(words[1]),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        user = Array(bytes[..<colon])
        password = Array(bytes[(colon + 1)...])
    }
}
