/// What is to happen when, the earliest first; events of one second keep the order of planning.
struct EventQueue: Sendable {
    private var heap: [Event] = []
    private var planned: UInt64 = 0

    struct Event: Sendable {
        let time: UInt32
        let order: UInt64
        let kind: Kind
        /// A job's id, or a node's position.
        let subject: UInt32
        /// For task events, the row; for node events, unused.
        let row: UInt32
        /// The job's generation when this was planned; an interrupted job's events are void.
        let generation: UInt32

        func comes(before other: Event) -> Bool {
            (time, order) < (other.time, other.order)
        }
    }

    enum Kind: UInt8, Sendable {
        case jobStep, jobCancel, jobRequeue
        case taskRuns, taskEnds
        /// The time limit of a driven job, and the end of the grace for a canceled task.
        case jobExpires, taskStops
        case placement
        case nodeIncident, nodeReturns
        case purge

        /// Whether the event is void once its job has been interrupted.
        var isOfJob: Bool {
            switch self {
            case .placement, .nodeIncident, .nodeReturns, .purge: false
            default: true
            }
        }
    }

    /// Above this many events it pays to look for void ones.
    private var crowd = Self.smallCrowd
    static let smallCrowd = 4096

    var count: Int { heap.count }

    var isCrowded: Bool { heap.count > crowd }

    func count(where isCounted: (Event) -> Bool) -> Int {
        heap.count(where: isCounted)
    }

    /// Drops the events that are void: a client that interrupts jobs again and again leaves many.
    ///
    /// What is left must double before there is a next time, so that one event costs little.
    mutating func removeVoid(_ isVoid: (Event) -> Bool) {
        heap.removeAll(where: isVoid)
        // A sorted list is a heap.
        heap.sort { $0.comes(before: $1) }
        crowd = max(Self.smallCrowd, 2 * heap.count)
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
        planned += 1
        heap.append(
            Event(
                time: time,
                order: planned,
                kind: kind,
                subject: subject,
                row: row,
                generation: generation
            )
        )
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].comes(before: heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the earliest event out.
    mutating func next() -> Event? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].comes(before: heap[smallest]) {
                smallest = child
            }
            guard smallest != parent else { return first }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
