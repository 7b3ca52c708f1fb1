import HPCPackClient

/// The tasks of one job in packed columns, sorted by key: 9 bytes a task.
struct TaskStates: Sendable, Equatable {
    private(set) var keys: [UInt64] = []
    private var states: [UInt8] = []

    var count: Int { keys.count }

    private func state(at index: Int) -> TaskState {
        TaskState(rawValue: states[index]) ?? .unknown
    }

    /// The state of a task, or `nil` when it is not known.
    func state(of key: UInt64) -> TaskState? { index(of: key).map(state(at:)) }

    /// The number of tasks in each state.
    var counts: StateCounts<TaskState> {
        var counts = StateCounts<TaskState>()
        for index in states.indices { counts[state(at: index)] += 1 }
        return counts
    }

    /// Inserts tasks, and replaces those with the same keys.
    ///
    /// - Parameter tasks: Tasks in the order of their keys, each once.
    mutating func merge(_ tasks: [TaskListing.Task]) {
        var areKnown = true
        for task in tasks {
            if let index = index(of: task.key) {
                states[index] = task.state.rawValue
            } else {
                areKnown = false
            }
        }
        guard !areKnown else { return }
        var merged = TaskStates()
        merged.keys.reserveCapacity(keys.count + tasks.count)
        merged.states.reserveCapacity(keys.count + tasks.count)
        var index = 0
        for task in tasks {
            while index < keys.count, keys[index] < task.key {
                merged.append(keys[index], states[index])
                index += 1
            }
            if index < keys.count, keys[index] == task.key { index += 1 }
            merged.append(task.key, task.state.rawValue)
        }
        while index < keys.count {
            merged.append(keys[index], states[index])
            index += 1
        }
        self = merged
    }

    /// Appends a task; the first instance of a sweep replaces its master, which sorts just before it.
    ///
    /// The instances stand in the list instead of the master (docs/hpcpack-api.md#properties).
    private mutating func append(_ key: UInt64, _ state: UInt8) {
        if let last = keys.last, Self.isMaster(last, of: key) {
            keys[keys.count - 1] = key
            states[states.count - 1] = state
        } else {
            keys.append(key)
            states.append(state)
        }
    }

    /// Whether `key` is the parametric sweep of which `other` is an instance (`TaskRow.key`).
    private static func isMaster(_ key: UInt64, of other: UInt64) -> Bool {
        key & 0xFFFF_FFFF == 0 && other != key && key >> 32 == other >> 32
    }

    private func index(of key: UInt64) -> Int? {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low < keys.count && keys[low] == key ? low : nil
    }
}
