/// The properties that a listing is asked for.
struct WantedProperties: Sendable {
    /// Everything of use, in the order in which it is sent.
    let all: [String]
    /// What counting cannot do without.
    let minimal: [String]

    /// The properties that a server may refuse one by one.
    var optional: [String] { all.filter { !minimal.contains($0) } }
}

/// What is left out of the properties that a listing asks for, because the server refused it.
enum PropertyChoice: Sendable, Equatable {
    /// Nothing but these.
    case without(Set<String>)
    /// Everything that counting can do without.
    case minimal
    /// The whole list; the server answers its default then.
    case serverDefault

    static let all = PropertyChoice.without([])

    /// The choice that leaves out what an earlier one did as well, except for some names.
    ///
    /// Listings of one operation ask for different properties, so one listing does not tell of all refused names.
    fileprivate func adding(_ earlier: PropertyChoice?, without names: [String]) -> PropertyChoice {
        guard case .without(let refused) = self, case .without(let before)? = earlier else {
            return self
        }
        return .without(refused.union(before.subtracting(names)))
    }

    /// The list to send; `nil` for none.
    func list(of wanted: WantedProperties) -> [String]? {
        switch self {
        case .without(let refused): wanted.all.filter { !refused.contains($0) }
        case .minimal: wanted.minimal
        case .serverDefault: nil
        }
    }
}

/// Remembers which properties the head nodes refused, so that a refused list is not sent with every listing.
struct PropertyChoices: Sendable {
    private struct Key: Hashable {
        let operation: APIOperation
        let headNode: Int
    }

    private var first: [Key: (choice: PropertyChoice, end: ContinuousClock.Instant)] = [:]
    private var answered: [Key: PropertyChoice] = [:]

    /// What to begin with: everything of use, unless a part of it was refused lately.
    func first(
        _ operation: APIOperation,
        at headNode: Int,
        now: ContinuousClock.Instant
    ) -> PropertyChoice {
        guard let entry = first[Key(operation: operation, headNode: headNode)], entry.end > now
        else { return .all }
        return entry.choice
    }

    /// The choice of the last listing that came whole; everything of use before any did.
    func lastAnswered(_ operation: APIOperation, at headNode: Int) -> PropertyChoice {
        answered[Key(operation: operation, headNode: headNode)] ?? .all
    }

    /// Notes the choice of a listing that came whole.
    ///
    /// - Parameters:
    ///   - choice: What was left out.
    ///   - asked: The properties that were asked for, and answered.
    ///   - operation: The operation of the listing.
    ///   - headNode: Which head node answered.
    mutating func recordAnswer(
        _ choice: PropertyChoice,
        asked: [String],
        _ operation: APIOperation,
        at headNode: Int
    ) {
        let key = Key(operation: operation, headNode: headNode)
        answered[key] = choice.adding(answered[key], without: asked)
    }

    /// Begins with this choice until a time, because more was refused.
    mutating func begin(
        with choice: PropertyChoice,
        _ operation: APIOperation,
        at headNode: Int,
        until end: ContinuousClock.Instant
    ) {
        let key = Key(operation: operation, headNode: headNode)
        let earlier = first[key].flatMap { $0.end > .now ? $0.choice : nil }
        first[key] = (choice.adding(earlier, without: []), end)
    }
}
