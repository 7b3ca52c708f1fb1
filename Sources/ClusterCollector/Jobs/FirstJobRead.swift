import Basics
import HPCPackClient
import Logging

/// The first full read of a job list that has several pages: counts before its end, and its progress.
///
/// Where the server tells the number of rows (`x-ms-row-count`, docs/hpcpack-api.md#paging), one small call for each
/// state gives the jobs by state within seconds, and again in each interval until the rows are there. A job list of one
/// page costs no such call.
final class FirstJobRead {
    /// The time between two notices to the listener.
    private static let noticeInterval: Duration = .seconds(1)

    private let slot: CollectorSlot<Jobs>
    private let context: CollectionContext
    private let interval: Duration
    private let logInterval: Duration
    private let began = ContinuousClock.now
    private var lastLog = ContinuousClock.now
    private var lastNotice: ContinuousClock.Instant?
    private var lastCount: ContinuousClock.Instant?
    /// Whether the server tells the number of rows.
    private var tellsRowCount = true
    private var total: Int?

    /// Creates the companion of one read, which begins now.
    ///
    /// - Parameters:
    ///   - slot: Gets counts and progress.
    ///   - context: What the collectors share.
    ///   - interval: The time between two counts.
    ///   - logInterval: The time between two lines in the log.
    init(
        _ slot: CollectorSlot<Jobs>,
        _ context: CollectionContext,
        interval: Duration,
        logInterval: Duration = .seconds(15)
    ) {
        self.slot = slot
        self.context = context
        self.interval = interval
        self.logInterval = logInterval
    }

    /// Follows the end of a page.
    func endPage(_ page: ListingPage) {
        guard !page.isLast else { return }
        total = page.total ?? total
        let now = ContinuousClock.now
        if tellsRowCount, lastCount.map({ now - $0 >= interval }) ?? true {
            count()
            lastCount = .now
        }
        let progress = ReadProgress(rows: page.rows, total: total, duration: .now - began)
        slot.record(progress)
        if lastNotice.map({ now - $0 >= Self.noticeInterval }) ?? true {
            lastNotice = now
            context.interim.send(progress)
        }
        if now - lastLog >= logInterval, !context.interim.replacesLog {
            lastLog = now
            var fields: KeyValuePairs<String, String> = [
                "rows": "\(progress.rows)", "rows_per_second": "\(progress.rowsPerSecond)",
            ]
            if let total {
                fields = [
                    "rows": "\(progress.rows)", "of": "\(total)",
                    "rows_per_second": "\(progress.rowsPerSecond)",
                ]
            }
            context.logger.info("All jobs are being read", fields)
        }
    }

    /// Asks for the jobs by state; a failure only means that the rows have to be waited for.
    private func count() {
        do {
            guard try slot.session.supports(.rowCount), let all = try slot.session.jobCount() else {
                tellsRowCount = false
                return
            }
            total = all
            var counts = StateCounts<JobState>()
            for state in JobState.known {
                guard let count = try slot.session.jobCount(in: state) else { return }
                counts[state] = count
            }
            let sum = JobState.known.reduce(0) { $0 + counts[$1] }
            // Jobs go on while they are counted; a server that ignores the filter tells all of them each time.
            guard abs(sum - all) <= max(20, all / 20) else {
                context.logger.debug(
                    "The jobs by state do not add up",
                    ["sum": "\(sum)", "all": "\(all)"]
                )
                tellsRowCount = false
                return
            }
            slot.record(interim: Jobs(interim: counts))
        } catch {
            context.logger.debug("Jobs cannot be counted", ["error": error.description])
        }
    }
}
