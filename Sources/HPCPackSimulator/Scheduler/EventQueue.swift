/// A priority queue of events, the earliest first; events of one second keep the order in which they were
/// scheduled.
struct EventQueue: Sendable {
    private var heap: [Event] = []
    private var scheduledCount: UInt64 = 0

    struct Event: Sendable {
        let time: UInt32
        let order: UInt64
        let kind: Kind
        /// The id of a job, or the index of a node.
        let subject: UInt32
        /// The index of a task row; unused for other events.
        let row: UInt32
        /// The job's generation when the event was scheduled; the event is stale once that has changed.
        let generation: UInt32

        func precedes(_ other: Event) -> Bool {
            (time, order) < (other.time, other.order)
        }
    }

    enum Kind: UInt8, Sendable {
        case jobStep, jobCancel, jobRequeue
        case taskRuns, taskEnds
        /// The time limit of a client job, and the end of the grace period of a canceled task.
        case jobExpires, taskStops
        case placement
        case nodeIncident, nodeReturns
        case purge

        /// Whether the event concerns a job, and is stale once that has been interrupted.
        var isOfJob: Bool {
            switch self {
            case .placement, .nodeIncident, .nodeReturns, .purge: false
            default: true
            }
        }
    }

    /// The number of events above which stale ones are removed.
    private var pruneThreshold = Self.minPruneThreshold
    static let minPruneThreshold = 4096

    var count: Int { heap.count }

    var needsPruning: Bool { heap.count > pruneThreshold }

    func count(where isCounted: (Event) -> Bool) -> Int {
        heap.count(where: isCounted)
    }

    /// Removes stale events, of which a client that keeps interrupting jobs leaves many.
    ///
    /// The rest must double before this is due again, so that the cost of one event stays constant on
    /// average.
    mutating func removeStale(_ isStale: (Event) -> Bool) {
        heap.removeAll(where: isStale)
        // A sorted array is a heap.
        heap.sort { $0.precedes($1) }
        pruneThreshold = max(Self.minPruneThreshold, 2 * heap.count)
    }

    /// The time of the earliest event.
    var nextTime: UInt32? { heap.first?.time }

    mutating func schedule(
        _ kind: Kind,
        at time: UInt32,
        subject: UInt32 = 0,
        row: UInt32 = 0,
        generation: UInt32 = 0
    ) {
        scheduledCount += 1
        heap.append(
            Event(
                time: time,
                order: scheduledCount,
                kind: kind,
                subject: subject,
                row: row,
                generation: generation
            )
        )
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes and returns the earliest event.
    mutating func popFirst() -> Event? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].precedes(heap[smallest]) {
                smallest = child
            }
            guard smallest != parent else { return first }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
