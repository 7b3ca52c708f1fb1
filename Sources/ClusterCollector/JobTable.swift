import HPCPackClient

/// Jobs as packed columns, found by id: about 33 bytes a job and an index of 8.
struct JobTable: Sendable {
    /// One job as the table holds it.
    struct Entry: Equatable, Sendable {
        var row: JobRow
        var groups: GroupTable.GroupSet
    }

    private(set) var ids: [Int64] = []
    private var states: [UInt8] = []
    private var groups: [GroupTable.GroupSet] = []
    private var submitTimes: [UInt32] = []
    private var startTimes: [UInt32] = []
    private var endTimes: [UInt32] = []
    private var changeTimes: [UInt32] = []
    /// Open addressing: the place of a job plus one, or 0.
    private var slots: [UInt32] = []

    var count: Int { ids.count }

    /// The newest change of any job, in Unix seconds; 0 when none is known.
    var newestChange: UInt32 { changeTimes.max() ?? 0 }

    subscript(place: Int) -> Entry {
        Entry(
            row: JobRow(
                id: ids[place],
                state: JobState(rawValue: states[place]) ?? .unknown,
                submitTime: submitTimes[place],
                startTime: startTimes[place],
                endTime: endTimes[place],
                changeTime: changeTimes[place]
            ),
            groups: groups[place]
        )
    }

    /// The place of a job.
    func find(_ id: Int64) -> Int? {
        guard !slots.isEmpty else { return nil }
        var slot = Self.slot(id, slots.count)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if ids[place] == id { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Puts a job in, over an older one with the same id.
    ///
    /// - Returns: The place of the job.
    @discardableResult
    mutating func put(_ entry: Entry) -> Int {
        if let place = find(entry.row.id) {
            set(entry, at: place)
            return place
        }
        ids.append(entry.row.id)
        states.append(entry.row.state.rawValue)
        groups.append(entry.groups)
        submitTimes.append(entry.row.submitTime)
        startTimes.append(entry.row.startTime)
        endTimes.append(entry.row.endTime)
        changeTimes.append(entry.row.changeTime)
        if ids.count * 2 > slots.count { grow() } else { link(ids.count - 1) }
        return ids.count - 1
    }

    /// Replaces the job at a place; the id stays.
    mutating func set(_ entry: Entry, at place: Int) {
        states[place] = entry.row.state.rawValue
        groups[place] = entry.groups
        submitTimes[place] = entry.row.submitTime
        startTimes[place] = entry.row.startTime
        endTimes[place] = entry.row.endTime
        changeTimes[place] = entry.row.changeTime
    }

    /// Keeps the jobs at the places that satisfy `isKept`.
    mutating func keep(where isKept: (Int) -> Bool) {
        var kept = 0
        for place in ids.indices where isKept(place) {
            if place != kept {
                ids[kept] = ids[place]
                set(self[place], at: kept)
            }
            kept += 1
        }
        let dropped = ids.count - kept
        guard dropped > 0 else { return }
        ids.removeLast(dropped)
        states.removeLast(dropped)
        groups.removeLast(dropped)
        submitTimes.removeLast(dropped)
        startTimes.removeLast(dropped)
        endTimes.removeLast(dropped)
        changeTimes.removeLast(dropped)
        relink()
    }

    /// Whether the job at a place has not ended.
    func isActive(_ place: Int) -> Bool {
        !(JobState(rawValue: states[place]) ?? .unknown).isTerminal
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: max(64, slots.count * 2))
        for place in ids.indices { link(place) }
    }

    private mutating func relink() {
        for slot in slots.indices { slots[slot] = 0 }
        for place in ids.indices { link(place) }
    }

    private mutating func link(_ place: Int) {
        var slot = Self.slot(ids[place], slots.count)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(place + 1)
    }

    /// Fibonacci hashing; the count is a power of two.
    private static func slot(_ id: Int64, _ count: Int) -> Int {
        let mixed = UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & (count - 1)
    }
}
