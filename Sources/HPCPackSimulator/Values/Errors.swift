/// A setting that cannot be used.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what would be right, in one sentence.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A text that does not follow its format, or that exceeds a limit.
package struct MalformedText: Error, Sendable {
    /// What is wrong, in one sentence.
    package let message: String

    init(_ message: String) {
        self.message = message
    }
}
