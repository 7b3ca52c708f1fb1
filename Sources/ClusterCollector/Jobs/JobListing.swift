import HPCPackClient
import JSONRows

/// Which of the columns of the job table the rows of a listing carried.
///
/// A server may refuse a property list and answer a shorter one (docs/hpcpack-api.md#properties). A value that was
/// not asked for must not be taken for one that went away, or that is new.
struct JobColumns: OptionSet, Sendable, Equatable {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The columns of one row.
    init(_ row: borrowing Row) {
        var present: UInt8 = 0
        for column in 0...JobColumn.changeTime.rawValue where row.isPresent(column) {
            present |= 1 << UInt8(column)
        }
        rawValue = present
    }

    private init(_ column: JobColumn) { rawValue = 1 << UInt8(column.rawValue) }

    static let groups = JobColumns(.nodeGroups)
    static let submitTime = JobColumns(.submitTime)
    static let startTime = JobColumns(.startTime)
    static let endTime = JobColumns(.endTime)
    /// What the waits in the queue are made from.
    static let wait: JobColumns = [.submitTime, .startTime]
    /// What the run times are made from.
    static let run: JobColumns = [.startTime, .endTime]
    static let all = JobColumns(rawValue: .max)

    /// The times that a job in a state must have, so that a row without them tells that the server does not tell them.
    ///
    /// A server may leave out what was never set; a job may fail or be canceled before it starts.
    static func certain(in state: JobState) -> JobColumns {
        switch state {
        case .queued: .submitTime
        case .running, .finishing: [.submitTime, .startTime]
        case .finished: [.submitTime, .startTime, .endTime]
        case .failed: .endTime
        case .configuring, .submitted, .validating, .externalValidation, .canceled, .canceling,
            .unknown:
            []
        }
    }
}

/// What a listing of jobs asks for.
enum JobListingScope: Equatable, Sendable {
    /// Every job that the scheduler holds.
    case all
    /// The jobs that changed at or after a time, in Unix seconds by the server's clock.
    case changes(from: UInt32)
}

/// The rows of one job listing, compared with a job table while they arrive.
///
/// Only rows that differ from the table are kept, so that a full listing of a million jobs costs little memory. The
/// table does not change before the listing is complete.
final class JobListing: ListingStage {
    let scope: JobListingScope
    /// The jobs that are new or differ from the table, with their last values.
    private(set) var changed = JobTable()
    /// For each index of the table: whether a full listing held the job.
    private(set) var isListed: [Bool] = []
    /// The ids that a listing of changes held.
    private(set) var listedIDs: Set<Int64> = []
    /// The columns that any row carried.
    private(set) var columns: JobColumns = []
    /// The columns that a row lacked although a job in its state has a value there.
    private var lacking: JobColumns = []
    /// What the rows tell beyond the table.
    private(set) var detailRows: JobDetailRows
    /// The number of rows.
    private(set) var rows = 0
    /// Rows without a usable id, which cannot be told apart.
    private(set) var rowsWithoutID = 0
    /// Rows that changed before the time from which changes were asked for.
    private(set) var rowsBeforeStart = 0
    /// The oldest change time, in Unix seconds.
    private(set) var oldestChange = UInt32.max
    /// The newest change time, in Unix seconds.
    private(set) var newestChange: UInt32 = 0
    /// The pages.
    private(set) var pages = 0
    /// The jobs of the whole listing, where the server tells them.
    private(set) var total: Int?
    /// Called after each page.
    var onPage: (ListingPage) -> Void = { _ in }
    /// The duration of the listing in seconds, rounded up.
    var seconds: UInt32 = 0

    private let store: JobStore
    /// Where the next job is in the table if the listing is in its order.
    private var nextIndex = 0
    private let latestCredible: UInt32
    /// What the rows tell of the calendar of their dates; `nil` when it is known.
    let evidence: CalendarEvidence?
    private let decoder: RowDecoder
    private var groupSets: TextCache
    private var labelSets: JobLabelReader

