import Basics
import HPCPackClient

/// What builds of the service do differently: paging, times and filters.
extension Check {
    /// Reads a listing again in pages so small that a page token is needed.
    func paging(_ nodes: Int, _ jobs: Int) throws(Stop) {
        let isNodes = nodes >= 2
        let whole = isNodes ? nodes : jobs
        guard whole >= 2 else {
            report.tell(.skipped, "paging", "too few rows to need a second page")
            return
        }
        var configuration = configuration.client
        configuration.rowsPerRead = min(configuration.rowsPerRead, (whole + 1) / 2)
        let client = HPCPackClient(configuration, logger: logger)
        let session = Session(client)
        let operation: APIOperation = isNodes ? .nodes : .jobs
        var count = 0
        let outcome = try step("paging") { () throws(RequestError) in
            if isNodes {
                let stage = CheckNodes()
                try session.nodes(into: stage)
                count = stage.count
            } else {
                let stage = CheckJobs(nil)
                try session.jobs(into: stage)
                count = stage.count
            }
        }
        guard let outcome else { return }
        let pages = Self.pages(client, operation)
        let finding =
            "\(CheckReport.count(count, "row")) of \(operation.rawValue) in \(CheckReport.count(pages, "page")) of \(configuration.rowsPerRead), \(outcome.time)"
        if pages < 2, count < whole {
            report.tell(
                .failure,
                "paging",
                "\(finding); \(whole) were there and no page token came",
                advice:
                    "Look for a proxy that drops the header x-ms-continuation-QueryId, or raise "
                    + "--hpcpack.rows-per-read above the number of jobs."
            )
        } else if pages < 2 {
            report.tell(.warning, "paging", "\(finding); the server pays no heed to rowsPerRead")
        } else if (client.metrics.current()[operation]?.restarts ?? 0) > 0 {
            report.tell(
                .warning,
                "paging",
                "\(finding); a page token was lost on the way",
                advice:
                    "Give the address of each head node, not of a load balancer: only the one that gave a token "
                    + "knows it."
            )
        } else if isNodes, count != whole {
            report.tell(.warning, "paging", "\(finding); at first there were \(whole)")
        } else {
            report.tell(.ok, "paging", finding)
        }
    }

    /// Whether the times of the jobs follow the server's own pattern.
    func dates(_ pattern: DateTimePattern, _ jobs: CheckJobs?) {
        guard let jobs, jobs.count > 0 else {
            report.tell(.ok, "dates", "\(pattern.text); no job to read one of")
            return
        }
        if let text = jobs.unreadTime {
            report.tell(
                .failure,
                "dates",
                "the server writes \"\(text)\" where it tells \(pattern.text)",
                advice:
                    "Set the region format of the account that runs the HPC Pack web service to English (United "
                    + "States) or ISO, and restart the service."
            )
            return
        }
        guard jobs.submitTimes > 0 else {
            report.tell(.warning, "dates", "\(pattern.text); no job tells when it was submitted")
            return
        }
        let age = Int64(WallClock.now) - Int64(jobs.newestSubmit)
        guard age >= -300 else {
            let ahead = DurationText.write(.seconds(-age))
            report.tell(
                .warning,
                "dates",
                "\(pattern.text); the newest job was submitted \(ahead) in the future",
                advice:
                    "Compare the clocks of this machine and of the head node, time zones included."
            )
            return
        }
        let text = DurationText.write(.seconds(max(0, age)))
        report.tell(
            .ok,
            "dates",
            "\(pattern.text), read in \(jobs.submitTimes) jobs, the newest submitted \(text) ago"
        )
    }

    /// Whether the server heeds `ChangeTimeFrom`; without it the exporter works, with larger reads.
    func filter(_ pattern: DateTimePattern?, _ jobs: CheckJobs) throws(Stop) {
        let newest = jobs.newestChange > 0 ? jobs.newestChange : max(1, WallClock.seconds)
        // One second earlier, since the server may mean later than and not from.
        let from = newest - 1
        let stage = CheckJobs(pattern) { [report] rows in report.progress("filter", rows: rows) }
        let advice =
            "The exporter works without: every read takes all jobs. On a large cluster choose a longer "
            + "--collector.interval."
        let outcome: Outcome<Void>
        switch attempt(
            "filter",
            { () throws(RequestError) in try session.jobs(changedFrom: from, into: stage) }
        ) {
        case .success(let value): outcome = value
        case .failure(let error):
            if case .status(let code) = error.cause, code != 403 {
                report.tell(
                    .warning,
                    "filter",
                    "ChangeTimeFrom is refused: \(error.description)",
                    advice: advice
                )
                return
            }
            tell(error, "filter")
            if CheckAdvice.isFinal(error) { throw Stop() }
            return
        }
        let finding = "\(stage.count) of \(jobs.count) jobs, \(outcome.time)"
        if stage.oldestChange > 0, stage.oldestChange < from {
            report.tell(
                .warning,
                "filter",
                "ChangeTimeFrom is ignored: \(finding)",
                advice: advice
            )
        } else if stage.count == 0, jobs.newestChange > 0 {
            report.tell(
                .warning,
                "filter",
                "ChangeTimeFrom finds nothing where a job has changed: \(finding)",
                advice: advice
            )
        } else if jobs.oldestChange == 0 || jobs.oldestChange >= from {
            report.tell(
                .ok,
                "filter",
                "ChangeTimeFrom is accepted, but no job is old enough to show its effect: \(finding)"
            )
        } else {
            report.tell(.ok, "filter", "ChangeTimeFrom is heeded: \(finding)")
        }
    }
}
