/// How far a connection is, as seen by a newcomer who needs its place.
enum ConnectionStanding: Equatable, Sendable {
    /// It is answered and about to end.
    case ending(since: ContinuousClock.Instant)
    /// It has not finished the head of a request.
    case withoutHead(since: ContinuousClock.Instant)
    /// It rests between requests.
    case idle(since: ContinuousClock.Instant)
    /// It sends the body of a request.
    case sendingBody(since: ContinuousClock.Instant)
    /// Its request is with the handler, and the client may be gone.
    case halfClosed(since: ContinuousClock.Instant)
    /// Its request is being answered.
    case busy
}
