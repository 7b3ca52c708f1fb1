import TestSupport

/// One row of a listing, with what orders and finds it.
struct ModelRow: Sendable {
    var id: Int
    var change: Int
    var properties: [(String, String)]
}

/// A listing that has begun: what its token stands for.
struct ModelListing: Sendable {
    /// The path and all parameters but the token; the next page must be asked for with the same.
    let question: String
    /// The rows of the first page's moment, where the paging is a snapshot.
    let rows: [ModelRow]?
    /// The ids of the first page's moment, where the order is kept.
    let ids: [Int]?
    /// Where the next page begins.
    var offset = 0

    init(_ question: String, _ now: [ModelRow], _ paging: ServerBehavior.Paging) {
        self.question = question
        rows = paging == .snapshot ? now : nil
        ids = paging == .frozenOrder ? now.map(\.id) : nil
    }

    /// Everything that the listing holds, as of now.
    ///
    /// - Parameters:
    ///   - now: The rows that the question matches now.
    ///   - all: Every row that there is now.
    /// - Returns: The rows, of which a page is a part.
    func content(_ now: [ModelRow], all: () -> [ModelRow]) -> [ModelRow] {
        if let rows { return rows }
        guard let ids else { return now }
        let byID = Dictionary(uniqueKeysWithValues: all().map { ($0.id, $0) })
        return ids.compactMap { byID[$0] }
    }
}

extension ModelCluster {
    /// The rows of a listing by the habit's order, or sorted as asked.
    func ordered(_ rows: [ModelRow], sortedBy name: String?) -> [ModelRow] {
        func rank(_ row: ModelRow) -> UInt64 {
            var random = SeededRandom(UInt64(truncatingIfNeeded: row.id) ^ 0xABCD)
            return random.next()
        }
        var order = behavior.order
        if behavior.sorts, let name {
            order = name.lowercased() == "changetime" ? .change : .id
        }
        switch order {
        case .id: return rows.sorted { $0.id < $1.id }
        case .idDescending: return rows.sorted { $0.id > $1.id }
        case .change: return rows.sorted { ($0.change, $0.id) < ($1.change, $1.id) }
        case .changeDescending: return rows.sorted { ($0.change, $0.id) > ($1.change, $1.id) }
        case .shuffled: return rows.sorted { rank($0) < rank($1) }
        }
    }

    /// A time as the server writes it.
    func text(_ time: Int) -> String {
        if time != 0 { return behavior.culture.text(time) }
        return behavior.unsetIsYearOne ? behavior.culture.text(ServerCulture.yearOne) : ""
    }

    func row(_ job: ModelJob) -> ModelRow {
        ModelRow(
            id: job.id,
            change: job.change,
            properties: [
                ("Id", "\(job.id)"), ("Name", "Job \"\(job.id)\""), ("Owner", "HPC\\user"),
                ("State", job.state), ("Priority", "Normal"),
                ("NodeGroups", job.groups.joined(separator: ",")),
                ("CreateTime", text(job.created)),
                ("SubmitTime", text(job.submit)), ("StartTime", text(job.start)),
                ("EndTime", text(job.end)), ("ChangeTime", text(job.change)),
                ("RequeueCount", "\(job.requeues)"),
            ]
        )
    }

    func row(_ task: ModelTask, of job: Int) -> ModelRow {
        let suffix = task.instance == 0 ? "" : ".\(task.instance)"
        return ModelRow(
            id: task.task << 20 | task.instance,
            change: task.change,
            properties: [
                ("TaskId", "\(job).\(task.task)\(suffix)"), ("Name", "T\(task.task)"),
                ("State", task.state), ("ParentJobId", "\(job)"), ("JobTaskId", "\(task.task)"),
                ("InstanceId", "\(task.instance)"), ("ChangeTime", text(task.change)),
            ]
        )
    }

    func row(_ node: ModelNode) -> ModelRow {
        ModelRow(
            id: node.id,
            change: 0,
            properties: [
                ("Id", "\(node.id)"), ("Name", node.name), ("State", node.state),
                ("Reachable", node.isReachable ? "True" : "False"), ("NumCores", "\(node.cores)"),
                ("NumSockets", node.sockets.map(String.init) ?? ""),
                ("MemorySize", node.memory.map(String.init) ?? ""),
                ("Availability", node.availability), ("Location", node.location),
                ("OnlineTime", text(node.online)),
                ("NodeGroups", node.groups.joined(separator: ",")),
            ]
        )
    }
}
