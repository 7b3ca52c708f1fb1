import Basics

/// Which head node is asked next, shared by all sessions of a client.
///
/// The one that answered last is asked first. One that fails rests for a while, and the others are
/// tried in turn (DESIGN: Head nodes). An error that holds for the whole round is kept, so that a
/// head node that is down or refuses the account is not asked again by every other call of the round.
final class HeadNodeRing: Sendable {
    private struct Entry {
        /// While others answer, this one is left alone until then.
        var restsUntil: ContinuousClock.Instant?
        /// Why nothing is sent to it at all, for this round or until a time.
        var obstacle: RequestError?
        var obstacleEnds: ContinuousClock.Instant?

        func isBlocked(at now: ContinuousClock.Instant) -> Bool {
            obstacle != nil && obstacleEnds.map { $0 > now } ?? true
        }
    }

    private struct State {
        var current = 0
        var entries: [Entry]
    }

    private let headNodes: [HeadNodeURL]
    private let state: Mutex<State>

    init(_ headNodes: [HeadNodeURL]) {
        self.headNodes = headNodes
        state = Mutex(State(entries: headNodes.map { _ in Entry() }))
    }

    var count: Int { headNodes.count }

    subscript(index: Int) -> HeadNodeURL { headNodes[index] }

    /// Forgets the obstacles that have no end, and those that have ended.
    func clearObstacles(at now: ContinuousClock.Instant) {
        state.withLock { state in
            for index in state.entries.indices {
                if let end = state.entries[index].obstacleEnds, end > now { continue }
                state.entries[index].obstacle = nil
                state.entries[index].obstacleEnds = nil
            }
        }
    }

    /// Whether nothing should be sent to any head node now.
    func isBlocked(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { $0.entries.allSatisfy { $0.isBlocked(at: now) } }
    }

    /// The head nodes to try for one call, best first, resting ones last.
    func order(at now: ContinuousClock.Instant) -> [Int] {
        state.withLock { state in
            let turn = (0..<headNodes.count).map { (state.current + $0) % headNodes.count }
            func isResting(_ index: Int) -> Bool {
                state.entries[index].restsUntil.map { $0 > now } ?? false
            }
            return turn.filter { !isResting($0) } + turn.filter(isResting)
        }
    }

    /// Why nothing should be sent to this head node now, if so.
    func obstacle(_ index: Int, endpoint: Endpoint, at now: ContinuousClock.Instant = .now)
        -> RequestError?
    {
        state.withLock { state in
            let entry = state.entries[index]
            guard entry.isBlocked(at: now), let error = entry.obstacle else { return nil }
            return RequestError(error.cause, endpoint, error.description)
        }
    }

    /// Notes an answer: the next call begins here, unless another call found a fault here just now.
    func succeeded(_ index: Int, at now: ContinuousClock.Instant) {
        state.withLock { state in
            if let end = state.entries[index].restsUntil, end > now { return }
            state.current = index
        }
    }

    /// Notes a failure that another head node may not share.
    ///
    /// - Parameters:
    ///   - index: The head node.
    ///   - error: The failure; one that holds for the round keeps every call of the round away.
    ///   - restUntil: Until when the other head nodes come first.
    ///   - silentUntil: Until when nothing is sent, where the server asked for that.
    func failed(
        _ index: Int,
        _ error: RequestError,
        restUntil: ContinuousClock.Instant,
        silentUntil: ContinuousClock.Instant? = nil
    ) {
        state.withLock { state in
            if error.cause == .credentials {
                // Every head node asks the same domain: more tries could lock the account.
                for other in state.entries.indices { state.entries[other].obstacle = error }
                return
            }
            state.entries[index].restsUntil = restUntil
            if error.holdsForTheRound || silentUntil != nil {
                state.entries[index].obstacle = error
                state.entries[index].obstacleEnds = silentUntil
            }
            if state.current == index { state.current = (index + 1) % headNodes.count }
        }
    }
}
