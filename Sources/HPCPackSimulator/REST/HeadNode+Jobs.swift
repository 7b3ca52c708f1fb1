/// `GET /jobs` and `/jobs/{jobId}`.
extension HeadNode {
    mutating func listJobs(_ context: Context) throws(APIError) -> APIResponse {
        let selection = try selection(context, defaults: JobProperty.listed)
        let filter = try jobFilter(context)
        let values = values
        let descends = try descends(context)
        let sorting = context.query.text("sortjobsby").flatMap(JobProperty.named) ?? .id
        let countsTasks = selection.properties.contains { $0.countsTasks != nil }
        return try page(context) {
            let cluster = values.cluster
            guard sorting != .id else {
                var keys: [UInt64] = []
                for job in cluster.jobs where filter.matches(job, cluster) {
                    keys.append(UInt64(job.id))
                }
                return descends ? keys.reversed() : keys
            }
            return Self.sorted(
                cluster.jobs.filter { filter.matches($0, cluster) },
                by: sorting.rawValue,
                descends: descends,
                number: { (property: JobProperty, job) in values.number(property, of: job) },
                text: { values.append($0, of: $1, to: &$2) }
            ).map { UInt64($0.id) }
        } append: { key, out in
            guard let job = values.cluster.job(UInt32(truncatingIfNeeded: key)) else {
                return false
            }
            let tasks = countsTasks ? values.cluster.tasksByState(of: job) : nil
            selection.append(to: &out) { values.append($0, of: job, tasks: tasks, to: &$1) }
            return true
        }
    }

    /// The conditions for jobs in a listing.
    private struct JobFilter {
        var state: JobState?
        var owner: String?
        var changedFrom: Int64?
        /// For each `NodeGroups` text, whether it names the wanted group; `nil` for no filter.
        var groupLists: [Bool]?

        func matches(_ job: Job, _ cluster: Cluster) -> Bool {
            if let state, job.state != state { return false }
            if let changedFrom, Int64(job.changeTime) < changedFrom { return false }
            if let groupLists, !groupLists[Int(job.groups)] { return false }
            if let owner, cluster.owner(of: job).lowercased() != owner { return false }
            return true
        }
    }

    private func jobFilter(_ context: Context) throws(APIError) -> JobFilter {
        let clauses = try FilterClauses(
            context.query.text("$filter"),
            allowed: ["jobstate", "nodegroup", "changetimefrom"]
        )
        let group = clauses.value("nodegroup")?.lowercased()
        return JobFilter(
            state: try clauses.state("jobstate", JobState.init(named:)),
            owner: context.query.text("owner")?.lowercased(),
            changedFrom: try clauses.changeTimeFrom(),
            groupLists: group.map { wanted in
                cluster.groupLists.names.map { names in
                    names.contains { $0.lowercased() == wanted }
                }
            }
        )
    }

    func job(_ id: UInt32, _ context: Context) throws(APIError) -> APIResponse {
        let job = try knownJob(id)
        let selection = try selection(context, defaults: JobProperty.documented)
        let values = values
        let countsTasks = selection.properties.contains { $0.countsTasks != nil }
        let tasks = countsTasks ? cluster.tasksByState(of: job) : nil
        return selection.response { values.append($0, of: job, tasks: tasks, to: &$1) }
    }
}
