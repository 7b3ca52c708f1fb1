import Basics
import HPCPackClient
import Logging

/// Reads the job list into a store: in full when that is due or needed, otherwise only what changed
/// (docs/architecture.md#collection).
struct JobReader {
    /// The most missing jobs that are asked for one by one after a full read.
    private static let absenceChecks = 3
    /// The most consecutive full reads that are repeated in the next round because their pages shifted.
    private static let shiftedRepeats = 3

    let store: JobStore
    /// What the listings ask of jobs beyond what counting needs.
    var queries: JobQueries
    private(set) var breaker: CircuitBreaker
    /// Full reads so far.
    private(set) var fullReads = 0
    /// Rows that full reads found different from what reads of changes had left.
    private(set) var corrections = 0
    /// Whether the next round must read everything.
    private(set) var needsFullRead = false
    private var lastFullRead: ContinuousClock.Instant?
    /// When listings by state were last refused, or answered with all jobs.
    private var lastStateRefusal: ContinuousClock.Instant?
    /// Consecutive full reads whose pages shifted.
    private var shiftedReads = 0
    private let fullInterval: Duration

    /// The outcome of a read.
    struct Outcome: Sendable {
        var changes: JobChanges
        /// Whether the server's clock was set back, so that no older change time may be relied on.
        var clockWasSetBack = false
        /// Whether everything was read.
        var isFull = false
        /// The numbers of tasks that the rows told.
        var taskCounts = TaskCountRows()
    }

    init(fullInterval: Duration, labels: JobLabelRegistry = JobLabelRegistry()) {
        self.fullInterval = fullInterval
        store = JobStore(labels: labels)
        queries = JobQueries(labels: labels.labels)
        breaker = CircuitBreaker(fullInterval: fullInterval)
    }

    /// Notes that the server does not list jobs by state.
    mutating func recordRefusedListingsByState(at now: ContinuousClock.Instant) {
        queries.listsByState = false
        lastStateRefusal = now
    }

    /// Lets jobs be listed by state again, when that was refused long ago.
    mutating func retryListingsByState(at now: ContinuousClock.Instant) {
        guard let lastStateRefusal, now - lastStateRefusal >= fullInterval else { return }
        queries.listsByState = true
    }

    /// Makes the next read a full one.
    mutating func requestFullRead() { needsFullRead = true }

    /// Reads what is needed now.
    ///
    /// - Parameters:
    ///   - session: Makes the calls.
    ///   - context: What the collectors share.
    ///   - now: The present moment.
    ///   - onFirstPages: Called after each page of a read before any came whole.
    /// - Returns: What changed.
    /// - Throws: The failure of the listing; nothing is changed then.
    mutating func read(
        _ session: Session,
        _ context: CollectionContext,
        at now: ContinuousClock.Instant,
        onFirstPages: @escaping (ListingPage) -> Void = { _ in }
    ) throws(RequestError) -> Outcome {
        if !store.isComplete {
            return try readAll(session, context, now, onPage: onFirstPages)
        }
        let isDue = lastFullRead.map { now - $0 >= fullInterval } ?? true
        guard !isDue, !needsFullRead, let start = store.watermark.start else {
            return try readAll(session, context, now)
        }
        switch breaker.plan(at: now) {
        case .full: return try readAll(session, context, now)
        case .changes: return try readChanges(from: start, session, context, now)
        case .trial: return try readTrial(from: start, session, context, now)
        }
    }

    private mutating func readChanges(
        from start: UInt32,
        _ session: Session,
        _ context: CollectionContext,
        _ now: ContinuousClock.Instant
    ) throws(RequestError) -> Outcome {
        let listing: JobListing
        do {
            listing = try list(.changes(from: start), session, context)
        } catch  where error.mayBeRefusedFilter {
            if breaker.recordFailure(at: now) {
                context.logger.warn(
                    "The server refuses to list changed jobs only; all jobs are read in every round",
                    ["error": error.description]
                )
            }
            return try readAll(session, context, now)
        }
        switch fault(of: listing, from: start) {
        case nil: breaker.recordSuccess()
        case .ignoresFilter:
            breaker.open(at: now)
            context.logger.warn(
                "The server lists all jobs when asked for changed ones; all jobs are read in every round"
            )
            return try readAll(session, context, now)
        case .lacks(let job):
            let outcome = try readAll(session, context, now)
            // A purged job does not come again, and pages that shift may hide a job once.
            if let entry = store[job], entry.row.changeTime >= start, breaker.recordFailure(at: now)
            {
                Self.warnOfWrongChanges("a job that changed was left out", context)
            }
            return outcome
        case .lacksColumns: return try readAll(session, context, now)
        }
        let changes = store.apply(changes: listing)
        return Outcome(changes: changes, taskCounts: listing.detailRows.taskCounts)
    }

