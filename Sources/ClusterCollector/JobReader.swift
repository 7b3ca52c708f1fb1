import Basics
import HPCPackClient
import Logging

/// Reads the job list into a ledger: in full when that is due or needed, else what changed (DESIGN: Flow).
struct JobReader: Sendable {
    /// Missing jobs that are asked for one by one after a full read.
    private static let absencesAsked = 3
    /// Full reads that are repeated at once because their pages shifted.
    private static let mostShifts = 3

    private(set) var ledger = JobLedger()
    private(set) var trust: IncrementalTrust
    /// Full reads so far.
    private(set) var fullReads = 0
    /// Rows that full reads found different from what reads of changes had left.
    private(set) var corrections = 0
    /// Asks for a full read in the next round.
    var wantsFullRead = false
    private var lastFullRead: ContinuousClock.Instant?
    /// Full reads in a row whose pages shifted.
    private var shifts = 0
    private let fullInterval: Duration

    /// What a read came to.
    struct Outcome: Sendable {
        var changes: JobLedger.Changes
        /// Whether the server's clock has gone back, so that no older stamp is a mark.
        var clockWentBack = false
    }

    init(fullInterval: Duration) {
        self.fullInterval = fullInterval
        trust = IncrementalTrust(fullInterval: fullInterval)
    }

    /// Reads what is needed at this moment.
    ///
    /// - Throws: The failure of the listing; nothing is changed then.
    mutating func read(
        _ session: Session,
        _ context: RoundContext,
        at now: ContinuousClock.Instant
    ) throws(RequestError) -> Outcome {
        let isDue = lastFullRead.map { now - $0 >= fullInterval } ?? true
        guard !isDue, !wantsFullRead, let from = ledger.watermark.from else {
            return try readAll(session, context, now)
        }
        switch trust.plan(at: now) {
        case .full: return try readAll(session, context, now)
        case .changes: return try readChanges(from, session, context, now)
        case .trial: return try readTrial(from, session, context, now)
        }
    }

    private mutating func readChanges(
        _ from: UInt32,
        _ session: Session,
        _ context: RoundContext,
        _ now: ContinuousClock.Instant
    ) throws(RequestError) -> Outcome {
        let listing: Listing
        do {
            listing = try list(.changes(from: from), session, context)
        } catch  where error.mayBeRefusedFilter {
            if trust.noteStrike(at: now) {
                context.logger.warn(
                    "The server refuses to list changed jobs only; all jobs are read in every round",
                    ["error": error.description]
                )
            }
            return try readAll(session, context, now)
        }
        switch doubt(listing.staged, from) {
        case nil: trust.noteAnswer()
        case .ignoresFilter:
            trust.suspend(at: now)
            context.logger.warn(
                "The server lists all jobs when asked for changed ones; all jobs are read in every round"
            )
            return try readAll(session, context, now)
        case .leavesOut(let job):
            let outcome = try readAll(session, context, now)
            // Purged jobs do not come again, and a page that shifts may hide one once.
            if let entry = ledger.holds(job), entry.row.changeTime >= from,
                trust.noteStrike(at: now)
            {
                Self.tellDistrust("a job that changed was left out", context)
            }
            return outcome
        case .fewerColumns: return try readAll(session, context, now)
        }
        let stamps = listing.staged.stamps
        let changes = ledger.takeChanges(listing.staged)
        ledger.watermark.advance(stamps, isFull: false, seconds: listing.seconds)
        return Outcome(changes: changes)
    }

    private mutating func readAll(
        _ session: Session,
        _ context: RoundContext,
        _ now: ContinuousClock.Instant
    ) throws(RequestError) -> Outcome {
        let listing = try list(.all, session, context)
        let isCheck = trust.isTrusted && ledger.isComplete && listing.staged.rows > 0
        let wrong = isCheck ? corrections(of: listing.staged) : 0
        let wasWanted = wantsFullRead
        let hasShifted = try hidesJobs(listing.staged, session)
        let outcome = takeAll(listing, keepsMissing: hasShifted, at: now)
        shifts = hasShifted ? shifts + 1 : 0
        wantsFullRead = hasShifted && shifts <= Self.mostShifts
        if wrong > 0 {
            corrections += wrong
            if outcome.clockWentBack, wasWanted || outcome.changes.stampsFell {
                context.logger.warn(
                    "The clock of the head node has gone back; all jobs were read again",
                    ["rows": "\(wrong)"]
                )
            } else {
                if trust.suspend(at: now) {
                    Self.tellDistrust("\(wrong) rows were left wrong", context)
                }
            }
        }
        return outcome
    }

