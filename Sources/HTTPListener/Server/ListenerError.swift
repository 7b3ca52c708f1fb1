/// Why an address could not be used or a server could not be set up.
public struct ListenerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure, for callers that treat kinds differently.
    public enum Code: Sendable, Hashable {
        /// The text does not name an address.
        case addressSyntax
        /// The host name has no address.
        case unknownHost
        /// Another socket listens there already.
        case addressInUse
        /// The process may not listen there, as on a port below 1024.
        case permissionDenied
        /// The system refused for another reason.
        case system
    }

    /// The kind of failure.
    public let code: Code

    /// What went wrong, where, and what to do, in one sentence.
    public let message: String

    /// The message.
    public var description: String { message }

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: The kind of failure.
    ///   - message: What went wrong, in one sentence.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }
}
