import HPCPackClient
import Logging

/// `--check`: tells a person, step by step, whether a cluster can be read as configured.
///
/// The steps go from the outside in: what a later one needs is tried before it.
final class Check {
    /// The steps that follow would fail for the reason just told.
    struct Stop: Error {}

    let configuration: Configuration
    let report: CheckReport
    let client: HPCPackClient
    let session: Session
    let logger: Logger
    /// The calls that the account may not make (403).
    var refused: [String] = []

    /// Makes a check; `run` does it.
    ///
    /// - Parameters:
    ///   - configuration: The cluster and the account.
    ///   - report: Takes the lines.
    init(_ configuration: Configuration, report: CheckReport) {
        self.configuration = configuration
        self.report = report
        logger = Self.logger(configuration)
        client = HPCPackClient(configuration.client, logger: logger)
        session = Session(client)
    }

    /// The report says it all, unless somebody asks for more.
    private static func logger(_ configuration: Configuration) -> Logger {
        configuration.logLevel == .debug
            ? .standardError(level: .debug, format: configuration.logFormat) : .silent
    }

    /// Does all steps.
    ///
    /// - Returns: Whether nothing failed; warnings are no failures.
    func run() -> Bool {
        for warning in configuration.warnings { report.tell(.warning, "flags", warning) }
        do {
            try connection()
            try listings()
            role()
        } catch {
            report.close("Stopped here: what follows would fail for the same reason.")
            return false
        }
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

    /// Whether an account is configured.
    var hasAccount: Bool { configuration.client.username != nil }

    /// What a step brought, and how long it took.
    struct Outcome<Value> {
        let value: Value
        let duration: Duration

        /// The duration for people.
        var time: String { CheckReport.seconds(duration) }
    }

    /// Does a step; tells its failure.
    ///
    /// - Parameters:
    ///   - subject: What is tried.
    ///   - body: The calls.
    /// - Returns: `nil` after a failure that later steps need not share.
    /// - Throws: `Stop` after any other.
    func step<Value>(_ subject: String, _ body: () throws(RequestError) -> Value) throws(Stop)
        -> Outcome<Value>?
    {
        switch attempt(subject, body) {
        case .success(let outcome): return outcome
        case .failure(let error):
            tell(error, subject)
            if CheckAdvice.isFinal(error) { throw Stop() }
            return nil
        }
    }

    /// Does a step without a word on its failure.
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

    /// Tells a failure and what to do about it.
    func tell(_ error: RequestError, _ subject: String) {
        if error.cause == .status(403) { refused.append(subject) }
        report.tell(
            .failure,
            CheckAdvice.subject(error, step: subject),
            error.description,
            advice: CheckAdvice.text(error, hasAccount: hasAccount)
        )
    }

    /// How many answers a call got so far, which for a listing is its pages.
    static func pages(_ client: HPCPackClient, _ operation: APIOperation) -> Int {
        client.metrics.current()[operation]?.requests["200"] ?? 0
    }
}