    private mutating func readAll(
        _ session: Session,
        _ context: CollectionContext,
        _ now: ContinuousClock.Instant,
        onPage: @escaping (ListingPage) -> Void = { _ in }
    ) throws(RequestError) -> Outcome {
        let listing = try list(.all, session, context, onPage: onPage)
        let isShort = try lacksRows(listing, session, context)
        let isCheck = breaker.isClosed && store.isComplete && listing.rows > 0
        let wrongRows = isCheck ? corrections(in: listing) : 0
        let wasRequested = needsFullRead
        let hasShifted = try hidesJobs(listing, session)
        let outcome = apply(listing, keepsMissing: hasShifted, at: now)
        let isIncomplete = hasShifted || isShort
        shiftedReads = isIncomplete ? shiftedReads + 1 : 0
        needsFullRead = isIncomplete && shiftedReads <= Self.shiftedRepeats
        if wrongRows > 0 {
            corrections += wrongRows
            if outcome.clockWasSetBack, wasRequested || outcome.changes.changeTimesFell {
                context.logger.warn(
                    "The clock of the head node was set back; all jobs were read again",
                    ["rows": "\(wrongRows)"]
                )
            } else if breaker.open(at: now) {
                Self.warnOfWrongChanges("\(wrongRows) rows were left wrong", context)
            }
        }
        return outcome
    }

    /// Reads changes for comparison, and everything for the numbers.
    private mutating func readTrial(
        from start: UInt32,
        _ session: Session,
        _ context: CollectionContext,
        _ now: ContinuousClock.Instant
    ) throws(RequestError) -> Outcome {
        var trial: JobListing?
        do {
            trial = try list(.changes(from: start), session, context)
        } catch  where error.mayBeRefusedFilter {
            trial = nil
        }
        let listing = try list(.all, session, context)
        let passed =
            trial.map { fault(of: $0, from: start) == nil && Self.agree($0, listing) } ?? false
        if breaker.recordTrial(passed: passed, at: now) {
            context.logger.info("Reads of changed jobs proved right again and are relied on")
        }
        let hasShifted = try hidesJobs(listing, session)
        return apply(listing, keepsMissing: hasShifted, at: now)
    }

    private mutating func apply(
        _ listing: JobListing,
        keepsMissing: Bool,
        at now: ContinuousClock.Instant
    ) -> Outcome {
        let (changes, clockWasSetBack) = store.apply(full: listing, keepsMissing: keepsMissing)
        lastFullRead = now
        needsFullRead = false
        fullReads += 1
        return Outcome(
            changes: changes,
            clockWasSetBack: clockWasSetBack,
            isFull: true,
            taskCounts: listing.detailRows.taskCounts
        )
    }

    /// Reads one listing to its end; once more when it tells that its dates are in another calendar.
    private func list(
        _ scope: JobListingScope,
        _ session: Session,
        _ context: CollectionContext,
        onPage: @escaping (ListingPage) -> Void = { _ in }
    ) throws(RequestError) -> JobListing {
        let listing = try listOnce(scope, session, context, onPage: onPage)
        return context.mustReadAgain(after: listing.evidence)
            ? try listOnce(scope, session, context, onPage: onPage) : listing
    }

