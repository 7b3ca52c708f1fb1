import TestSupport

extension ModelHeadNode.State {
    /// What is listed.
    enum Subject {
        case nodes, jobs
        case tasks(ModelJob)

        var name: String {
            switch self {
            case .nodes: "nodes"
            case .jobs: "jobs"
            case .tasks: "tasks"
            }
        }
        var stateName: String {
            switch self {
            case .nodes: "NodeState"
            case .jobs: "JobState"
            case .tasks: "TaskState"
            }
        }
    }

    private static let known: [String: Set<String>] = [
        "nodes": [
            "id", "name", "state", "reachable", "nodegroups", "numcores", "numsockets",
            "memorysize", "availability", "location", "onlinetime", "cpuspeed", "guid",
        ],
        "jobs": [
            "id", "name", "owner", "state", "priority", "nodegroups", "createtime", "submittime",
            "starttime", "endtime", "changetime", "requeuecount", "project", "previousstate",
        ],
        "tasks": [
            "taskid", "name", "state", "parentjobid", "jobtaskid", "instanceid", "changetime",
            "exitcode", "commandline", "requeuecount",
        ],
    ]
    private static let standard: [String: Set<String>] = [
        "jobs": ["id", "owner", "name", "state", "priority"],
        "tasks": [
            "taskid", "name", "state", "commandline", "exitcode", "parentjobid", "jobtaskid",
            "instanceid",
        ],
    ]

    /// Answers with one page of a listing.
    mutating func list(
        _ request: ScriptedServer.Request,
        _ subject: Subject
    ) -> ScriptedServer.Reply {
        let behavior = cluster.behavior
        let startRow = request.parameter("startRow").flatMap { Int($0) }
        guard startRow == nil || behavior.servesStartRow,
            let filter = ModelFilter(request.parameter("$filter"), stateName: subject.stateName),
            let properties = properties(request.parameter("properties"), subject)
        else { return .response(400, body: #"{"Message":"not understood"}"#) }
        let habit: ServerBehavior.Filter =
            if case .tasks = subject { behavior.taskFilter } else { behavior.jobFilter }
        if filter.changedFrom != nil, case .refused(let status) = habit {
            return .response(status, body: #"{"Message":"no such filter"}"#)
        }
        let sort = request.query.first { $0.name.hasPrefix("sort") }?.value
        let question =
            request.path + "?"
            + request.query.filter { $0.name != "queryId" }.map { "\($0.name)=\($0.value)" }
            .sorted().joined(separator: "&")
        let now = cluster.ordered(rows(subject, filter, habit), sortedBy: sort)

        var listing: ModelListing
        if let token = request.parameter("queryId") {
            let isLost =
                behavior.losesTokens && losses[request.path, default: 0] < 2 && requests % 5 == 0
            guard let begun = listings.removeValue(forKey: token), begun.question == question,
                !isLost
            else {
                losses[request.path, default: 0] += 1
                return .response(behavior.lostTokenStatus, body: #"{"Message":"no such query"}"#)
            }
            listing = begun
        } else {
            listing = ModelListing(question, now, behavior.paging)
        }
        listing.offset = startRow ?? listing.offset
        let content = listing.content(now) { rows(subject, ModelFilter(), .honest) }
        let size = max(
            1,
            min(Int(request.parameter("rowsPerRead") ?? "10") ?? 10, behavior.serverRows)
        )
        let page = content.dropFirst(listing.offset).prefix(size)
        listing.offset += page.count
        cost.rows[subject.name, default: 0] += page.count
        if case .jobs = subject, properties.contains("state") { cost.jobProperties = properties }
        var headers: [(String, String)] = []
        if startRow != nil {
            headers = [("x-ms-row-count", "\(content.count)")]
        } else if listing.offset < content.count || behavior.endsWithEmptyPage && page.count == size
        {
            let token = "\(nextToken)_\(subject.name)"
            nextToken += 1
            listings[token] = listing
            if !behavior.dropsTokens { headers = [(behavior.tokenHeader, token)] }
        }
        return .json(
            RestObjects.json(page.map { shown($0, properties, subject) }),
            headers: headers
        )
    }

    /// The properties that a page holds, in lower case; `nil` where one of them is refused.
    private func properties(_ asked: String?, _ subject: Subject) -> Set<String>? {
        let known = Self.known[subject.name] ?? []
        guard let asked else { return Self.standard[subject.name] ?? known }
        let names = Set(asked.lowercased().split(separator: ",").map(String.init))
        guard names.isSubset(of: known), !names.contains(where: { habit($0, subject) == .refused })
        else { return nil }
        return names
    }

    private func habit(_ property: String, _ subject: Subject) -> ServerBehavior.Property {
        switch (subject, property) {
        case (.jobs, "changetime"): cluster.behavior.jobChangeTime
        case (.tasks, "changetime"): cluster.behavior.taskChangeTime
        case (.nodes, "nodegroups"): cluster.behavior.nodeGroups
        case (.jobs, _) where cluster.behavior.refusedJobProperties.contains(property): .refused
        default: .told
        }
    }

    private func rows(
        _ subject: Subject,
        _ filter: ModelFilter,
        _ habit: ServerBehavior.Filter
    ) -> [ModelRow] {
        switch subject {
        case .nodes:
            return cluster.nodes.filter {
                filter.state == nil || filter.state == $0.state.lowercased()
            }
            .map(cluster.row)
        case .jobs:
            return cluster.jobs.values.filter { job in
                filter.matches(
                    job.change,
                    habit,
                    kind: job.lastKind,
                    isLost: ModelCluster.isLost(job.id, job.changes)
                ) && (filter.state == nil || filter.state == job.state.lowercased())
                    && (filter.group.map { group in
                        job.groups.contains { $0.lowercased() == group }
                    } ?? true)
            }.map(cluster.row)
        case .tasks(let job):
            return job.shownTasks(mastersShow: cluster.behavior.mastersShow).filter { task in
                filter.matches(
                    task.change,
                    habit,
                    kind: .task,
                    isLost: ModelCluster.isLost(task.task << 8 | task.instance, task.change)
                ) && (filter.state == nil || filter.state == task.state.lowercased())
            }.map { cluster.row($0, of: job.id) }
        }
    }

    /// A row with the properties asked for, written and ordered by habit.
    private func shown(
        _ row: ModelRow,
        _ properties: Set<String>,
        _ subject: Subject
    ) -> [(String, String)] {
        let behavior = cluster.behavior
        var shown = row.properties.filter {
            properties.contains($0.0.lowercased())
                && habit($0.0.lowercased(), subject) == .told
        }
        if behavior.shufflesProperties {
            var random = SeededRandom(UInt64(row.id + requests))
            shown.shuffle(using: &random)
            shown.append(("Unasked", "\"{[,"))
        }
        switch behavior.nameCase {
        case 1: return shown.map { ($0.0.lowercased(), $0.1) }
        case 2: return shown.map { ($0.0.uppercased(), $0.1) }
        default: return shown
        }
    }
}
