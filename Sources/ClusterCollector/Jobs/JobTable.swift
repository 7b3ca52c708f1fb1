import HPCPackClient

/// Jobs in packed columns, about 33 bytes a job.
///
/// The scheduler gives ids in ascending order, and most listings are in it: then a job is found by binary search.
/// Otherwise a hash index is made, which takes about 12 bytes a job more.
struct JobTable: Sendable {
    /// One job.
    struct Entry: Equatable, Sendable {
        var row: JobRow
        var groups: NodeGroupSetID
        var labels: JobLabelSetID = 0
    }

    private(set) var ids: [Int64] = []
    private var states: [UInt8] = []
    private var groups: [NodeGroupSetID] = []
    private var labels: [JobLabelSetID] = []
    private var submitTimes: [UInt32] = []
    private var startTimes: [UInt32] = []
    private var endTimes: [UInt32] = []
    private var changeTimes: [UInt32] = []
    /// A hash table with open addressing: the index of a job plus one, or 0 for a free slot; empty while the ids are in
    /// ascending order.
    private var slots: [UInt32] = []

    var count: Int { ids.count }

    /// The newest change time of any job, in Unix seconds; 0 when none is known.
    var newestChange: UInt32 { changeTimes.max() ?? 0 }

    subscript(index: Int) -> Entry {
        Entry(
            row: JobRow(
                id: ids[index],
                state: JobState(rawValue: states[index]) ?? .unknown,
                submitTime: submitTimes[index],
                startTime: startTimes[index],
                endTime: endTimes[index],
                changeTime: changeTimes[index]
            ),
            groups: groups[index],
            labels: labels[index]
        )
    }

    /// The index of a job.
    ///
    /// - Parameters:
    ///   - id: The job's id.
    ///   - guess: Where it may be, as the place after the one that was found last.
    /// - Returns: `nil` when the job is not in the table.
    func index(of id: Int64, guess: Int = 0) -> Int? {
        if guess < ids.count, ids[guess] == id { return guess }
        guard !slots.isEmpty else { return indexInOrder(of: id) }
        var slot = Self.slot(id, slots.count)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if ids[index] == id { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func indexInOrder(of id: Int64) -> Int? {
        guard let last = ids.last, id <= last else { return nil }
        var (low, high) = (0, ids.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return ids[low] == id ? low : nil
    }

    /// Inserts a job, or replaces the one with the same id.
    ///
    /// - Returns: The index of the job.
    @discardableResult
    mutating func insert(_ entry: Entry) -> Int {
        if let index = index(of: entry.row.id) {
            replace(entry, at: index)
            return index
        }
        let isInOrder = slots.isEmpty && ids.last ?? .min < entry.row.id
        ids.append(entry.row.id)
        states.append(entry.row.state.rawValue)
        groups.append(entry.groups)
        labels.append(entry.labels)
        submitTimes.append(entry.row.submitTime)
        startTimes.append(entry.row.startTime)
        endTimes.append(entry.row.endTime)
        changeTimes.append(entry.row.changeTime)
        if isInOrder { return ids.count - 1 }
        if ids.count * 2 > slots.count { grow() } else { link(ids.count - 1) }
        return ids.count - 1
    }

    /// Replaces the job at an index; its id must be the same.
    mutating func replace(_ entry: Entry, at index: Int) {
        states[index] = entry.row.state.rawValue
        groups[index] = entry.groups
        labels[index] = entry.labels
        submitTimes[index] = entry.row.submitTime
        startTimes[index] = entry.row.startTime
        endTimes[index] = entry.row.endTime
        changeTimes[index] = entry.row.changeTime
    }

    /// Removes the jobs at the indices that do not satisfy `isKept`.
    mutating func keep(where isKept: (Int) -> Bool) {
        var kept = 0
        for index in ids.indices where isKept(index) {
            if index != kept {
                ids[kept] = ids[index]
                replace(self[index], at: kept)
            }
            kept += 1
        }
        let dropped = ids.count - kept
        guard dropped > 0 else { return }
        ids.removeLast(dropped)
        states.removeLast(dropped)
        groups.removeLast(dropped)
        labels.removeLast(dropped)
        submitTimes.removeLast(dropped)
        startTimes.removeLast(dropped)
        endTimes.removeLast(dropped)
        changeTimes.removeLast(dropped)
        relink()
    }

    /// Gives each combination of texts another index.
    mutating func renumberLabels(_ indices: [JobLabelSetID]) {
        for index in labels.indices { labels[index] = indices[Int(labels[index])] }
    }

    /// Every job, in the order of the table.
    var entries: some Sequence<Entry> { ids.indices.lazy.map { self[$0] } }

    /// Whether the job at an index has not ended.
    func isActive(_ index: Int) -> Bool {
        !(JobState(rawValue: states[index]) ?? .unknown).isTerminal
    }

    private mutating func grow() {
        var count = 64
        while count < ids.count * 2 { count *= 2 }
        slots = [UInt32](repeating: 0, count: count)
        for index in ids.indices { link(index) }
    }

    private mutating func relink() {
        guard !slots.isEmpty else { return }
        for slot in slots.indices { slots[slot] = 0 }
        for index in ids.indices { link(index) }
    }

    private mutating func link(_ index: Int) {
        var slot = Self.slot(ids[index], slots.count)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(index + 1)
    }

    /// Fibonacci hashing; the count is a power of two.
    private static func slot(_ id: Int64, _ count: Int) -> Int {
        let mixed = UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & (count - 1)
    }
}
