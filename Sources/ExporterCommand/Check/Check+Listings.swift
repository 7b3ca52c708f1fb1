import ClusterCollector
import HPCPackClient

/// Nodes, groups, jobs, tasks and templates, and what the account may read of them.
extension Check {
    /// Reads every listing that the exporter reads.
    func listings() throws(Stop) {
        var pattern = try step("dates") { () throws(RequestError) in try session.dateTimeFormat() }?
            .value
        let nodes = try nodes()
        let jobs = try jobs(&pattern)
        // The nodes of HPC Pack 2019 come without pages.
        try paging(nodes: nodes?.content == .nodes ? nodes?.count ?? 0 : 0, jobs: jobs?.count ?? 0)
        if let pattern { dates(pattern, jobs) }
        if let jobs {
            try filter(pattern, jobs)
            try tasks(jobs)
        }
        let templates = try step("templates") { () throws(RequestError) in
            try session.jobTemplates()
        }
        if let templates {
            let count = CheckReport.count(templates.value.count, "job template")
            report.ok("templates", "\(count), \(templates.time)")
        }
    }

    /// Reports what the account may not read.
    func role() {
        guard refused.isEmpty else {
            return report.fail(
                "role",
                "the account may not read: \(refused.joined(separator: ", "))",
                "Give it a role that may view the cluster and all jobs (HPC Job Operators)."
            )
        }
        report.ok("role", "the account may read all that was asked for")
    }

    private func nodes() throws(Stop) -> CheckStage? {
        guard configuration.collector.nodes else {
            report.skip("nodes", "turned off by --no-collector.nodes")
            try groups(nil)
            return nil
        }
        var stage = stage("nodes", .nodes)
        let outcome = try step("nodes") { () throws(RequestError) in
            try session.inNodeDialect { (dialect) throws(RequestError) in
                switch dialect {
                case .hpcPack2016: try session.nodes(into: stage)
                case .hpcPack2019:
                    stage = self.stage("nodes", .clusterNodes)
                    try session.clusterNodes(into: stage)
                }
                return dialect
            }
        }
        guard let outcome else {
            try groups(nil)
            return nil
        }
        let how =
            switch outcome.value {
            case .hpcPack2016:
                "\(stage.unreachable) unreachable, \(CheckReport.count(stage.pages, "page"))"
            case .hpcPack2019:
                "as HPC Pack 2019 tells them\(Self.list(stage.health, NodeHealth.self))"
            }
        let finding =
            "\(CheckReport.count(stage.count, "node"))\(Self.list(stage.states, NodeState.self)), \(how), "
            + outcome.time
        if stage.count > 0 {
            report.ok("nodes", finding)
        } else {
            report.warn(
                "nodes",
                finding,
                "A cluster has nodes: check that the account may see them and that this is the right cluster."
            )
        }
        try groups(stage)
        return stage
    }

    private func groups(_ nodes: CheckStage?) throws(Stop) {
        let groups = try step("groups") { () throws(RequestError) in
            try session.inNodeDialect { (dialect) throws(RequestError) in
                (names: try session.nodeGroups(dialect), dialect: dialect)
            }
        }
        guard let groups else { return }
        let count = CheckReport.count(groups.value.names.count, "node group")
        guard let nodes, !nodes.hasGroups, nodes.count > 0 else {
            let source = nodes?.hasGroups == true ? ", told by the nodes themselves" : ""
            return report.ok("groups", "\(count)\(source), \(groups.time)")
        }
        let members = try step("groups") { () throws(RequestError) -> Int in
            var members = 0
            for group in groups.value.names {
                members += try session.nodeGroupMembers(group, groups.value.dialect).count
            }
            return members
        }
        if let members {
            report.ok(
                "groups",
                "\(count) with \(members.value) memberships, one request for each group, \(members.time)"
            )
        }
    }

    /// Reads the jobs, and learns the calendar of the server's dates from them.
    private func jobs(_ pattern: inout DateTimePattern?) throws(Stop) -> CheckStage? {
        guard configuration.collector.jobs || configuration.collector.tasks else {
            report.skip("jobs", "turned off by --no-collector.jobs")
            return nil
        }
        var stage = stage("jobs", .jobs, pattern, learningCalendarAt: client.serverTime)
        func list() throws(Stop) -> Outcome<Void>? {
            try step("jobs") { () throws(RequestError) in try session.jobs(into: stage) }
        }
        guard var outcome = try list() else { return nil }
        if let calendar = stage.otherCalendar() {
            pattern = pattern?.written(in: calendar)
            stage = self.stage("jobs", .jobs, pattern)
            guard let again = try list() else { return nil }
            outcome = again
        }
        let pages = CheckReport.count(stage.pages, "page")
        let finding =
            "\(CheckReport.count(stage.count, "row")) in \(pages)"
            + "\(Self.list(stage.states, JobState.self)), \(outcome.time)"
        if stage.count == 0 {
            report.warn(
                "jobs",
                finding,
                "If the scheduler does hold jobs, the account sees its own only: give it a role that may view all."
            )
        } else if let state = stage.unknownJobState {
            report.warn(
                "jobs",
                "\(finding); a state that is not documented: \"\(state)\"",
                "Such jobs are counted as Unknown; please tell the makers of the exporter."
            )
        } else if !stage.hasGroups {
            report.warn(
                "jobs",
                "\(finding); the server tells no node groups of jobs",
                "Numbers by node group will be missing; totals are complete. A newer HPC Pack tells them."
            )
        } else {
            report.ok("jobs", finding)
        }
        return stage
    }

    private func tasks(_ jobs: CheckStage) throws(Stop) {
        guard configuration.collector.tasks else {
            return report.skip("tasks", "turned off by --no-collector.tasks")
        }
        guard let job = jobs.example else { return report.skip("tasks", "no job to try") }
        let stage = stage("tasks", .tasks)
        let outcome = try step("tasks") { () throws(RequestError) in
            try session.tasks(of: job.id, into: stage)
        }
        if let outcome {
            report.ok(
                "tasks",
                "\(CheckReport.count(stage.count, "task")) of job \(job.id) (\(job.state.name)), \(outcome.time); "
                    + "a round reads those of \(CheckReport.count(jobs.activeJobs, "active job"))"
            )
        }
    }

    /// The states that occur, such as ` (Running 12, Queued 3)`.
    private static func list<State: SchedulerState>(
        _ states: [String: Int],
        _: State.Type
    ) -> String {
        let parts = State.allCases.compactMap { state in
            states["\(state.name)"].map { "\(state.name) \($0)" }
        }
        return parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")"
    }
}
