import CCrypt

/// The bcrypt hash of a password, as `htpasswd -B` writes it.
public struct BcryptHash: Sendable, Equatable {
    /// The highest cost that is accepted: each step doubles the time, and this one takes about 15 s.
    static let highestCost = 18

    /// The letters of bcrypt's Base64.
    private static let letters = Set(
        "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8
    )

    /// Where the digest begins, behind `$2b$10$` and the 22 letters of the salt.
    private static let saltEnd = 29

    /// The whole hash: version, cost, salt and digest.
    let bytes: [UInt8]

    /// Why a text is not a hash that can be used.
    struct Failure: Error {
        /// The reason, without the hash.
        let reason: String
    }

    /// Checks the form of a hash.
    ///
    /// - Parameter text: The hash, such as `$2y$10$…` with 53 more letters.
    /// - Throws: What is wrong with it.
    init(_ text: String) throws(Failure) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 7, bytes.starts(with: "$2".utf8), bytes[3] == UInt8(ascii: "$"),
            bytes[6] == UInt8(ascii: "$")
        else { throw Failure(reason: "a bcrypt hash is expected here, such as htpasswd -B makes") }
        guard "aby".utf8.contains(bytes[2]) else {
            throw Failure(reason: "only the bcrypt versions 2a, 2b and 2y are known")
        }
        guard let cost = Int(String(decoding: bytes[4..<6], as: UTF8.self)), (4...31) ~= cost else {
            throw Failure(reason: "a bcrypt hash has a cost from 04 to 31")
        }
        guard cost <= Self.highestCost else {
            throw Failure(
                reason: "a cost over \(Self.highestCost) takes too long for each check; use 10"
            )
        }
        guard bytes.count == 60, bytes[7...].allSatisfy(Self.letters.contains) else {
            throw Failure(reason: "a bcrypt hash has 60 letters; this one is cut off or damaged")
        }
        self.bytes = bytes
    }

    /// Whether the system's libcrypt can check such hashes.
    static var isSupported: Bool {
        // A well-known test vector, at the lowest cost.
        let known = try? BcryptHash("$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm")
        return known?.matches(Array("Kk4DQuMMfZL9o".utf8)) ?? false
    }

    /// Whether a password has this hash.
    ///
    /// It takes as long as the cost says, whatever the outcome, and can be called from several threads.
    ///
    /// - Parameter password: The password; bcrypt looks at its first 72 bytes.
    /// - Returns: `false` also for one with a null byte, which libcrypt would cut off there.
    func matches(_ password: [UInt8]) -> Bool {
        guard !password.contains(0) else { return false }
        let memory = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        defer {
            // The password stays in there otherwise.
            unsafe explicit_bzero(memory, MemoryLayout<crypt_data>.size)
            unsafe memory.deallocate()
        }
        unsafe memset(memory, 0, MemoryLayout<crypt_data>.size)
        let phrase = (password + [0]).map { CChar(bitPattern: $0) }
        let setting = (bytes + [0]).map { CChar(bitPattern: $0) }
        // The result lies in `memory`; it is read before that goes.
        guard let result = unsafe crypt_r(phrase, setting, memory) else { return false }
        guard unsafe strlen(result) == bytes.count else { return false }
        // The salt comes back with its unused bits cleared, which need not be so in the hash.
        var difference: UInt8 = 0
        for index in Self.saltEnd..<bytes.count {
            difference |= unsafe UInt8(bitPattern: result[index]) ^ bytes[index]
        }
        return difference == 0
    }
}
