import Basics
import Flags
import HPCPackClient

/// Paging, times and filters, in which builds and installations of the service differ.
extension Check {
    /// Reads a listing again in pages small enough that a page token is needed.
    func paging(nodes: Int, jobs: Int) throws(Stop) {
        let readsNodes = nodes >= 2
        let expected = readsNodes ? nodes : jobs
        guard expected >= 2 else {
            return report.skip("paging", "too few rows to need a second page")
        }
        var configuration = configuration.client
        configuration.rowsPerRead = min(configuration.rowsPerRead, (expected + 1) / 2)
        let client = HPCPackClient(configuration, logger: logger)
        let session = Session(client)
        let operation: APIOperation = readsNodes ? .nodes : .jobs
        let stage = CheckStage(readsNodes ? .nodes : .jobs)
        let outcome = try step("paging") { () throws(RequestError) in
            if readsNodes { try session.nodes(into: stage) } else { try session.jobs(into: stage) }
        }
        guard let outcome else { return }
        let count = stage.count
        let pages = stage.pages
        let finding =
            "\(CheckReport.count(count, "row")) of \(operation.rawValue) in \(CheckReport.count(pages, "page")) "
            + "of \(configuration.rowsPerRead), \(outcome.time)"
        if pages < 2, count < expected {
            report.fail(
                "paging",
                "\(finding); \(expected) were there and no page token came",
                "Look for a proxy that drops the header x-ms-continuation-QueryId, or raise "
                    + "--hpcpack.rows-per-read above the number of jobs."
            )
        } else if (client.metrics.current()[operation]?.pagesByRow ?? 0) > 0 {
            report.warn(
                "paging",
                "\(finding); no page token came, and pages were read by row number",
                "Look for a proxy that drops the header x-ms-continuation-QueryId."
            )
        } else if pages < 2 {
            report.warn("paging", "\(finding); the server pays no heed to rowsPerRead")
        } else if (client.metrics.current()[operation]?.restarts ?? 0) > 0 {
            report.warn(
                "paging",
                "\(finding); a page token was lost on the way",
                "Give the address of each head node, not of a load balancer: only the one that gave a token knows it."
            )
        } else if readsNodes, count != expected {
            report.warn("paging", "\(finding); at first there were \(expected)")
        } else {
            report.ok("paging", finding)
        }
    }

    /// Checks that the times of the jobs follow the server's pattern and agree with this machine's clock.
    func dates(_ pattern: DateTimePattern, _ jobs: CheckStage?) {
        guard let jobs, jobs.count > 0 else {
            return report.ok("dates", "\(pattern.text); no job to read one of")
        }
        if let text = jobs.unreadableTime {
            return report.fail(
                "dates",
                "the server writes \"\(text)\" where it tells \(pattern.text)",
                "Set the region format of the account that runs the HPC Pack web service to English (United "
                    + "States) or ISO, and restart the service."
            )
        }
        guard jobs.submitTimes > 0 else {
            return report.warn("dates", "\(pattern.text); no job tells when it was submitted")
        }
        let calendar =
            pattern.calendar == .gregorian ? "" : " in the \(pattern.calendar.rawValue) calendar"
        let age = Int64(WallClock.now) - Int64(jobs.newestSubmit)
        let text = DurationText.format(.seconds(age < -300 ? -age : max(0, age)))
        guard age >= -300 else {
            return report.warn(
                "dates",
                "\(pattern.text); the newest job was submitted \(text) in the future",
                "Compare the clocks of this machine and of the head node, time zones included."
            )
        }
        report.ok(
            "dates",
            "\(pattern.text)\(calendar), read in \(jobs.submitTimes) jobs, the newest submitted \(text) ago"
        )
    }

    /// Checks that the server applies the filter `ChangeTimeFrom`; without it every read takes all jobs.
    func filter(_ pattern: DateTimePattern?, _ jobs: CheckStage) throws(Stop) {
        let newest = jobs.newestChange > 0 ? jobs.newestChange : max(1, WallClock.seconds)
        // A second earlier, in case the server excludes the time itself.
        let from = newest - 1
        let stage = stage("filter", .jobs, pattern)
        func warn(_ finding: String) {
            report.warn(
                "filter",
                finding,
                "The exporter works without: every read takes all jobs. On a large cluster choose a longer "
                    + "--collector.interval."
            )
        }
        let outcome: Outcome<Void>
        switch attempt(
            "filter",
            { () throws(RequestError) in try session.jobs(changedFrom: from, into: stage) }
        ) {
        case .success(let value): outcome = value
        case .failure(let error):
            if case .status(let code) = error.cause, code != 403 {
                return warn("ChangeTimeFrom is refused: \(error.description)")
            }
            fail("filter", error)
            if CheckAdvice.isFinal(error) { throw Stop() }
            return
        }
        let finding = "\(stage.count) of \(jobs.count) jobs, \(outcome.time)"
        if stage.oldestChange > 0, stage.oldestChange < from {
            warn("ChangeTimeFrom is ignored: \(finding)")
        } else if stage.count == 0, jobs.newestChange > 0 {
            warn("ChangeTimeFrom finds nothing where a job has changed: \(finding)")
        } else if jobs.oldestChange == 0 || jobs.oldestChange >= from {
            report.ok(
                "filter",
                "ChangeTimeFrom is accepted, but no job is old enough to show its effect: \(finding)"
            )
        } else {
            report.ok("filter", "ChangeTimeFrom is heeded: \(finding)")
        }
    }
}
