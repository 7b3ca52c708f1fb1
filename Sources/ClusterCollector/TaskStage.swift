import HPCPackClient
import JSONRows

/// Stages the tasks of one job: the state of each, by id.
final class TaskStage: ListingStage {
    private let decoder: RowDecoder
    private var tasks: [UInt64: TaskState] = [:]
    private(set) var rowsWithoutID = 0

    init(_ context: RoundContext) { decoder = context.decoder() }

    func begin() {
        tasks = [:]
        rowsWithoutID = 0
    }

    func stage(_ row: borrowing Row) -> Bool {
        guard let task = decoder.task(row) else {
            rowsWithoutID += 1
            return false
        }
        let key = UInt64(task.task) << 32 | UInt64(task.instance)
        return tasks.updateValue(task.state, forKey: key) == nil
    }

    /// How many tasks are in each state.
    var counts: StateCounts<TaskState> {
        var counts = StateCounts<TaskState>()
        for state in tasks.values { counts[state] += 1 }
        return counts
    }
}
