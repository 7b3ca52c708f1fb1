/// What a handler wants its client to get, and when.
struct Answer: Sendable {
    /// The bytes, or what they are made from.
    enum Content: Sendable {
        /// An answer whose head the listener writes.
        case response(HTTPResponse)
        /// Bytes as they are, and what follows them.
        case raw([UInt8], HTTPEnding)
        /// Bytes as they are, sent slowly.
        case drip(Drip)
    }

    let content: Content

    /// The moment from which on the answer is sent; `nil` is at once.
    let due: ContinuousClock.Instant?
}
