import HPCPackClient
import JSONRows
import Logging

/// What the listings of a round ask of jobs beyond what counting needs.
struct JobQueries: Sendable {
    /// The texts by which jobs are counted.
    var labels: [JobLabel] = []
    /// Whether details of active jobs are of use.
    var details = false
    /// The capabilities of the server that are of use.
    var capabilities: [Capability] = []
    /// Whether the tasks of jobs that have ended count too.
    var countsEndedTasks = false
    /// Whether the rows of jobs can tell the numbers of tasks.
    var canCountTasks = false
    /// Whether jobs can be listed by state; otherwise full reads ask for everything.
    var listsByState = true

    /// What a listing of the job list asks for.
    ///
    /// A full read leaves out what matters for active jobs only, since most jobs have ended; the listings by state that
    /// follow bring it.
    func rows(of scope: JobListingScope) -> JobDetailRows {
        var properties = JobProperties()
        properties.labels = labels
        if scope != .all || !listsByState {
            properties.details = details
            properties.capabilities = capabilities
        } else if countsEndedTasks, capabilities.contains(.jobTaskCounts) {
            properties.capabilities = [.jobTaskCounts]
        }
        return JobDetailRows(properties, countsEndedTasks: countsEndedTasks)
    }

    /// What a listing of the jobs in a state asks for.
    ///
    /// - Parameters:
    ///   - state: A state of jobs that have not ended.
    ///   - count: The number of jobs that are known to be in it.
    ///   - isComplete: Whether everything is asked for, also what reads of changes bring.
    /// - Returns: The properties; `nil` when there is nothing to ask.
    func properties(of state: JobState, count: Int, isComplete: Bool) -> JobProperties? {
        guard count > 0 else { return nil }
        var properties = JobProperties()
        var wanted: Set<Capability> = []
        if isComplete || state.movesTasks { wanted.insert(.jobTaskCounts) }
        if state.holdsResources { wanted.insert(.jobAllocation) }
        if state == .queued {
            properties.details = details && isComplete
            // A reason may change without a change of the row.
            if isComplete || count <= Self.longestQueue { wanted.insert(.jobPendingReason) }
        }
        properties.capabilities = capabilities.filter(wanted.contains)
        return properties.details || !properties.capabilities.isEmpty ? properties : nil
    }

    /// The most queued jobs whose reasons are read in every round.
    private static let longestQueue = 2000
}

extension JobState {
    /// Whether tasks change without a change of their job's row (docs/architecture.md#collection).
    var movesTasks: Bool {
        switch self {
        case .submitted, .validating, .externalValidation, .running, .finishing, .canceling: true
        case .configuring, .queued, .finished, .failed, .canceled, .unknown: false
        }
    }
}

/// Reads what is known of active jobs beyond the job table, by a listing for each state that needs one.
struct JobDetailReader {
    let session: Session
    let context: CollectionContext

    /// Reads the details.
    ///
    /// - Parameters:
    ///   - store: The jobs; they get the details.
    ///   - queries: What is asked for.
    ///   - isComplete: Whether everything is asked for, also what reads of changes bring.
    /// - Returns: The numbers of tasks; `nil` when the server does not list jobs by state.
    /// - Throws: The failure of a listing; the details of the listings before it are kept.
    func read(
        into store: JobStore,
        _ queries: JobQueries,
        isComplete: Bool
    ) throws(RequestError) -> TaskCountRows? {
        var taskCounts = TaskCountRows()
        for state in JobState.known where !state.isTerminal {
            let count = store.counts.total[state]
            guard
                let properties = queries.properties(
                    of: state,
                    count: count,
                    isComplete: isComplete
                )
            else { continue }
            let rows = JobDetailRows(properties, countsEndedTasks: queries.countsEndedTasks)
            let listing = JobDetailListing(rows, context, of: state)
            do {
                try session.jobs(in: state, asking: properties, into: listing)
            } catch  where error.mayBeRefusedFilter {
                context.logger.warn(
                    "The server does not list jobs by state; full reads ask for everything",
                    ["error": error.description]
                )
                return nil
            }
            guard listing.followsFilter else {
                context.logger.warn(
                    "The server lists all jobs when asked for those in a state; full reads ask for everything"
                )
                return nil
            }
            store.apply(listing.rows)
            taskCounts.append(listing.rows.taskCounts)
        }
        return taskCounts
    }
}

/// The rows of a listing of the jobs in one state.
private final class JobDetailListing: ListingStage {
    private(set) var rows: JobDetailRows
    private let state: JobState
    private let decoder: RowDecoder
    private var ids: Set<Int64> = []
    private var others = 0

    init(_ rows: JobDetailRows, _ context: CollectionContext, of state: JobState) {
        self.rows = rows
        self.state = state
        decoder = context.decoder()
    }

    /// Whether the rows are those that were asked for; some may have changed their state while they were listed.
    var followsFilter: Bool { others <= max(20, ids.count / 2) }

    func begin() {
        rows.removeAll()
        ids = []
        others = 0
    }

    func stage(_ row: borrowing Row) -> Bool {
        guard let job = decoder.jobState(row) else { return false }
        if job.state != state { others += 1 }
        rows.add(row, job.id, job.state, decoder)
        return ids.insert(job.id).inserted
    }
}
