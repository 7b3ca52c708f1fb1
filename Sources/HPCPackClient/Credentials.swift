import Threads

/// The account of the requests, with its password read when it changes.
final class Credentials: Sendable {
    private struct Cached {
        var password: String
        var fingerprint: [Int]?
    }

    private let user: String
    private let source: PasswordSource
    private let cached = Locked<Cached?>(nil)

    init(user: String, source: PasswordSource) {
        self.user = user
        self.source = source
    }

    /// The account and its password, read again when the file has changed.
    ///
    /// - Throws: `PasswordSource.Unreadable` when the file cannot be read and nothing was read before.
    func current() throws(PasswordSource.Unreadable) -> (user: String, password: String) {
        let fingerprint = source.fingerprint()
        let kept = cached.withLock { $0 }
        if let kept, kept.fingerprint == fingerprint { return (user, kept.password) }
        do {
            let password = try source.read()
            cached.withLock { $0 = Cached(password: password, fingerprint: fingerprint) }
            return (user, password)
        } catch {
            // A file that is being replaced is missing for a moment: the old password still serves.
            guard let kept else { throw error }
            return (user, kept.password)
        }
    }

    /// Reads the password anew after a 401.
    ///
    /// - Parameter refused: The password that was refused.
    /// - Returns: Whether there is another one to try.
    func changed(from refused: String) -> Bool {
        let fingerprint = source.fingerprint()
        // A file that cannot be read now holds no other password to try.
        guard let fresh = try? source.read(), fresh != refused else { return false }
        cached.withLock { $0 = Cached(password: fresh, fingerprint: fingerprint) }
        return true
    }
}