    private func listOnce(
        _ scope: JobListingScope,
        _ session: Session,
        _ context: CollectionContext,
        onPage: @escaping (ListingPage) -> Void
    ) throws(RequestError) -> JobListing {
        let began = ContinuousClock.now
        let detailRows = queries.rows(of: scope)
        let listing = JobListing(
            scope,
            comparedWith: store,
            context,
            wallClock: WallClock.seconds,
            detailRows: detailRows
        )
        listing.onPage = onPage
        defer { listing.onPage = { _ in } }
        if case .changes(let start) = scope {
            try session.jobs(changedFrom: start, asking: detailRows.properties, into: listing)
        } else {
            try session.jobs(asking: detailRows.properties, into: listing)
        }
        guard listing.rowsWithoutID == 0 else {
            throw RequestError(
                .malformed,
                .jobs,
                "GET /jobs: \(listing.rowsWithoutID) rows have no usable Id, so jobs cannot be counted"
            )
        }
        listing.seconds = UInt32(clamping: (ContinuousClock.now - began).components.seconds + 1)
        return listing
    }

    private static func warnOfWrongChanges(_ finding: String, _ context: CollectionContext) {
        context.logger.warn(
            "Reading changed jobs only proved wrong; all jobs are read in every round for now",
            ["finding": finding]
        )
    }
}

/// The checks that a listing must pass.
extension JobReader {
    /// A change time that is earlier than the requested start by more than this many seconds cannot be explained by
    /// a server that filters by its local time.
    private static let widestTimeZoneOffset: UInt32 = 15 * 3600

    /// What is wrong with a listing of changes.
    private enum Fault: Equatable {
        case ignoresFilter
        /// The listing lacks a job that it had to bring.
        case lacks(Int64)
        case lacksColumns
    }

    private func fault(of listing: JobListing, from start: UInt32) -> Fault? {
        // The newest job changed at or after the requested start, so it must come again.
        if let job = store.watermark.newestJob, !listing.listedIDs.contains(job) {
            return .lacks(job)
        }
        if listing.rows > 0, !listing.columns.isSuperset(of: store.columns) { return .lacksColumns }
        // A filter by local time brings some earlier rows; a listing with most of the jobs is not filtered.
        let (latest, overflow) = listing.oldestChange.addingReportingOverflow(
            Self.widestTimeZoneOffset
        )
        let isTooEarly = !overflow && latest < start
        if listing.rowsBeforeStart > 0,
            isTooEarly || listing.listedIDs.count * 2 >= store.table.count
        {
            return .ignoresFilter
        }
        return nil
    }

    /// The number of rows in a full listing that reads of changes should have brought and did not.
    private func corrections(in listing: JobListing) -> Int {
        guard let start = store.watermark.start, listing.columns == store.columns else { return 0 }
        // A later change is news; a row without a change time could not have been asked for.
        return listing.changed.entries.count { $0.row.changeTime < start }
    }

    /// Whether a read of changes brought everything that a full read just after it shows.
    private static func agree(_ trial: JobListing, _ full: JobListing) -> Bool {
        full.changed.entries.allSatisfy { job in
            // A job that changed between the two reads proves nothing.
            if job.row.changeTime != 0, job.row.changeTime >= trial.newestChange { return true }
            return trial.changed.index(of: job.row.id).map { trial.changed[$0] == job } ?? false
        }
    }

    /// The jobs that may be missing without a second read, since jobs come and go while a listing is read.
    private static let toleratedDifference = 20

    /// Whether a full listing of several pages has clearly fewer jobs than the server tells.
    private func lacksRows(
        _ listing: JobListing,
        _ session: Session,
        _ context: CollectionContext
    ) throws(RequestError) -> Bool {
        guard listing.pages > 1 else { return false }
        var total = listing.total
        if total == nil, try session.supports(.rowCount) { total = try session.jobCount() }
        guard let total else { return false }
        let listed = listing.listedCount
        guard total - listed > max(Self.toleratedDifference, total / 1000) else { return false }
        context.logger.warn(
            "A full read brought fewer jobs than the server tells; all jobs are read again",
            ["read": "\(listed)", "told": "\(total)"]
        )
        return true
    }

    /// Whether the scheduler still holds jobs that a full listing lacks, because its pages shifted.
    ///
    /// A few of the missing jobs are asked for, those that age does not explain.
    private func hidesJobs(_ listing: JobListing, _ session: Session) throws(RequestError) -> Bool {
        for job in store.unexplainedAbsences(in: listing, limit: Self.absenceChecks) {
            if try session.holdsJob(job) { return true }
        }
        return false
    }
}
