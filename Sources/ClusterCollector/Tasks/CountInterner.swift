import HPCPackClient

/// Interns counts by state: most ended jobs share one of a few values, so each job keeps an index only.
///
/// A value that no job uses any more is released, so that a year of jobs leaves nothing behind.
struct CountInterner: Sendable {
    private var values: [StateCounts<TaskState>] = []
    private var uses: [Int] = []
    private var indices: [StateCounts<TaskState>: UInt32] = [:]
    private var free: [UInt32] = []

    /// The number of distinct values.
    var count: Int { indices.count }

    /// The value at an index.
    subscript(index: UInt32) -> StateCounts<TaskState> { values[Int(index)] }

    /// Interns a value for one more job.
    ///
    /// - Returns: Its index, which is valid until it is released.
    mutating func intern(_ value: StateCounts<TaskState>) -> UInt32 {
        if let index = indices[value] {
            uses[Int(index)] += 1
            return index
        }
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
            values[Int(index)] = value
            uses[Int(index)] = 1
        } else {
            index = UInt32(values.count)
            values.append(value)
            uses.append(1)
        }
        indices[value] = index
        return index
    }

    /// Releases the index of a job.
    mutating func release(_ index: UInt32) {
        uses[Int(index)] -= 1
        guard uses[Int(index)] == 0 else { return }
        indices[values[Int(index)]] = nil
        free.append(index)
    }
}
