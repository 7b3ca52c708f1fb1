import HPCPackClient
import Logging

/// `--check`: reports to a person, step by step, whether a cluster can be read as configured.
///
/// What a later step needs is tried before it: address, certificate, account, listings.
final class Check {
    /// Ends the check, as every further step would fail for the reason that was just reported.
    struct Stop: Error {}

    let configuration: Configuration
    let report: CheckReport
    let client: HPCPackClient
    let session: Session
    let logger: Logger
    /// Where the exchanges are recorded; `nil` when they are not.
    let recordingFile: RecordingFile?
    let log: ExchangeLog?
    /// The steps that the account has no permission for (403).
    var refused: [String] = []

    /// Creates a check, to be run by `run()`.
    ///
    /// - Parameters:
    ///   - configuration: The cluster and the account.
    ///   - recordingFile: Where to record the exchanges; `nil` to record none.
    ///   - report: Writes the lines.
    init(
        _ configuration: Configuration,
        recordingFile: RecordingFile? = nil,
        report: CheckReport
    ) {
        var configuration = configuration
        log = recordingFile == nil ? nil : ExchangeLog()
        configuration.client.recorder = log
        self.configuration = configuration
        self.recordingFile = recordingFile
        self.report = report
        // The report holds what matters; the log is for --log.level=debug.
        logger =
            configuration.logLevel == .debug
            ? .standardError(level: .debug, format: configuration.logFormat) : .silent
        client = HPCPackClient(configuration.client, logger: logger)
        session = Session(client)
    }

    /// Runs all steps.
    ///
    /// - Returns: Whether nothing failed; warnings are no failures.
    func run() -> Bool {
        for warning in configuration.warnings { report.warn("flags", warning) }
        do {
            try connection()
            recordRound()
            try listings()
            try capabilities()
            role()
        } catch {
            writeRecording()
            report.close("Stopped here: what follows would fail for the same reason.")
            return false
        }
        writeRecording()
        let warnings = CheckReport.count(report.warnings, "warning")
        if report.failures > 0 {
            let failures = CheckReport.count(report.failures, "failure")
            report.close("Not everything works: \(failures), \(warnings).")
        } else if report.warnings > 0 {
            report.close("The exporter can read this cluster: \(warnings).")
        } else {
            report.close("Everything works.")
        }
        return report.failures == 0
    }

    /// The result of a step, and how long it took.
    struct Outcome<Value> {
        let value: Value
        let duration: Duration

        /// The duration for people.
        var time: String { CheckReport.seconds(duration) }
    }

    /// Runs a step and reports its failure.
    ///
    /// - Parameters:
    ///   - subject: What is tried.
    ///   - body: The calls.
    /// - Returns: `nil` after a failure that the later steps need not share.
    /// - Throws: `Stop` after any other failure.
    func step<Value>(_ subject: String, _ body: () throws(RequestError) -> Value) throws(Stop)
        -> Outcome<Value>?
    {
        switch attempt(subject, body) {
        case .success(let outcome): return outcome
        case .failure(let error):
            fail(subject, error)
            if CheckAdvice.isFinal(error) { throw Stop() }
            return nil
        }
    }

    /// Runs a step without reporting its failure.
    func attempt<Value>(_ subject: String, _ body: () throws(RequestError) -> Value) -> Result<
        Outcome<Value>, RequestError
    > {
        report.begin(subject)
        let start = ContinuousClock.now
        do throws(RequestError) {
            let value = try body()
            return .success(Outcome(value: value, duration: .now - start))
        } catch {
            return .failure(error)
        }
    }

    /// Reports a failure with advice.
    func fail(_ subject: String, _ error: RequestError) {
        if error.cause == .status(403) { refused.append(subject) }
        report.fail(
            CheckAdvice.subject(error, step: subject),
            error.reason,
            CheckAdvice.text(error, hasAccount: configuration.client.username != nil)
        )
    }

    /// A stage that reports its progress under `subject`.
    func stage(
        _ subject: String,
        _ content: CheckStage.Content,
        _ pattern: DateTimePattern? = nil,
        learningCalendarAt now: UInt32? = nil
    ) -> CheckStage {
        CheckStage(
            content,
            pattern: pattern,
            learningCalendarAt: now,
            findTotal: { [session] in
                content == .jobs ? (try? session.jobCount()).flatMap { $0 } : nil
            },
            onRow: { [report] rows, total in report.progress(subject, rows: rows, of: total) }
        )
    }
}
