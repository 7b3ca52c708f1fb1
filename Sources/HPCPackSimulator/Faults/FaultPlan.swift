/// The faults in force, and whom they befall.
struct FaultPlan: Sendable {
    /// A fault, and what became of it so far.
    struct Entry: Sendable {
        let id: Int
        let fault: Fault
        /// Real seconds at which it ends.
        let end: Double?
        /// How many requests it could have befallen.
        var chances = 0
        /// How many requests it befell.
        var hits = 0

        /// Whether it can befall another request.
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
    /// - Returns: its number.
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

    /// Ends one fault, or all.
    ///
    /// - Returns: false when there is no such fault.
    mutating func remove(_ id: Int?) -> Bool {
        guard let id else {
            entries = []
            return true
        }
        guard let position = entries.firstIndex(where: { $0.id == id }) else { return false }
        entries.remove(at: position)
        return true
    }

    /// The faults that befall a request, in the order in which they were added.
    mutating func befalling(_ request: APIRequest, headNode: Int, at real: Double) -> [Fault] {
        var fallen: [Fault] = []
        for position in entries.indices {
            let entry = entries[position]
            guard !entry.isOver(at: real), entry.fault.concerns(request, headNode: headNode) else {
                continue
            }
            entries[position].chances += 1
            // Nothing is drawn for what is certain: other faults then stay as they are.
            guard entry.chances >= entry.fault.skip,
                entry.fault.probability >= 1
                    || Double(random.next() >> 11) * 0x1p-53 < entry.fault.probability
            else { continue }
            entries[position].hits += 1
            fallen.append(entry.fault)
        }
        return fallen
    }

    /// A few hundred seeded bytes that are no HTTP and no JSON.
    mutating func noise() -> [UInt8] {
        (0..<300).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// Every fault with its number, text and what became of it.
    func json(at real: Double) -> [UInt8] {
        var out = JSONWriter()
        out.array(entries) { out, entry in
            out.object {
                $0.member("id") { $0.integer(Int64(entry.id)) }
                $0.member("fault") { $0.string(entry.fault.text) }
                $0.member("hits") { $0.integer(Int64(entry.hits)) }
                $0.member("over") { $0.boolean(entry.isOver(at: real)) }
            }
        }
        return out.bytes
    }
}
