import HPCPackClient

/// What is held against an answer before it is believed.
extension JobReader {
    /// Rows stamped more than this before the time asked for are in no time zone's answer.
    private static let widestZone: UInt32 = 15 * 3600

    /// What is wrong with the answer to a question for changes.
    enum Doubt: Equatable {
        case ignoresFilter
        case leavesOut(Int64)
        case fewerColumns
    }

    func doubt(_ staged: borrowing StagedJobs, _ from: UInt32) -> Doubt? {
        // The newest job stands at or after the time asked for, so it must come again.
        if let job = ledger.watermark.newestJob, !staged.holds(job) { return .leavesOut(job) }
        if staged.rows > 0, !staged.columns.isSuperset(of: ledger.columns) { return .fewerColumns }
        // An answer by local time may hold some rows from before; one that holds most jobs is no answer.
        let (earliest, overflow) = staged.oldest.addingReportingOverflow(Self.widestZone)
        if staged.rowsBefore > 0,
            !overflow && earliest < from || staged.listed(atLeastHalfOf: ledger.table.count)
        {
            return .ignoresFilter
        }
        return nil
    }

    /// Rows that reads of changes should have brought and did not.
    func corrections(of staged: borrowing StagedJobs) -> Int {
        guard let from = ledger.watermark.from, staged.columns == ledger.columns else { return 0 }
        var count = 0
        for place in 0..<staged.changed.count {
            // What changed later is news; without a stamp nobody could have asked for it.
            if staged.changed[place].row.changeTime < from { count += 1 }
        }
        return count
    }

    /// Whether a read of changes brought all that a full read just after it shows.
    static func agree(_ trial: borrowing StagedJobs, _ full: borrowing StagedJobs) -> Bool {
        for place in 0..<full.changed.count {
            let entry = full.changed[place]
            // A job that changed between the two reads proves nothing.
            if entry.row.changeTime != 0, entry.row.changeTime >= trial.newest { continue }
            guard let found = trial.changed.find(entry.row.id), trial.changed[found] == entry else {
                return false
            }
        }
        return true
    }
}
