/// A text that is not what its format says, or larger than is read.
package struct MalformedText: Error, Sendable {
    /// What is wrong, in one sentence.
    package let message: String

    init(_ message: String) {
        self.message = message
    }
}
