import HPCPackClient
import JSONRows

/// Reads a listing for `--check`: counts its rows by state and collects what the checks judge by.
final class CheckStage: ListingStage {
    /// What the rows describe.
    enum Content {
        case nodes, clusterNodes, jobs, tasks
    }

    /// What the rows describe.
    let content: Content
    private let pattern: DateTimePattern?
    private let onRow: (Int, Int?) -> Void
    private let findTotal: () -> Int?
    /// The rows of the whole listing, where they are known.
    private var total: Int?
    private var hasAskedForTotal = false
    /// What the rows tell of the calendar of their dates.
    private let evidence: CalendarEvidence?
    // The stage owns the decoder, which nothing else uses.
    private lazy var decoder = RowDecoder(pattern: pattern, evidence: evidence) {
        [unowned self] field, value in note(field, value)
    }
    private var ids: Set<String> = []
    /// For each property with values that could not be decoded, the first such value.
    private var unreadable: [RowDecoder.Field: String] = [:]

    /// Pages.
    private(set) var pages = 0
    /// Rows by the name of their state.
    private(set) var states: [String: Int] = [:]
    /// Nodes by the name of their health.
    private(set) var health: [String: Int] = [:]
    /// Whether a row names its node groups.
    private(set) var hasGroups = false
    /// Nodes that are not reachable.
    private(set) var unreachable = 0
    /// Jobs that have not ended.
    private(set) var activeJobs = 0
    /// Jobs with a submit time.
    private(set) var submitTimes = 0
    /// The latest submit time in Unix seconds; 0 without any.
    private(set) var newestSubmit: UInt32 = 0
    /// The latest change time in Unix seconds; 0 without any.
    private(set) var newestChange: UInt32 = 0
    /// The earliest change time in Unix seconds; 0 without any.
    private(set) var oldestChange: UInt32 = 0
    /// The job to read tasks of: a running one, else one that has not ended, else any.
    private(set) var example: JobRow?

    /// Creates a stage for one listing.
    ///
    /// - Parameters:
    ///   - content: What the rows describe.
    ///   - pattern: The pattern of the server's times; `nil` when it is not known.
    ///   - now: The server's clock in Unix seconds, to learn the calendar of the dates; `nil` to read them as known.
    ///   - findTotal: Asks for the rows of a listing that has more than one page.
    ///   - onRow: Called after each row with the number of distinct rows so far, and of all where that is known.
    init(
        _ content: Content,
        pattern: DateTimePattern? = nil,
        learningCalendarAt now: UInt32? = nil,
        findTotal: @escaping () -> Int? = { nil },
        onRow: @escaping (Int, Int?) -> Void = { _, _ in }
    ) {
        self.content = content
        self.pattern = pattern
        evidence = if let pattern, let now { CalendarEvidence(pattern, now: now) } else { nil }
        self.findTotal = findTotal
        self.onRow = onRow
    }

    /// Distinct rows.
    var count: Int { ids.count }

    /// A time that does not follow the pattern, if any.
    var unreadableTime: String? {
        let fields: [RowDecoder.Field] = [
            .jobSubmitTime, .jobChangeTime, .jobStartTime, .jobEndTime, .taskChangeTime,
            .nodeOnlineTime,
        ]
        return fields.lazy.compactMap { self.unreadable[$0] }.first
    }

    /// A job state that is not documented, if any.
    var unknownJobState: String? { unreadable[.jobState] }

    /// The calendar of the dates where it is another than the Gregorian one and certain; ends learning it.
    func otherCalendar() -> ServerCalendar? {
        if let calendar = evidence?.calendar, calendar != .gregorian { return calendar }
        evidence?.releaseHeld { field, value, _ in note(field, value) }
        return nil
    }

    private func note(_ field: RowDecoder.Field, _ value: String) {
        if unreadable[field] == nil { unreadable[field] = String(value.prefix(40)) }
    }

    func begin() {
        evidence?.reset()
        (ids, unreadable, states, health) = ([], [:], [:], [:])
        pages = 0
        hasGroups = false
        (unreachable, activeJobs, submitTimes) = (0, 0, 0)
        (newestSubmit, newestChange, oldestChange) = (0, 0, 0)
        example = nil
    }

    func stage(_ row: borrowing Row) -> Bool {
        let isNew =
            switch content {
            case .nodes: addNode(decoder.node(row))
            case .clusterNodes: addNode(decoder.clusterNode(row))
            case .jobs: addJob(row)
            case .tasks: decoder.task(row).map { ids.insert(String($0.key)).inserted } ?? false
            }
        if isNew { onRow(ids.count, total) }
        return isNew
    }

    func endPage(_ page: ListingPage) {
        pages += 1
        total = page.total ?? total
        guard !page.isLast, total == nil, !hasAskedForTotal else { return }
        hasAskedForTotal = true
        total = findTotal()
    }

    private func addNode(_ row: NodeRow?) -> Bool {
        guard let node = row, ids.insert(node.id).inserted else { return false }
        states["\(node.state.name)", default: 0] += 1
        if let own = node.health { health["\(own.name)", default: 0] += 1 }
        if node.isReachable == false { unreachable += 1 }
        if node.groups != nil { hasGroups = true }
        return true
    }

    private func addJob(_ row: borrowing Row) -> Bool {
        guard let job = decoder.job(row), ids.insert(String(job.id)).inserted else { return false }
        states["\(job.state.name)", default: 0] += 1
        if !job.state.isTerminal { activeJobs += 1 }
        if row.isPresent(JobColumn.nodeGroups.rawValue) { hasGroups = true }
        if job.submitTime > 0 {
            submitTimes += 1
            newestSubmit = max(newestSubmit, job.submitTime)
        }
        if job.changeTime > 0 {
            newestChange = max(newestChange, job.changeTime)
            oldestChange = oldestChange == 0 ? job.changeTime : min(oldestChange, job.changeTime)
        }
        if Self.rank(job) > (example.map(Self.rank) ?? 0) { example = job }
        return true
    }

    private static func rank(_ job: JobRow) -> Int {
        job.state == .running ? 3 : job.state.isTerminal ? 1 : 2
    }
}
