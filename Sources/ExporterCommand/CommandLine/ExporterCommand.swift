import Basics
import ClusterCollector
import Flags
import Glibc
import HTTPListener
import Logging

/// The program `hpcpack-exporter`.
public enum ExporterCommand {
    private static let output = ProgramOutput(program: "hpcpack-exporter")

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - commandLine: The program's name and its arguments.
    ///   - environment: The whole environment.
    /// - Returns: The exit code: 0 as asked, 1 failed while running, 2 unusable flags or files.
    public static func run(commandLine: [String], environment: [String: String]) -> Int32 {
        StandardDescriptors.fillClosed()
        if commandLine.isEmpty {
            // Swift reads it from /proc, which a bare chroot lacks; variables may still configure the exporter.
            output.complain(
                "the command line cannot be read, only variables count; is /proc mounted?"
            )
        }
        return run(arguments: Array(commandLine.dropFirst()), environment: environment)
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - arguments: The arguments without the program's name.
    ///   - environment: The whole environment.
    /// - Returns: The exit code.
    public static func run(arguments: [String], environment: [String: String]) -> Int32 {
        StandardDescriptors.fillClosed()
        Signals.ignoreWriteFaults()
        if let answer = ExporterFlags.table.answer(to: arguments) {
            return output.write(answer.utf8) ? 0 : 1
        }
        let configuration: Configuration
        do {
            configuration = try Configuration(arguments: arguments, environment: environment)
        } catch {
            output.complain(error.description)
            return 2
        }
        if configuration.check { return check(configuration) }
        return configuration.once ? once(configuration) : serve(configuration, environment)
    }

    private static func logger(_ configuration: Configuration) -> Logger {
        let logger = Logger.standardError(
            level: configuration.logLevel,
            format: configuration.logFormat
        )
        for warning in configuration.warnings { logger.warn(warning) }
        return logger
    }

    private static func once(_ configuration: Configuration) -> Int32 {
        let collector = Exporter.makeCollector(configuration, logger(configuration))
        let isTerminal = isatty(STDERR_FILENO) == 1
        if isTerminal {
            collector.onInterimUpdate(replacesLog: true) { progress in
                output.show("\r\u{1B}[KReading all jobs: \(progress.text)")
            }
        }
        let result = collector.collectRound()
        if isTerminal { output.show("\r\u{1B}[K") }
        let isWritten = output.write(Exporter.pageOfOneRound(collector))
        return result.succeeded && isWritten ? 0 : 1
    }

    private static func check(_ configuration: Configuration) -> Int32 {
        var recordingFile: RecordingFile?
        if let path = configuration.recordingPath {
            do throws(RecordingFile.Failure) {
                recordingFile = try RecordingFile(path: path)
            } catch {
                output.complain("--record: \(path.printable()) cannot be written: \(error)")
                return 2
            }
        }
        var isWritten = true
        let report = CheckReport(isTerminal: isatty(STDOUT_FILENO) == 1) { text in
            // Once standard output fails, further lines would only repeat the complaint.
            if isWritten { isWritten = output.write(text.utf8) }
        }
        let isGood = Check(configuration, recordingFile: recordingFile, report: report).run()
        return isGood && isWritten ? 0 : 1
    }

    private static func serve(_ configuration: Configuration, _ environment: [String: String])
        -> Int32
    {
        Signals.block()
        let logger = logger(configuration)
        logger.info("Starting", ["version": BuildInfo.version, "revision": BuildInfo.revision])
        let manager = ServiceManager(environment: environment, logger: logger)
        manager?.send(.starting)
        let exporter: Exporter
        do {
            exporter = try Exporter(configuration, logger: logger) { manager?.send(.ready) }
        } catch {
            output.complain("--web.listen-address: \(error.description)")
            return 1
        }
        do throws(ThreadError) {
            try start(exporter, logger, manager)
        } catch {
            output.complain(error.description)
            // Threads that have begun may use the TLS library, whose exit handlers must not run beside it.
            _exit(1)
        }
        exporter.join()
        // A request that still hangs (in a name look-up, as a rule) uses the TLS library, whose exit handlers
        // must not run beside it; there is nothing left to save.
        if !exporter.joinRounds(within: .seconds(1)) { _exit(0) }
        return 0
    }

    /// Starts the exporter, and to heed signals.
    private static func start(
        _ exporter: Exporter,
        _ logger: Logger,
        _ manager: ServiceManager?
    ) throws(ThreadError) {
        try Signals.handle { request in
            switch request {
            case .refresh:
                logger.info("Asked for a round by SIGHUP")
                exporter.refresh()
            case .stop:
                logger.info("Stopping")
                manager?.send(.stopping)
                exporter.stop()
            case .stopNow:
                logger.info("Stopping at once, as asked again")
                exporter.stopNow()
            }
        }
        try exporter.start()
    }
}
