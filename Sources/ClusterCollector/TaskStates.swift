import HPCPackClient

/// The tasks of one job as packed columns, sorted by key: 9 bytes a task.
struct TaskStates: Sendable, Equatable {
    private(set) var keys: [UInt64] = []
    private var states: [UInt8] = []

    var count: Int { keys.count }

    /// The state at a place.
    func state(at place: Int) -> TaskState { TaskState(rawValue: states[place]) ?? .unknown }

    /// The state of a task, if it is held.
    func state(of key: UInt64) -> TaskState? { find(key).map(state(at:)) }

    /// How many tasks are in each state.
    var counts: StateCounts<TaskState> {
        var counts = StateCounts<TaskState>()
        for place in states.indices { counts[state(at: place)] += 1 }
        return counts
    }

    /// Puts tasks in, over older ones with the same keys.
    ///
    /// - Parameter tasks: Tasks in the order of their keys, each once.
    mutating func merge(_ tasks: [(key: UInt64, state: TaskState)]) {
        var isKnown = true
        for task in tasks {
            if let place = find(task.key) {
                states[place] = task.state.rawValue
            } else {
                isKnown = false
            }
        }
        guard !isKnown else { return }
        var merged = TaskStates()
        merged.keys.reserveCapacity(keys.count + tasks.count)
        merged.states.reserveCapacity(keys.count + tasks.count)
        var place = 0
        for task in tasks {
            while place < keys.count, keys[place] < task.key {
                merged.append(keys[place], states[place])
                place += 1
            }
            if place < keys.count, keys[place] == task.key { place += 1 }
            merged.append(task.key, task.state.rawValue)
        }
        while place < keys.count {
            merged.append(keys[place], states[place])
            place += 1
        }
        self = merged
    }

    /// The instances of a sweep stand in the list instead of their master (FACTS: Properties), which sorts
    /// before them: the first instance takes its place.
    private mutating func append(_ key: UInt64, _ state: UInt8) {
        if let last = keys.last, Self.isMaster(last, of: key) {
            keys[keys.count - 1] = key
            states[states.count - 1] = state
        } else {
            keys.append(key)
            states.append(state)
        }
    }

    /// Whether `key` is the task as a whole of which `other` is an instance (`TaskRow.key`).
    private static func isMaster(_ key: UInt64, of other: UInt64) -> Bool {
        key & 0xFFFF_FFFF == 0 && other != key && key >> 32 == other >> 32
    }

    private func find(_ key: UInt64) -> Int? {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low < keys.count && keys[low] == key ? low : nil
    }
}
