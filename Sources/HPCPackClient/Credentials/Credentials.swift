import Basics
import Glibc
import Logging

/// Where the password comes from; it is never shown, only used.
public enum PasswordSource: Sendable, CustomStringConvertible, CustomReflectable {
    /// The path of a file, read again when it changes and after a 401.
    case file(String)
    /// The password itself, from the environment.
    case fixed(String)

    /// Names the source and never the secret.
    public var description: String {
        switch self {
        case .file(let path): Self.name(path)
        case .fixed: "environment"
        }
    }

    /// Keeps the secret out of `dump` and of interpolated aggregates.
    public var customMirror: Mirror { Mirror(reflecting: description) }

    /// Why a password could not be read, as one sentence.
    public struct Unreadable: Error, CustomStringConvertible {
        /// What failed, and where.
        public let description: String
    }

    /// What was read.
    public struct Reading: Sendable, CustomStringConvertible, CustomReflectable {
        /// The password as UTF-8 text.
        public let password: String
        /// Whether others than the owner of the file and its group may read or change it.
        public let isExposed: Bool

        /// Never the secret.
        public var description: String { "a password" }

        /// Never the secret.
        public var customMirror: Mirror { Mirror(reflecting: description) }
    }

    /// The largest size of a password file.
    private static let maxBytes = 64 << 10

    /// Reads the password; one line feed (or CRLF) at the end of a file is not part of it, nor is the byte
    /// order mark that Windows writes before it.
    ///
    /// - Returns: The password, and who may read its file.
    /// - Throws: `Unreadable` when there is no password that HTTP Basic can send.
    public func read() throws(Unreadable) -> Reading {
        switch self {
        case .fixed(let password): return Reading(password: password, isExposed: false)
        case .file(let path): return try Self.readFile(path)
        }
    }

    /// Values that change when the file does; `nil` for a fixed password or a file that is not there.
    func fingerprint() -> [Int]? {
        guard case .file(let path) = self else { return nil }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        // The change time changes also with the file's rights, and when an old modification time is restored.
        return [
            Int(status.st_mtim.tv_sec), status.st_mtim.tv_nsec, Int(status.st_ctim.tv_sec),
            status.st_ctim.tv_nsec, Int(status.st_size), Int(status.st_ino), Int(status.st_dev),
        ]
    }

    private static func readFile(_ path: String) throws(Unreadable) -> Reading {
        let name = name(path)
        let contents: FileContents
        do {
            contents = try FileContents(path: path, limit: maxBytes)
        } catch {
            throw Unreadable(description: "\(name) cannot be read: \(error)")
        }
        return Reading(
            password: try password(contents.bytes, name),
            isExposed: contents.isExposed
        )
    }

    /// The password in the bytes of a file.
    private static func password(_ bytes: [UInt8], _ name: String) throws(Unreadable) -> String {
        var bytes = bytes[...]
        if bytes.last == 0x0A {
            bytes.removeLast()
            if bytes.last == 0x0D { bytes.removeLast() }
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard !bytes.isEmpty else { throw Unreadable(description: "\(name) is empty") }
        guard let password = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Unreadable(description: "\(name) is not UTF-8 text")
        }
        guard !bytes.contains(0x0A) else {
            throw Unreadable(description: "\(name) holds more than one line")
        }
        // RFC 7617 §2: neither name nor password may contain control characters.
        guard !holdsControl(password) else {
            throw Unreadable(description: "\(name) holds a control character")
        }
        return password
    }

    /// Whether a text holds a character that HTTP Basic cannot send (RFC 7617 §2).
    ///
    /// - Parameter text: A user or a password.
    /// - Returns: Whether there is a control character in it.
    public static func holdsControl(_ text: String) -> Bool {
        text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }

    /// What messages call a file; a text that does not look like a path may be the password itself, put
    /// where its file belongs.
    private static func name(_ path: String) -> String {
        path.hasPrefix("/") || path.hasPrefix("./") || path.hasPrefix("../")
            ? "the password file \(path)" : "the password file"
    }
}

/// The account of the requests, with its password read again when its file changes.
final class Credentials: Sendable {
    private struct State {
        var password: String?
        var fingerprint: [Int]?
        var isExposed = false
        /// Why the file could not be read last; logged once, not with every request.
        var failure: String?
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
    ///   - logger: Logs that the file cannot be read any more, or can be read by others.
    init(user: String, source: PasswordSource, logger: Logger) {
        self.user = user
        self.source = source
        self.logger = logger
    }

    /// The account and its password, read again when the file has changed.
    ///
    /// - Throws: `PasswordSource.Unreadable` when the file cannot be read and nothing was read before.
    func current() throws(PasswordSource.Unreadable) -> (user: String, password: String) {
        // Asked before the file is read: what changes meanwhile is read the next time.
        let fingerprint = source.fingerprint()
        let kept = state.withLock { $0 }
        if let password = kept.password, kept.failure == nil, kept.fingerprint == fingerprint {
            return (user, password)
        }
        do {
            return (user, try read(fingerprint))
        } catch {
            // A file that is being replaced is missing or empty for a moment: the old password still serves.
            guard let password = kept.password else { throw error }
            let isNew = state.withLock { state in
                defer { state.failure = error.description }
                return state.failure != error.description
            }
            if isNew {
                logger.warn("The last password is kept", ["reason": error.description])
            }
            return (user, password)
        }
    }

    /// Reads the password again after a 401.
    ///
    /// - Parameter refused: The password that was refused.
    /// - Returns: Whether there is another one to try.
    func reload(replacing refused: String) -> Bool {
        // A file that cannot be read now holds no other password to try.
        guard let fresh = try? read(source.fingerprint()) else { return false }
        return fresh != refused
    }

    private func read(_ fingerprint: [Int]?) throws(PasswordSource.Unreadable) -> String {
        let reading = try source.read()
        let isNewlyExposed = state.withLock { state in
            // The first reading is checked by whoever starts the program.
            let isNew = state.password != nil && reading.isExposed && !state.isExposed
            state = State(
                password: reading.password,
                fingerprint: fingerprint,
                isExposed: reading.isExposed
            )
            return isNew
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
