/// Why the command line or the environment cannot be used: one sentence, exit code 2.
public struct UsageError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, where, and what to write instead.
    public let description: String

    init(_ description: String) { self.description = description }
}
