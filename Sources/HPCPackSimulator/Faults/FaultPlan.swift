/// The faults in force, and which of them hit a request.
struct FaultPlan: Sendable {
    /// A fault and its counters.
    struct Entry: Sendable {
        let id: Int
        let fault: Fault
        /// When it ends, in real seconds; `nil` for never.
        let end: Double?
        /// How many requests matched.
        var matches = 0
        /// How many requests were hit.
        var hits = 0

        /// Whether it hits no request any more.
        func isOver(at real: Double) -> Bool {
            if let end, real >= end { return true }
            return fault.count.map { hits >= $0 } ?? false
        }
    }

    /// The most faults at once.
    static let limit = 1000

    private(set) var entries: [Entry] = []
    private var random: SeededRandom
    private var nextID = 1

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// Adds a fault that is in force from now on.
    ///
    /// - Returns: Its number.
    /// - Throws: `ConfigurationError` when there are too many.
    @discardableResult
    mutating func add(_ fault: Fault, at real: Double) throws(ConfigurationError) -> Int {
        if entries.count >= Self.limit { entries.removeAll { $0.isOver(at: real) } }
        guard entries.count < Self.limit else {
            throw ConfigurationError("there are \(Self.limit) faults already")
        }
        let id = nextID
        nextID += 1
        entries.append(Entry(id: id, fault: fault, end: fault.seconds.map { real + $0 }))
        return id
    }

    /// Removes one fault, or all of them.
    ///
    /// - Returns: Whether there is such a fault.
    mutating func remove(_ id: Int?) -> Bool {
        guard let id else {
            entries = []
            return true
        }
        guard let position = entries.firstIndex(where: { $0.id == id }) else { return false }
        entries.remove(at: position)
        return true
    }

    /// Counts a request, and returns the faults that hit it, in the order in which they were added.
    mutating func faults(for request: APIRequest, headNode: Int, at real: Double) -> [Fault] {
        var applied: [Fault] = []
        for position in entries.indices {
            let entry = entries[position]
            guard !entry.isOver(at: real), entry.fault.matches(request, headNode: headNode) else {
                continue
            }
            entries[position].matches += 1
            // Nothing is drawn for a certain fault, so that it does not change what others draw.
            guard entry.matches >= entry.fault.skip,
                entry.fault.probability >= 1
                    || Double(random.next() >> 11) * 0x1p-53 < entry.fault.probability
            else { continue }
            entries[position].hits += 1
            applied.append(entry.fault)
        }
        return applied
    }

    /// Returns seeded bytes that are neither HTTP nor JSON.
    mutating func noise() -> [UInt8] {
        (0..<300).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// Returns every fault with its number, text and counters.
    func json(at real: Double) -> [UInt8] {
        JSONWriter.bytes { out in
            out.array(entries) { out, entry in
                out.object {
                    $0.member("id") { $0.integer(Int64(entry.id)) }
                    $0.member("fault") { $0.string(entry.fault.text) }
                    $0.member("hits") { $0.integer(Int64(entry.hits)) }
                    $0.member("over") { $0.boolean(entry.isOver(at: real)) }
                }
            }
        }
    }
}
