/// The order in which connections are closed to make room for new ones: the smallest rank goes first,
/// and of two in the same state the one that has been in it longest.
struct EvictionRank: Comparable, Sendable {
    /// The state of a connection that may be closed, the one to close first before the others.
    enum State: Int, Sendable {
        /// The last response is sent.
        case ending
        /// The head of the first request, or a later one that has begun, is incomplete.
        case incompleteHead
        /// No byte of a next request has come.
        case idle
        /// The body of a request is incomplete.
        case incompleteBody
        /// The request is with the handler, and the client, which has ended its sending, may be gone.
        case halfClosed
    }

    /// The state of the connection.
    let state: State

    /// When the connection entered the state.
    let since: ContinuousClock.Instant

    /// Creates the rank of a connection.
    init(_ state: State, since: ContinuousClock.Instant) {
        self.state = state
        self.since = since
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.state.rawValue, left.since) < (right.state.rawValue, right.since)
    }
}
