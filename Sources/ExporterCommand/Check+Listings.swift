import ClusterCollector
import HPCPackClient

/// Nodes, groups, paging, jobs, times, filters, tasks and templates.
extension Check {
    /// Reads every listing that the exporter reads.
    func listings() throws(Stop) {
        let pattern = try step("dates") { () throws(RequestError) in try session.dateTimeFormat() }?
            .value
        let nodes = try nodes()
        let jobs = try jobs(pattern)
        try paging(nodes?.count ?? 0, jobs?.count ?? 0)
        if let pattern { dates(pattern, jobs) }
        if let jobs {
            try filter(pattern, jobs)
            try tasks(jobs)
        }
        let templates = try step("templates") { () throws(RequestError) in
            try session.jobTemplates()
        }
        if let templates {
            report.tell(
                .ok,
                "templates",
                "\(CheckReport.count(templates.value.count, "job template")), \(templates.time)"
            )
        }
    }

    /// What the account may do, as far as it shows.
    func role() {
        guard refused.isEmpty else {
            let list = refused.joined(separator: ", ")
            report.tell(
                .failure,
                "role",
                "the account may not read: \(list)",
                advice: "Give it a role that may view the cluster and all jobs (HPC Job Operators)."
            )
            return
        }
        report.tell(.ok, "role", "the account may read all that was asked for")
    }

    private func nodes() throws(Stop) -> CheckNodes? {
        guard configuration.collector.nodes else {
            report.tell(.skipped, "nodes", "turned off by --no-collector.nodes")
            try groups(nil)
            return nil
        }
        let stage = CheckNodes { [report] rows in report.progress("nodes", rows: rows) }
        let pages = Self.pages(client, .nodes)
        let outcome = try step("nodes") { () throws(RequestError) in try session.nodes(into: stage)
        }
        if let outcome {
            let finding =
                "\(CheckReport.count(stage.count, "node"))\(Self.list(stage.states)), \(stage.unreachable) unreachable, "
                + "\(CheckReport.count(Self.pages(client, .nodes) - pages, "page")), \(outcome.time)"
            if stage.count > 0 {
                report.tell(.ok, "nodes", finding)
            } else {
                report.tell(
                    .warning,
                    "nodes",
                    finding,
                    advice:
                        "A cluster has nodes: check that the account may see them and that this is the right cluster."
                )
            }
        }
        try groups(outcome == nil ? nil : stage)
        return outcome == nil ? nil : stage
    }

    private func groups(_ nodes: CheckNodes?) throws(Stop) {
        guard
            let groups = try step(
                "groups",
                { () throws(RequestError) in try session.nodeGroups() }
            )
        else { return }
        guard let nodes, !nodes.hasGroups, nodes.count > 0 else {
            let told = nodes?.hasGroups == true ? ", told by the nodes themselves" : ""
            report.tell(
                .ok,
                "groups",
                "\(CheckReport.count(groups.value.count, "node group"))\(told), \(groups.time)"
            )
            return
        }
        let members = try step("groups") { () throws(RequestError) -> Int in
            var members = 0
            for group in groups.value { members += try session.nodeGroupMembers(group).count }
            return members
        }
        if let members {
            report.tell(
                .ok,
                "groups",
                "\(CheckReport.count(groups.value.count, "node group")) with \(members.value) memberships, one request for each group, "
                    + members.time
            )
        }
    }

    private func jobs(_ pattern: DateTimePattern?) throws(Stop) -> CheckJobs? {
        guard configuration.collector.jobs || configuration.collector.tasks else {
            report.tell(.skipped, "jobs", "turned off by --no-collector.jobs")
            return nil
        }
        let stage = CheckJobs(pattern) { [report] rows in report.progress("jobs", rows: rows) }
        let pages = Self.pages(client, .jobs)
        guard
            let outcome = try step(
                "jobs",
                { () throws(RequestError) in try session.jobs(into: stage) }
            )
        else { return nil }
        let finding =
            "\(CheckReport.count(stage.count, "row")) in \(CheckReport.count(Self.pages(client, .jobs) - pages, "page"))\(Self.list(stage.states)), "
            + outcome.time
        if stage.count == 0 {
            report.tell(
                .warning,
                "jobs",
                finding,
                advice:
                    "If the scheduler does hold jobs, the account sees its own only: give it a role that may view all."
            )
        } else if let state = stage.unknownState {
            report.tell(
                .warning,
                "jobs",
                "\(finding); a state that is not documented: \"\(state)\"",
                advice: "Such jobs are counted as Unknown; please tell the makers of the exporter."
            )
        } else if !stage.hasGroups {
            report.tell(
                .warning,
                "jobs",
                "\(finding); the server tells no node groups of jobs",
                advice:
                    "Numbers by node group will be missing; totals are complete. A newer HPC Pack tells them."
            )
        } else {
            report.tell(.ok, "jobs", finding)
        }
        return stage
    }

    private func tasks(_ jobs: CheckJobs) throws(Stop) {
        guard configuration.collector.tasks, let job = jobs.example else {
            let isOn = configuration.collector.tasks
            report.tell(
                .skipped,
                "tasks",
                isOn ? "no job to try" : "turned off by --no-collector.tasks"
            )
            return
        }
        let stage = CheckTasks { [report] rows in report.progress("tasks", rows: rows) }
        let outcome = try step("tasks") { () throws(RequestError) in
            try session.tasks(of: job.id, into: stage)
        }
        if let outcome {
            let active = jobs.states.reduce(0) { $0 + ($1.key.isTerminal ? 0 : $1.value) }
            report.tell(
                .ok,
                "tasks",
                "\(CheckReport.count(stage.count, "task")) of job \(job.id) (\(job.state.name)), \(outcome.time); "
                    + "a round reads those of \(CheckReport.count(active, "active job"))"
            )
        }
    }

    /// The states that hold something, such as ` (Running 12, Queued 3)`.
    private static func list<State: SchedulerState>(_ states: [State: Int]) -> String {
        let parts = State.allCases.compactMap { state in
            states[state].map { "\(state.name) \($0)" }
        }
        return parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")"
    }
}
