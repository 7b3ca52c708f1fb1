/// The jobs of a prepared cluster, as columns.
///
/// Most have ended, evenly over five days; the last ones run or wait. Their order is that of their ids.
struct PreparedJobs: Sendable {
    static let states = ["Finished", "Failed", "Canceled", "Queued", "Running"].map {
        Array($0.utf8)
    }
    private static let queued: UInt8 = 3
    private static let running: UInt8 = 4
    private static let firstID = 1000
    private static let history: UInt32 = 5 * 86_400
    /// A batch of changes comes this much later than the one before, as rounds do.
    private static let step: UInt32 = 30

    /// The newest change of any job, in Unix seconds.
    private(set) var newest: UInt32 = 1_764_000_000
    private var states: [UInt8]
    private var submits: [UInt32]
    private var starts: [UInt32]
    private var ends: [UInt32]
    private(set) var changes: [UInt32]
    private let size: ClusterSize

    init(_ size: ClusterSize) {
        self.size = size
        let count = size.jobs
        let active = size.running + size.queued
        states = []
        submits = []
        starts = []
        ends = []
        changes = []
        for place in 0..<count {
            let ended = place < count - active
            let spread = UInt32(UInt64(Self.history) * UInt64(place) / UInt64(count))
            // What is active last changed within six hours, but not just now.
            let age = UInt32(600 + (place * 7919) % 21_000)
            let change = ended ? newest - Self.history + spread : newest - age
            let run = UInt32(30 + (place * 31) % 7200)
            let wait = UInt32((place * 17) % 900)
            let isQueued = !ended && place >= count - size.queued
            changes.append(change)
            let start = ended ? change - run : change
            starts.append(isQueued ? 0 : start)
            submits.append(isQueued ? change : start - wait)
            ends.append(ended ? change : 0)
            states.append(
                isQueued
                    ? Self.queued
                    : ended ? (place % 10 < 8 ? 0 : UInt8(place % 10 - 7)) : Self.running
            )
        }
        if count > active { changes[count - active - 1] = newest }
    }

    var count: Int { states.count }

    func id(_ place: Int) -> Int { Self.firstID + place }

    /// The place of a job by its id.
    func place(_ id: Int) -> Int? {
        let place = id - Self.firstID
        return states.indices.contains(place) ? place : nil
    }

    /// Lets the newest jobs that had ended be requeued, or end when they were.
    ///
    /// - Returns: The places of the jobs.
    mutating func change(_ wanted: Int) -> Range<Int> {
        newest += Self.step
        let end = count - size.running - size.queued
        let places = max(0, end - wanted)..<end
        for place in places {
            let isQueued = states[place] == Self.queued
            states[place] = isQueued ? 0 : Self.queued
            starts[place] = isQueued ? newest - 20 : 0
            ends[place] = isQueued ? newest : 0
            changes[place] = newest
        }
        return places
    }

    /// Appends the value of a property; `nil` for one that there is not.
    func value(_ property: Substring) -> ((Int, inout [UInt8]) -> Void)? {
        switch property {
        case "Id": return { ServerTime.append(id($0), to: &$1) }
        case "State": return { $1 += Self.states[Int(states[$0])] }
        case "NodeGroups": return { $1 += PreparedGroups.text($0) }
        case "SubmitTime": return { ServerTime.append(submits[$0], to: &$1) }
        case "StartTime": return { ServerTime.append(starts[$0], to: &$1) }
        case "EndTime": return { ServerTime.append(ends[$0], to: &$1) }
        case "ChangeTime": return { ServerTime.append(changes[$0], to: &$1) }
        default: return nil
        }
    }
}
