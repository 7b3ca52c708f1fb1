import HPCPackClient
import JSONRows

/// Stages the tasks of one job for `--check`.
final class CheckTasks: ListingStage {
    private let unread = CheckUnread()
    private lazy var decoder = unread.decoder(nil)
    private let onRow: (Int) -> Void
    private var ids: Set<UInt64> = []

    init(onRow: @escaping (Int) -> Void) { self.onRow = onRow }

    /// Distinct tasks.
    var count: Int { ids.count }

    func begin() { ids = [] }

    func stage(_ row: borrowing Row) -> Bool {
        guard let task = decoder.task(row) else { return false }
        let id = task.key
        guard ids.insert(id).inserted else { return false }
        onRow(ids.count)
        return true
    }
}
