import HPCPackClient

/// Counts by state that many jobs share: most ended jobs have one of a few, so each keeps a number.
///
/// Counts that no job has any more are forgotten, so that a year of jobs leaves nothing behind.
struct SharedCounts: Sendable {
    private var counts: [StateCounts<TaskState>] = []
    private var users: [Int] = []
    private var places: [StateCounts<TaskState>: UInt32] = [:]
    private var free: [UInt32] = []

    /// How many different counts are kept.
    var count: Int { places.count }

    /// The counts with a number.
    subscript(place: UInt32) -> StateCounts<TaskState> { counts[Int(place)] }

    /// Takes in the counts of one more job.
    ///
    /// - Returns: Their number, which is good until it is given back.
    mutating func take(_ value: StateCounts<TaskState>) -> UInt32 {
        if let place = places[value] {
            users[Int(place)] += 1
            return place
        }
        let place: UInt32
        if let reused = free.popLast() {
            place = reused
            counts[Int(place)] = value
            users[Int(place)] = 1
        } else {
            place = UInt32(counts.count)
            counts.append(value)
            users.append(1)
        }
        places[value] = place
        return place
    }

    /// Gives back the number of a job that is gone.
    mutating func giveBack(_ place: UInt32) {
        users[Int(place)] -= 1
        guard users[Int(place)] == 0 else { return }
        places[counts[Int(place)]] = nil
        free.append(place)
    }
}
