import Basics

/// The property lists that a listing asks for, from the best to the least.
///
/// An unknown property name is an error for the whole call (FACTS: Properties), so a refused list is
/// followed by a shorter one and in the end by none, which brings the server's default.
public struct PropertyLadder: Sendable {
    /// The lists, best first; `nil` asks for the server's default.
    let rungs: [[String]?]

    /// Makes a ladder that ends with the server's default.
    ///
    /// - Parameter lists: The lists, from everything of use to what counting cannot do without.
    init(_ lists: [String]...) { rungs = lists + [nil] }
}

/// Remembers which rung a server took, so that a refused list is not sent with every call.
final class LadderMemory: Sendable {
    private struct Key: Hashable {
        let endpoint: Endpoint
        let headNode: Int
    }

    private let places = Mutex<[Key: (rung: Int, until: ContinuousClock.Instant)]>([:])
    private let answered = Mutex<[Key: Int]>([:])

    /// The rung to begin with.
    func rung(_ endpoint: Endpoint, _ headNode: Int, at now: ContinuousClock.Instant) -> Int {
        places.withLock { places in
            guard let place = places[Key(endpoint: endpoint, headNode: headNode)], place.until > now
            else { return 0 }
            return place.rung
        }
    }

    /// The rung of the last listing that came whole; the best before any did.
    func lastAnswered(_ endpoint: Endpoint, _ headNode: Int) -> Int {
        answered.withLock { $0[Key(endpoint: endpoint, headNode: headNode)] ?? 0 }
    }

    /// Notes the rung of a listing that came whole.
    func noteAnswered(_ rung: Int, _ endpoint: Endpoint, _ headNode: Int) {
        answered.withLock { $0[Key(endpoint: endpoint, headNode: headNode)] = rung }
    }

    /// Keeps the rung that a server took.
    func keep(_ rung: Int, _ endpoint: Endpoint, _ headNode: Int, until: ContinuousClock.Instant) {
        places.withLock { $0[Key(endpoint: endpoint, headNode: headNode)] = (rung, until) }
    }
}
