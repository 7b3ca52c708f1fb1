import HPCPackClient
import JSONRows

/// Stages a job listing: the rows that differ from the table, and which rows of it were seen.
final class JobStage: ListingStage {
    private let decoder: RowDecoder
    private let table: JobTable
    private var memo: GroupSetMemo
    private(set) var changed = JobTable()
    /// By place in the table: whether the listing held the job.
    private(set) var seen: [Bool] = []
    /// Rows that could not be told apart because they have no id.
    private(set) var rowsWithoutID = 0
    /// Whether any row carried `NodeGroups`; without it memberships are not known.
    private(set) var hasGroups = false
    private(set) var rows = 0

    init(_ context: RoundContext, table: JobTable) {
        decoder = context.decoder()
        self.table = table
        memo = GroupSetMemo(context.groups)
    }

    func begin() {
        changed = JobTable()
        seen = [Bool](repeating: false, count: table.count)
        rowsWithoutID = 0
        hasGroups = false
        rows = 0
    }

    func stage(_ row: borrowing Row) -> Bool {
        rows += 1
        guard let job = decoder.job(row) else {
            rowsWithoutID += 1
            return false
        }
        if row.isPresent(JobColumn.nodeGroups.rawValue) { hasGroups = true }
        let groups = memo.set(naming: row.bytes(JobColumn.nodeGroups.rawValue))
        let entry = JobTable.Entry(row: job, groups: groups)
        guard let place = table.find(job.id) else { return changed.put(entry) }
        let isNew = !seen[place]
        seen[place] = true
        // A row that is staged already must take the last values, even those of the table.
        if table[place] != entry || changed.find(job.id) != nil { changed.put(entry) }
        return isNew
    }
}
