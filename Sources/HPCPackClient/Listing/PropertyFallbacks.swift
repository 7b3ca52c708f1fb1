/// The property lists of a listing, from the most complete to the shortest; each is a level.
///
/// An unknown property name is an error for the whole call (docs/hpcpack-api.md#properties), so a refused list is
/// followed by a shorter one, and in the end by none, which brings the server's default.
struct PropertyFallbacks: Sendable {
    private let levels: [[String]?]

    /// Makes the levels of a listing; the server's default is added as the last one.
    ///
    /// - Parameter lists: The lists, from everything of use to what counting cannot do without.
    init(_ lists: [String]...) { levels = lists + [nil] }

    /// How many levels there are; at least one.
    var count: Int { levels.count }

    /// The properties of a level; `nil` for the server's default.
    subscript(level: Int) -> [String]? { levels[level] }
}

/// Remembers which property levels the head nodes answered, so that a refused list is not sent with every listing.
struct PropertyLevels: Sendable {
    private struct Key: Hashable {
        let operation: APIOperation
        let headNode: Int
    }

    private var accepted: [Key: (level: Int, end: ContinuousClock.Instant)] = [:]
    private var answered: [Key: Int] = [:]

    /// The level to begin with: the best one, unless it was refused lately.
    func first(_ operation: APIOperation, at headNode: Int, now: ContinuousClock.Instant) -> Int {
        guard let entry = accepted[Key(operation: operation, headNode: headNode)], entry.end > now
        else { return 0 }
        return entry.level
    }

    /// The level of the last listing that came whole; the best one before any did.
    func lastAnswered(_ operation: APIOperation, at headNode: Int) -> Int {
        answered[Key(operation: operation, headNode: headNode)] ?? 0
    }

    /// Notes the level of a listing that came whole.
    mutating func recordAnswer(_ level: Int, _ operation: APIOperation, at headNode: Int) {
        answered[Key(operation: operation, headNode: headNode)] = level
    }

    /// Begins with this level until a time, because a better one was refused.
    mutating func begin(
        with level: Int,
        _ operation: APIOperation,
        at headNode: Int,
        until end: ContinuousClock.Instant
    ) {
        accepted[Key(operation: operation, headNode: headNode)] = (level, end)
    }
}
