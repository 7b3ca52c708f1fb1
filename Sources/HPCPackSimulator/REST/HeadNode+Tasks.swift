/// `GET /jobs/{jobId}/tasks`, `…/{taskId}` and `…/subtasks/{subtaskId}`.
extension HeadNode {
    mutating func listTasks(of job: Job, _ context: Context) throws(APIError) -> APIResponse {
        let selection = try selection(context, defaults: TaskProperty.listed)
        let filter = try taskFilter(of: job, context)
        let expands = try context.query.boolean("expandparametric") ?? true
        let values = values
        let jobTasks = cluster.tasks(of: job)
        let sweeps = cluster.sweeps(of: job)
        let descends = try descends(context)
        return try page(context) {
            Self.sorted(
                jobTasks.rows.filter { row in
                    sweeps.lists(row, expands: expands) && filter.matches(row)
                },
                by: context.query.text("sorttasksby"),
                descends: descends,
                number: { (property: TaskProperty, row) in values.number(property, of: row) },
                text: { values.append($0, of: $1, in: job, to: &$2) }
            ).map { $0.key }
        } append: { key, out in
            guard let row = jobTasks.row(key: key) else { return false }
            selection.append(to: &out) { values.append($0, of: row, in: job, to: &$1) }
            return true
        }
    }

    /// The conditions for tasks in a listing.
    private struct TaskFilter {
        var states: Set<TaskState>?
        var changedFrom: Int64?
        var ids: Set<UInt32>?
        var instances: Set<UInt32>?

        func matches(_ row: TaskRow) -> Bool {
            if let states, !states.contains(row.state) { return false }
            if let changedFrom, Int64(row.changeTime) < changedFrom { return false }
            if let ids, !ids.contains(row.id) { return false }
            if let instances, !instances.contains(row.instance) { return false }
            return true
        }
    }

    private func taskFilter(of job: Job, _ context: Context) throws(APIError) -> TaskFilter {
        let clauses = try FilterClauses(
            context.query.text("$filter"),
            allowed: ["taskstate", "changetimefrom", "taskstates", "taskids", "taskinstanceids"]
        )
        var filter = TaskFilter(changedFrom: try clauses.changeTimeFrom())
        if let state = try clauses.state("taskstate", TaskState.init(named:)) {
            filter.states = [state]
        }
        if let names = clauses.value("taskstates") {
            var states: Set<TaskState> = []
            for name in names.split(separator: ",") {
                guard let state = TaskState(named: Self.trimmed(name)) else {
                    throw .badRequest("The value '\(name)' is not valid for the filter TaskStates.")
                }
                states.insert(state)
            }
            filter.states = filter.states.map { $0.intersection(states) } ?? states
        }
        filter.ids = try numbers(clauses, "taskids", prefix: String(job.id))
        filter.instances = try numbers(clauses, "taskinstanceids", prefix: nil)
        return filter
    }

    /// Parses a comma-separated list of numbers; a task may also be given as `job.task`.
    private func numbers(
        _ clauses: FilterClauses,
        _ name: String,
        prefix: String?
    ) throws(APIError) -> Set<UInt32>? {
        guard let text = clauses.value(name) else { return nil }
        var numbers: Set<UInt32> = []
        for part in text.split(separator: ",") {
            let fields = Self.trimmed(part).split(separator: ".", omittingEmptySubsequences: false)
            let isFull = fields.count >= 2 && prefix != nil
            guard let number = UInt32(fields[isFull ? 1 : 0]), isFull || fields.count == 1 else {
                throw .badRequest("The value '\(part)' is not valid for the filter \(name).")
            }
            if !isFull || fields[0] == prefix ?? "" { numbers.insert(number) }
        }
        return numbers
    }

    private static func trimmed(_ text: Substring) -> String {
        text.split(separator: " ").joined(separator: " ")
    }

    func task(
        _ task: UInt32,
        instance: UInt32,
        of job: Job,
        _ context: Context
    ) throws(APIError) -> APIResponse {
        let selection = try selection(context, defaults: TaskProperty.allCases)
        let key = TaskRow.key(task, instance)
        guard let row = cluster.tasks(of: job).row(key: key) else {
            let name = instance > 0 ? "\(job.id).\(task).\(instance)" : "\(job.id).\(task)"
            throw .notFound("The task with ID \(name) does not exist.")
        }
        try requireExpanded(row, of: job)
        let values = values
        return selection.response { values.append($0, of: row, in: job, to: &$1) }
    }

    /// Checks that a row of a sweep can be named.
    ///
    /// - Throws: 404 for an instance of a sweep that has not been expanded.
    func requireExpanded(_ row: TaskRow, of job: Job) throws(APIError) {
        guard row.kind == .sweepInstance, !cluster.sweeps(of: job).contains(row.id) else { return }
        throw .notFound(
            "The task with ID \(job.id).\(row.id).\(row.instance) does not exist: "
                + "the specified subtask has not been expanded yet."
        )
    }

    func subtask(
        _ task: UInt32,
        instance: UInt32,
        of job: Job,
        _ context: Context
    ) throws(APIError) -> APIResponse {
        guard instance > 0 else {
            throw .notFound("The subtask with ID \(job.id).\(task).0 does not exist.")
        }
        return try self.task(task, instance: instance, of: job, context)
    }
}