    /// Creates an empty listing.
    ///
    /// - Parameters:
    ///   - scope: What is listed.
    ///   - store: The jobs known so far.
    ///   - context: The date pattern, the groups, and the log of unrecognized values.
    ///   - wallClock: The exporter's clock in Unix seconds.
    ///   - detailRows: Keeps what the rows tell beyond the table.
    init(
        _ scope: JobListingScope,
        comparedWith store: JobStore,
        _ context: CollectionContext,
        wallClock: UInt32,
        detailRows: JobDetailRows = JobDetailRows()
    ) {
        self.scope = scope
        self.detailRows = detailRows
        self.store = store
        evidence = context.format.calendarEvidence()
        decoder = context.decoder(evidence)
        groupSets = TextCache { [groups = context.groups] in groups.set(naming: $0) }
        labelSets = JobLabelReader(store)
        latestCredible = store.watermark.latestCredible(wallClock)
    }

    func begin() {
        evidence?.reset()
        changed = JobTable()
        detailRows.removeAll()
        isListed = [Bool](repeating: false, count: scope == .all ? store.table.count : 0)
        listedIDs = []
        columns = []
        lacking = []
        (pages, total) = (0, nil)
        nextIndex = 0
        (rows, rowsWithoutID, rowsBeforeStart) = (0, 0, 0)
        (oldestChange, newestChange) = (.max, 0)
    }

    func stage(_ row: borrowing Row) -> Bool {
        rows += 1
        guard let job = decoder.job(row) else {
            rowsWithoutID += 1
            return false
        }
        let present = JobColumns(row)
        columns.formUnion(present)
        lacking.formUnion(JobColumns.certain(in: job.state).subtracting(present))
        detailRows.add(row, job.id, job.state, decoder)
        let groups = groupSets[row.bytes(JobColumn.nodeGroups.rawValue)]
        let labels = labelSets.set(row, job: job.id)
        return add(JobTable.Entry(row: job, groups: groups, labels: labels))
    }

    func endPage(_ page: ListingPage) {
        pages += 1
        total = page.total ?? total
        onPage(page)
    }

    /// The jobs of a full listing, each once.
    var listedCount: Int {
        isListed.count { $0 } + changed.ids.count { store.table.index(of: $0) == nil }
    }

    /// Adds a row.
    ///
    /// - Returns: Whether the listing did not hold the job before.
    private func add(_ entry: JobTable.Entry) -> Bool {
        let id = entry.row.id
        let time = entry.row.changeTime
        if time != 0 {
            (oldestChange, newestChange) = (min(oldestChange, time), max(newestChange, time))
        }
        if case .changes(let start) = scope, time != 0, time < start { rowsBeforeStart += 1 }
        let index = store.table.index(of: id, guess: nextIndex)
        nextIndex = (index ?? nextIndex) + 1
        let isNew: Bool
        if scope != .all {
            isNew = listedIDs.insert(id).inserted
        } else if let index {
            isNew = !isListed[index]
            isListed[index] = true
        } else {
            isNew = changed.index(of: id) == nil
        }
        // The last of several rows counts, also when it equals the table and an earlier one did not.
        if let index, store.table[index] == entry, isNew || changed.index(of: id) == nil {
            return isNew
        }
        changed.insert(entry)
        return isNew
    }

    /// The columns that the server tells, as far as this listing shows.
    ///
    /// - Parameter before: Those that it was known to tell; they stay where no row shows otherwise.
    /// - Returns: Those of before without the ones that a row lacked, and all that a row carried.
    func columnsTold(before: JobColumns) -> JobColumns {
        before.subtracting(lacking).union(columns)
    }

    /// The change times of the jobs that are new or different.
    var changeTimes: ChangeTimes {
        var times = ChangeTimes(latestCredible: latestCredible)
        for entry in changed.entries { times.add(entry.row.changeTime, job: entry.row.id) }
        return times
    }

    /// Hands over the changed jobs, which are the whole table when the table was empty.
    func removeChanged() -> JobTable {
        let table = changed
        changed = JobTable()
        return table
    }
}
