import HPCPackClient
import JSONRows

/// Stages a job listing beside the ledger: the rows that differ from it, and which jobs were listed.
///
/// The ledger is lent for the time of the listing and given back unchanged, so that there is only ever one.
final class JobStage: ListingStage {
    /// What is listed.
    enum Scope: Equatable {
        /// Every job that the scheduler holds.
        case all
        /// The jobs that changed at or after a time, in Unix seconds by the server's clock.
        case changes(from: UInt32)
    }

    let scope: Scope
    private let decoder: RowDecoder
    private let ceiling: UInt32
    private var ledger: JobLedger
    private var memo: GroupSetMemo
    private(set) var staged: StagedJobs

    /// Lends the ledger to a listing.
    ///
    /// - Parameters:
    ///   - scope: What is listed.
    ///   - context: Date pattern, groups and the memory of values that are not recognized.
    ///   - ledger: What is known so far.
    ///   - wallClock: The exporter's clock in Unix seconds.
    init(_ scope: Scope, _ context: RoundContext, ledger: consuming JobLedger, wallClock: UInt32) {
        self.scope = scope
        decoder = context.decoder()
        memo = GroupSetMemo(context.groups)
        ceiling = ledger.watermark.ceiling(wallClock)
        self.ledger = ledger
        staged = StagedJobs(ceiling: ceiling)
    }

    func begin() {
        staged = StagedJobs(ceiling: ceiling, places: scope == .all ? ledger.table.count : 0)
    }

    func stage(_ row: borrowing Row) -> Bool {
        staged.rows += 1
        guard let job = decoder.job(row) else {
            staged.rowsWithoutID += 1
            return false
        }
        staged.columns.formUnion(JobColumns(row))
        let groups = memo.set(naming: row.bytes(JobColumn.nodeGroups.rawValue))
        return staged.take(JobTable.Entry(row: job, groups: groups), ledger.table, scope)
    }

    /// Ends the loan: the ledger goes back, and what was staged goes with it.
    func giveBack() -> (ledger: JobLedger, staged: StagedJobs) {
        let result = (ledger, staged)
        ledger = JobLedger()
        staged = StagedJobs(ceiling: ceiling)
        return result
    }
}
