/// The properties that a listing is asked for.
struct WantedProperties: Sendable {
    /// Everything of use, in the order in which it is sent.
    let all: [String]
    /// What counting cannot do without.
    let minimal: [String]

    /// The properties that a server may refuse one by one.
    var optional: [String] { all.filter { !minimal.contains($0) } }
}

/// Remembers which properties the head nodes answered, so that a refused list is not sent with every listing.
///
/// A list is `nil` for the server's default.
struct PropertyChoices: Sendable {
    private struct Key: Hashable {
        let operation: APIOperation
        let headNode: Int
    }

    private var accepted: [Key: (list: [String]?, end: ContinuousClock.Instant)] = [:]
    private var answered: [Key: [String]?] = [:]

    /// The list to begin with: everything of use, unless a part of it was refused lately.
    func first(
        of wanted: WantedProperties,
        _ operation: APIOperation,
        at headNode: Int,
        now: ContinuousClock.Instant
    ) -> [String]? {
        guard let entry = accepted[Key(operation: operation, headNode: headNode)], entry.end > now
        else { return wanted.all }
        return entry.list
    }

    /// The list of the last listing that came whole; everything of use before any did.
    func lastAnswered(
        of wanted: WantedProperties,
        _ operation: APIOperation,
        at headNode: Int
    ) -> [String]? {
        answered[Key(operation: operation, headNode: headNode)] ?? wanted.all
    }

    /// Notes the list of a listing that came whole.
    mutating func recordAnswer(_ list: [String]?, _ operation: APIOperation, at headNode: Int) {
        answered[Key(operation: operation, headNode: headNode)] = .some(list)
    }

    /// Begins with this list until a time, because more was refused.
    mutating func begin(
        with list: [String]?,
        _ operation: APIOperation,
        at headNode: Int,
        until end: ContinuousClock.Instant
    ) {
        accepted[Key(operation: operation, headNode: headNode)] = (list, end)
    }
}
