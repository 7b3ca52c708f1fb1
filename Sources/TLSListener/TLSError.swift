import COpenSSL

/// Why TLS could not be set up.
public struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, where, and what to do, in one sentence.
    public let message: String

    /// The message.
    public var description: String { message }

    /// Creates an error.
    ///
    /// - Parameter message: What went wrong, in one sentence.
    public init(message: String) { self.message = message }

    /// Creates an error whose reason is what OpenSSL noted last on this thread.
    init(_ what: String) {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        // The text of a reason lives as long as the library.
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else {
            self.init(message: what)
            return
        }
        self.init(message: unsafe "\(what): \(String(cString: reason))")
    }
}
