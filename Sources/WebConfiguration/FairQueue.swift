/// A short queue in which no source keeps the others waiting.
///
/// Sources take turns, those that come anew first, and within a source its users. When the queue is full, the source
/// with the most elements gives one up.
struct FairQueue<Element> {
    fileprivate struct Line {
        let user: [UInt8]
        var elements: [Element]
    }

    fileprivate struct Source {
        let name: [UInt8]
        var lines: [Line]
        /// Whether one of its elements was taken while it has been waiting.
        var hasHadTurn = false
        var count: Int { lines.reduce(0) { $0 + $1.elements.count } }
    }

    private let most: Int
    private let mostOfSource: Int
    /// In the order of their turns, those that have had one behind the others; none is empty.
    private var sources: [Source] = []

    /// Creates an empty queue.
    ///
    /// - Parameters:
    ///   - most: The most elements.
    ///   - mostOfSource: The most elements of one source.
    init(most: Int, mostOfSource: Int) {
        self.most = most
        self.mostOfSource = mostOfSource
    }

    var isEmpty: Bool { sources.isEmpty }

    /// The number of elements.
    var count: Int { sources.reduce(0) { $0 + $1.count } }

    /// Adds an element.
    ///
    /// - Parameters:
    ///   - element: The element.
    ///   - source: Where it comes from.
    ///   - user: Whose it is, among those of its source.
    /// - Returns: The element that found no room: this one, a later one than its own of the source with the most, or
    ///   `nil`.
    mutating func append(_ element: Element, source: [UInt8], user: [UInt8]) -> Element? {
        let own = sources.firstIndex { $0.name == source }
        let ownCount = own.map { sources[$0].count } ?? 0
        guard ownCount < mostOfSource else { return displace(element, from: own, user) }
        var displaced: Element?
        if count >= most {
            guard let largest = sources.indices.max(by: { sources[$0].count < sources[$1].count }),
                sources[largest].count > ownCount + 1
            else { return displace(element, from: own, user) }
            displaced = removeLast(ofSourceAt: largest)
        }
        insert(element, source: source, user: user)
        return displaced
    }

    /// Adds an element to a source that has no room, when another of its users has more than one waiting.
    private mutating func displace(_ element: Element, from own: Int?, _ user: [UInt8]) -> Element {
        guard let own else { return element }
        let lines = sources[own].lines
        let ownCount = lines.first { $0.user == user }?.elements.count ?? 0
        let largest = lines.map(\.elements.count).max() ?? 0
        guard largest > ownCount + 1 else { return element }
        let name = sources[own].name
        let displaced = removeLast(ofSourceAt: own)
        insert(element, source: name, user: user)
        return displaced ?? element
    }

    private mutating func insert(_ element: Element, source: [UInt8], user: [UInt8]) {
        guard let own = sources.firstIndex(where: { $0.name == source }) else {
            let turn = sources.firstIndex(where: \.hasHadTurn) ?? sources.endIndex
            let line = Line(user: user, elements: [element])
            sources.insert(Source(name: source, lines: [line]), at: turn)
            return
        }
        if let line = sources[own].lines.firstIndex(where: { $0.user == user }) {
            sources[own].lines[line].elements.append(element)
        } else {
            sources[own].lines.append(Line(user: user, elements: [element]))
        }
    }

    /// Removes the newest element of the user of a source who has the most.
    private mutating func removeLast(ofSourceAt index: Int) -> Element? {
        let lines = sources[index].lines
        guard
            let line = lines.indices.max(by: { lines[$0].elements.count < lines[$1].elements.count }
            )
        else { return nil }
        let element = sources[index].lines[line].elements.popLast()
        if sources[index].lines[line].elements.isEmpty { sources[index].lines.remove(at: line) }
        if sources[index].lines.isEmpty { sources.remove(at: index) }
        return element
    }

    /// Removes the element whose turn it is.
    mutating func popFirst() -> Element? {
        guard !sources.isEmpty else { return nil }
        var source = sources.removeFirst()
        var line = source.lines.removeFirst()
        let element = line.elements.removeFirst()
        if !line.elements.isEmpty { source.lines.append(line) }
        source.hasHadTurn = true
        if !source.lines.isEmpty { sources.append(source) }
        return element
    }

    /// Removes all elements.
    mutating func removeAll() -> [Element] {
        defer { sources = [] }
        return sources.flatMap { $0.lines.flatMap(\.elements) }
    }
}

/// The members that were added or found last, up to a number.
struct RecentSet<Member: Hashable> {
    private let most: Int
    /// The moment of the last use of each member, in a count of uses.
    private var uses: [Member: UInt64] = [:]
    private var clock: UInt64 = 0

    /// Creates an empty set of at most so many members.
    init(most: Int) { self.most = most }

    /// Whether there is such a member; it counts as used.
    mutating func find(_ member: Member) -> Bool {
        guard uses[member] != nil else { return false }
        clock += 1
        uses[member] = clock
        return true
    }

    /// Adds a member, and removes a tenth, used longest ago, when there are too many.
    mutating func insert(_ member: Member) {
        clock += 1
        uses[member] = clock
        guard uses.count > most else { return }
        for (old, _) in uses.sorted(by: { $0.value < $1.value }).prefix(max(1, most / 10)) {
            uses[old] = nil
        }
    }

    var count: Int { uses.count }
}

extension FairQueue: Sendable where Element: Sendable {}
extension FairQueue.Line: Sendable where Element: Sendable {}
extension FairQueue.Source: Sendable where Element: Sendable {}
extension RecentSet: Sendable where Member: Sendable {}
