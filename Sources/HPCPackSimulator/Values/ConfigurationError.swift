/// A setting that cannot be used, in one sentence for the person who gave it.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what would be right.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
