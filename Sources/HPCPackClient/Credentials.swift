import Basics
import Logging

/// The account of the requests, with its password read when it changes.
final class Credentials: Sendable {
    private struct State {
        var password: String?
        var fingerprint: [Int]?
        var isExposed = false
        /// Why the file could not be read last; told once, not with every request.
        var trouble: String?
    }

    private let user: String
    private let source: PasswordSource
    private let logger: Logger
    private let state = Mutex(State())

    /// Makes the account; nothing is read yet.
    ///
    /// - Parameters:
    ///   - user: The user, which has no colon.
    ///   - source: Where the password is.
    ///   - logger: Takes that the file cannot be read any more, or by too many.
    init(user: String, source: PasswordSource, logger: Logger) {
        self.user = user
        self.source = source
        self.logger = logger
    }

    /// The account and its password, read again when the file has changed.
    ///
    /// - Throws: `PasswordSource.Unreadable` when the file cannot be read and nothing was read before.
    func current() throws(PasswordSource.Unreadable) -> (user: String, password: String) {
        // Taken before the file is read: what changes meanwhile is read the next time.
        let fingerprint = source.fingerprint()
        let kept = state.withLock { $0 }
        if let password = kept.password, kept.trouble == nil, kept.fingerprint == fingerprint {
            return (user, password)
        }
        do {
            return (user, try read(fingerprint))
        } catch {
            // A file that is being replaced is missing or empty for a moment: the old password still serves.
            guard let password = kept.password else { throw error }
            let isNews = state.withLock { state in
                defer { state.trouble = error.description }
                return state.trouble != error.description
            }
            if isNews {
                logger.warn("The last password is kept", ["reason": error.description])
            }
            return (user, password)
        }
    }

    /// Reads the password anew after a 401.
    ///
    /// - Parameter refused: The password that was refused.
    /// - Returns: Whether there is another one to try.
    func changed(from refused: String) -> Bool {
        // A file that cannot be read now holds no other password to try.
        guard let fresh = try? read(source.fingerprint()) else { return false }
        return fresh != refused
    }

    private func read(_ fingerprint: [Int]?) throws(PasswordSource.Unreadable) -> String {
        let reading = try source.read()
        let isNewlyExposed = state.withLock { state in
            // The first reading is the business of whoever starts the program.
            let isNews = state.password != nil && reading.isExposed && !state.isExposed
            state = State(
                password: reading.password,
                fingerprint: fingerprint,
                isExposed: reading.isExposed
            )
            return isNews
        }
        if isNewlyExposed {
            logger.warn(
                "The password can be read or changed by others",
                ["source": source.description]
            )
        }
        return reading.password
    }
}
