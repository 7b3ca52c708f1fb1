import HPCPackClient

/// What one listing of jobs brought, told against a table.
struct StagedJobs: Sendable {
    /// The jobs that are new or differ from the table, with their last values.
    private(set) var changed = JobTable()
    /// By place in the table: whether a full listing held the job.
    private(set) var listed: [Bool] = []
    /// The jobs that a listing of changes held.
    private(set) var listedIDs: Set<Int64> = []
    /// The columns that any row carried.
    var columns: JobColumns = []
    var rows = 0
    /// Rows that could not be told apart because they have no id.
    var rowsWithoutID = 0
    /// Rows stamped before the time from which changes were asked for.
    private(set) var rowsBefore = 0
    /// The oldest and the newest stamp of the listing, in Unix seconds.
    private(set) var oldest = UInt32.max
    private(set) var newest: UInt32 = 0
    private let ceiling: UInt32

    /// Makes an empty staging area.
    ///
    /// - Parameters:
    ///   - ceiling: Stamps after this moment are outliers unless most are.
    ///   - places: The jobs in the table of which the listing must tell whether it holds them.
    init(ceiling: UInt32, places: Int = 0) {
        self.ceiling = ceiling
        listed = [Bool](repeating: false, count: places)
    }

    /// Takes in a row.
    ///
    /// - Returns: Whether the listing did not hold the job before.
    mutating func take(
        _ entry: JobTable.Entry,
        _ table: borrowing JobTable,
        _ scope: JobStage.Scope
    )
        -> Bool
    {
        let id = entry.row.id
        let time = entry.row.changeTime
        if time != 0 { (oldest, newest) = (min(oldest, time), max(newest, time)) }
        if case .changes(let from) = scope, time != 0, time < from { rowsBefore += 1 }
        let place = table.find(id)
        let isNew: Bool
        if scope != .all {
            isNew = listedIDs.insert(id).inserted
        } else if let place {
            isNew = !listed[place]
            listed[place] = true
        } else {
            isNew = changed.find(id) == nil
        }
        // A row that is staged already must take the last values, even those of the table.
        if let place, table[place] == entry, isNew || changed.find(id) == nil { return isNew }
        changed.put(entry)
        return isNew
    }

    /// The stamps of the jobs that are new or different.
    var stamps: StampTally {
        var tally = StampTally(ceiling: ceiling)
        for place in 0..<changed.count {
            let row = changed[place].row
            tally.add(row.changeTime, job: row.id)
        }
        return tally
    }

    /// Whether the listing held a job.
    func holds(_ id: Int64) -> Bool { listedIDs.contains(id) }

    /// Whether a listing of changes held half of so many jobs, or more.
    func listed(atLeastHalfOf jobs: Int) -> Bool { listedIDs.count * 2 >= jobs }

    /// Ends the staging of a table that was empty: the staged jobs are the table.
    mutating func takeTable() -> JobTable {
        let table = changed
        changed = JobTable()
        return table
    }
}
