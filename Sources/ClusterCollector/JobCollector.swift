import Basics
import HPCPackClient

/// Keeps the jobs that the scheduler holds, read from the job list.
final class JobCollector: Sendable {
    /// What a read of the job list came to.
    struct Reading: Sendable {
        var counts: JobCounts
        /// What the tasks' side has to follow.
        var changes: JobLedger.Changes
        /// The jobs that have not ended.
        var active: [JobReference]
        /// The jobs that have ended; only when everything was read for the first time and it is asked for.
        var ended: [JobReference]
        /// The newest stamp that the server is known to have reached, in Unix seconds; `nil` when stamps
        /// cannot be relied on.
        var mark: UInt32?
        /// Whether marks from before hold no more.
        var voidsMarks: Bool
        /// Full reads of the job list so far.
        var fullReads: Int
        /// Rows that full reads found different from what reads of changes had left.
        var corrections: Int
    }

    private let reader: Mutex<JobReader>
    private let listsEnded: Bool

    init(_ configuration: CollectorConfiguration) {
        reader = Mutex(JobReader(fullInterval: configuration.fullInterval))
        listsEnded = configuration.tasks && configuration.taskJobs == .all
        fullInterval = configuration.fullInterval
    }

    private let fullInterval: Duration
    private let wantsFullRead = Mutex(false)

    /// Lets the next round read all jobs.
    func requestFullRead() { wantsFullRead.withLock { $0 = true } }

    /// Reads what is needed and commits it when it came whole; only one round at a time may ask.
    ///
    /// - Throws: The failure of the listing; nothing is changed then.
    func collect(_ session: Session, _ context: RoundContext) throws(RequestError) -> Reading {
        // The round takes the reader out and puts it back, so that the table is never copied.
        var reader = reader.withLock { exchange(&$0, with: JobReader(fullInterval: fullInterval)) }
        defer { self.reader.withLock { $0 = reader } }
        let isWanted = wantsFullRead.withLock { exchange(&$0, with: false) }
        if isWanted { reader.wantsFullRead = true }
        let outcome = try reader.read(session, context, at: .now)
        return reading(reader, outcome)
    }

    private func reading(_ reader: borrowing JobReader, _ outcome: JobReader.Outcome) -> Reading {
        var active: [JobReference] = []
        reader.ledger.forEachActive { active.append(JobReference($0)) }
        var ended: [JobReference] = []
        if listsEnded, outcome.changes.isEverything {
            reader.ledger.forEach { entry in
                if entry.row.state.isTerminal { ended.append(JobReference(entry)) }
            }
        }
        let newest = reader.ledger.watermark.newest
        return Reading(
            counts: JobCounts(reader.ledger),
            changes: outcome.changes,
            active: active,
            ended: ended,
            mark: reader.trust.isTrusted && newest != 0 ? newest : nil,
            voidsMarks: outcome.clockWentBack,
            fullReads: reader.fullReads,
            corrections: reader.corrections
        )
    }
}