    /// Reads changes for comparison, and everything for the numbers.
    private mutating func readTrial(
        _ from: UInt32,
        _ session: Session,
        _ context: RoundContext,
        _ now: ContinuousClock.Instant
    ) throws(RequestError) -> Outcome {
        var trial: StagedJobs?
        do {
            trial = try list(.changes(from: from), session, context).staged
        } catch  where error.mayBeRefusedFilter {
            trial = nil
        }
        let listing = try list(.all, session, context)
        let passed = trial.map { doubt($0, from) == nil && Self.agree($0, listing.staged) } ?? false
        if trust.noteTrial(passed: passed, at: now) {
            context.logger.info("Reads of changed jobs prove right again and are relied on")
        }
        let hasShifted = try hidesJobs(listing.staged, session)
        return takeAll(listing, keepsMissing: hasShifted, at: now)
    }

    /// Whether the scheduler still holds jobs that a full listing did not bring, because its pages shifted.
    ///
    /// The scheduler purges by age. A few of the missing jobs that age does not explain are asked for.
    private func hidesJobs(_ staged: borrowing StagedJobs, _ session: Session) throws(RequestError)
        -> Bool
    {
        for job in ledger.unexplainedAbsences(staged, most: Self.absencesAsked) {
            if try session.holdsJob(job) { return true }
        }
        return false
    }

    private mutating func takeAll(
        _ listing: Listing,
        keepsMissing: Bool,
        at now: ContinuousClock.Instant
    ) -> Outcome {
        let stamps = listing.staged.stamps
        let changes = ledger.takeAll(listing.staged, keepsMissing: keepsMissing)
        let wentBack = ledger.watermark.advance(stamps, isFull: true, seconds: listing.seconds)
        if let job = ledger.watermark.newestJob, let from = ledger.watermark.from,
            (ledger.holds(job)?.row.changeTime ?? 0) < from
        {
            ledger.watermark.forgetJob()
        }
        if wentBack { ledger.setBack(to: ledger.watermark.newest) }
        lastFullRead = now
        wantsFullRead = false
        fullReads += 1
        return Outcome(changes: changes, clockWentBack: wentBack)
    }

    private static func tellDistrust(_ finding: String, _ context: RoundContext) {
        context.logger.warn(
            "Reading changed jobs only proved wrong; all jobs are read in every round for now",
            ["finding": finding]
        )
    }

    private struct Listing {
        var staged: StagedJobs
        /// How long the listing took, rounded up.
        var seconds: UInt32
    }

    private mutating func list(
        _ scope: JobStage.Scope,
        _ session: Session,
        _ context: RoundContext
    ) throws(RequestError) -> Listing {
        let start = ContinuousClock.now
        let stage = JobStage(
            scope,
            context,
            ledger: exchange(&ledger, with: JobLedger()),
            wallClock: WallClock.seconds
        )
        do {
            if case .changes(let from) = scope {
                try session.jobs(changedFrom: from, into: stage)
            } else {
                try session.jobs(into: stage)
            }
        } catch {
            ledger = stage.giveBack().ledger
            throw error
        }
        let staged: StagedJobs
        (ledger, staged) = stage.giveBack()
        guard staged.rowsWithoutID == 0 else {
            throw RequestError(
                .malformed,
                .jobs,
                "GET /jobs: \(staged.rowsWithoutID) rows have no usable Id, so jobs cannot be counted"
            )
        }
        let seconds = (ContinuousClock.now - start).components.seconds + 1
        return Listing(staged: staged, seconds: UInt32(clamping: seconds))
    }
}
