import ClusterCollector
import HTTPListener
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The program `hpcpack-exporter`.
public enum ExporterCommand {
    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - arguments: The arguments without the program's name.
    ///   - environment: The whole environment.
    /// - Returns: The exit code: 0 as asked, 1 failed while running, 2 unusable flags or files.
    public static func run(arguments: [String], environment: [String: String]) -> Int32 {
        // Help is for those who got something else wrong, so it comes before every check.
        if arguments.contains("--help") || arguments.contains("-h") {
            print(HelpText.text, to: STDOUT_FILENO, terminator: "")
            return 0
        }
        if arguments.contains("--version") {
            print(BuildInfo.line, to: STDOUT_FILENO)
            return 0
        }
        // A word reads better than a flag when a person types it.
        let arguments =
            arguments.first == "check" ? ["--check"] + arguments.dropFirst() : arguments
        let configuration: Configuration
        do {
            configuration = try Configuration(arguments: arguments, environment: environment)
        } catch {
            print("hpcpack-exporter: \(error.description)", to: STDERR_FILENO)
            return 2
        }
        if configuration.check { return check(configuration) }
        return configuration.once ? once(configuration) : serve(configuration)
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
        var configuration = configuration
        // There is no next round that could go on with a backlog of ended jobs.
        configuration.collector.interval = .seconds(86_400)
        let collector = Exporter.makeCollector(configuration, logger(configuration))
        let result = collector.collectRound()
        print(
            String(decoding: Exporter.page(collector, RequestCounter()), as: UTF8.self),
            to: STDOUT_FILENO,
            terminator: ""
        )
        return result.succeeded ? 0 : 1
    }

    private static func check(_ configuration: Configuration) -> Int32 {
        let report = CheckReport(isTerminal: isatty(STDOUT_FILENO) == 1) { text in
            print(text, to: STDOUT_FILENO, terminator: "")
        }
        return Check(configuration, report: report).run() ? 0 : 1
    }

    private static func serve(_ configuration: Configuration) -> Int32 {
        Signals.block()
        let logger = logger(configuration)
        logger.info("Starting", ["version": BuildInfo.version, "revision": BuildInfo.revision])
        let exporter: Exporter
        do {
            exporter = try Exporter(configuration, logger: logger)
        } catch {
            print("hpcpack-exporter: --web.listen-address: \(error.description)", to: STDERR_FILENO)
            return 1
        }
        Signals.take { request in
            switch request {
            case .refresh:
                logger.info("Asked for a round by SIGHUP")
                exporter.refresh()
            case .stop:
                logger.info("Stopping")
                exporter.stop()
            }
        }
        exporter.start()
        exporter.join()
        return 0
    }

    /// Writes a text whole; nobody is left to tell when that fails.
    private static func print(_ text: String, to descriptor: Int32, terminator: String = "\n") {
        var rest = Array((text + terminator).utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
