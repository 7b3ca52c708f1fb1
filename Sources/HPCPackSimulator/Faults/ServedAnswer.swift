/// An answer, and how it comes to its client.
package struct ServedAnswer: Sendable {
    /// How the bytes go.
    package enum Delivery: Sendable {
        /// As HTTP says.
        case whole
        /// These bytes as they are, then a close or, if `resets`, a reset.
        case bytes([UInt8], resets: Bool)
        /// These bytes as they are in small pieces, then a close.
        case drip([UInt8], pieceBytes: Int, pause: Duration)
        /// Not at all.
        case never
    }

    /// What the head node answers.
    package var response: APIResponse
    /// How long the client is kept waiting.
    package var delay: Duration = .zero
    /// How it is sent.
    package var delivery = Delivery.whole
    /// How long the head node is dead from now on.
    package var death: Duration?
}
