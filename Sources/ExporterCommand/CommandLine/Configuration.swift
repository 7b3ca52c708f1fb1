import Basics
import ClusterCollector
import Flags
import HPCPackClient
import HTTPListener
import Logging

/// The settings of the exporter, from its command line and environment; an instance is always usable.
struct Configuration: Sendable {
    /// Whether to collect once, print the page and exit.
    let once: Bool
    /// Whether to report what can be read from the cluster, and exit.
    let check: Bool
    let client: ClientConfiguration
    let collector: CollectorConfiguration
    /// The addresses to listen on.
    let addresses: [SocketAddress]
    /// The path of the metrics page.
    let telemetryPath: String
    /// The most client connections at once.
    let maxConnections: Int
    let logLevel: LogLevel
    let logFormat: LogFormat
    /// What an administrator should know at the start, such as a password file that others can read.
    let warnings: [String]

    /// Reads and checks the command line and the environment, and the files that they name.
    ///
    /// - Parameters:
    ///   - arguments: The arguments without the program's name.
    ///   - environment: The whole environment.
    /// - Throws: `UsageError` for the first thing that cannot be used.
    init(arguments: [String], environment: [String: String]) throws(UsageError) {
        let values = try FlagValues(
            ExporterFlags.table,
            arguments: arguments,
            environment: environment
        )
        var warnings = ExporterFlags.table.misspellings(in: environment)
        client = try Self.client(values, environment, &warnings)
        collector = CollectorConfiguration(
            nodes: values.isOn("collector.nodes"),
            nodeDetails: values.isOn("collector.node-details"),
            jobs: values.isOn("collector.jobs"),
            tasks: values.isOn("collector.tasks"),
            taskJobs: values.text("collector.tasks.jobs") == "all" ? .all : .active,
            interval: values.duration("collector.interval"),
            fullInterval: values.duration("collector.full-interval"),
            maxAge: values.duration("collector.max-age")
        )
        addresses = try Self.addresses(values)
        telemetryPath = try Self.telemetryPath(values)
        maxConnections = values.integer("web.max-connections")
        logLevel = values.choice("log.level")
        logFormat = values.choice("log.format")
        once = values.isOn("once")
        check = values.isOn("check")
        guard !once || !check else {
            throw UsageError("--once and --check are two ways to end; give one")
        }
        if collector.maxAge < collector.interval {
            warnings.append(
                "--collector.max-age is shorter than --collector.interval: data will be withdrawn between rounds"
            )
        }
        self.warnings = warnings
    }

    private static func client(
        _ values: FlagValues,
        _ environment: [String: String],
        _ warnings: inout [String]
    ) throws(UsageError) -> ClientConfiguration {
        var headNodes: [HeadNodeURL] = []
        for text in values.texts("hpcpack.url") {
            do {
                let url = try HeadNodeURL(text)
                if !headNodes.contains(url) { headNodes.append(url) }
            } catch {
                // The address is not repeated: it may hold a password.
                throw UsageError("--hpcpack.url: an address \(error.description)")
            }
        }
        guard !headNodes.isEmpty else {
            throw UsageError(
                "--hpcpack.url is required, such as --hpcpack.url=https://headnode; see --help"
            )
        }
        let username = values.text("hpcpack.username")
        let password = try passwordSource(values, environment, &warnings)
        if username != nil, password == nil {
            throw UsageError(
                "--hpcpack.username needs a password: --hpcpack.password-file or the variable \(ExporterFlags.passwordVariable)"
            )
        }
        if username == nil, password != nil {
            throw UsageError("a password is set but --hpcpack.username is not")
        }
        if let username, username.contains(":") {
            throw UsageError(
                "--hpcpack.username must not hold a colon (RFC 7617); write DOMAIN\\user"
            )
        }
        for name in ["hpcpack.username", "hpcpack.as-user"] {
            guard let text = values.text(name),
                PasswordSource.holdsControl(text)
            else { continue }
            throw UsageError("--\(name) holds a control character")
        }
        return ClientConfiguration(
            headNodes: headNodes,
            username: username,
            password: password,
            asUser: values.text("hpcpack.as-user"),
            trust: try trust(values),
            timeout: values.duration("hpcpack.timeout"),
            maxConcurrency: values.integer("hpcpack.max-concurrency"),
            maxRequestRate: values.integer("hpcpack.max-request-rate"),
            rowsPerRead: values.integer("hpcpack.rows-per-read"),
            userAgent: "hpcpack-exporter/\(BuildInfo.version)",
            limits: limits(values)
        )
    }

    /// Where the password comes from, checked by reading it once; `nil` when none is set.
    private static func passwordSource(
        _ values: FlagValues,
        _ environment: [String: String],
        _ warnings: inout [String]
    ) throws(UsageError) -> PasswordSource? {
        if let path = values.text("hpcpack.password-file") {
            let source = PasswordSource.file(path)
            let reading: PasswordSource.Reading
            do {
                reading = try source.read()
            } catch {
                throw UsageError("--hpcpack.password-file: \(error.description)")
            }
            if reading.isExposed {
                warnings.append(
                    "\(source) can be read or changed by others; take the right away with chmod 600"
                )
            }
            return source
        }
        guard var password = environment[ExporterFlags.passwordVariable] else { return nil }
        // A secret that echo wrote ends with a line feed.
        if password.utf8.last == 0x0A { password.removeLast() }
        guard !password.isEmpty else { return nil }
        guard !PasswordSource.holdsControl(password) else {
            throw UsageError(
                "the variable \(ExporterFlags.passwordVariable) holds a control character"
            )
        }
        return .fixed(password)
    }

    /// The client's limits, with the waits that follow from the collection intervals.
    private static func limits(_ values: FlagValues) -> ClientLimits {
        var limits = ClientLimits()
        limits.propertyRefusalMemory = values.duration("collector.full-interval")
        limits.pagingMemory = limits.propertyRefusalMemory
        // A long Retry-After holds back two rounds at most.
        limits.longestHeadNodeBlock = min(
            limits.longestHeadNodeBlock,
            values.duration("collector.interval") * 2
        )
        return limits
    }

    private static func trust(_ values: FlagValues) throws(UsageError) -> TLSTrust {
        let isInsecure = values.isOn("hpcpack.insecure-skip-verify")
        guard let path = values.text("hpcpack.ca-file") else {
            return isInsecure ? .insecure : .system
        }
        guard !isInsecure else {
            throw UsageError(
                "--hpcpack.ca-file and --hpcpack.insecure-skip-verify contradict each other; give one"
            )
        }
        let text: String
        do {
            text = try FileContents(path: path, limit: 4 << 20).text
        } catch {
            throw UsageError("--hpcpack.ca-file \(path) cannot be read: \(error)")
        }
        guard
            text.contains("-----BEGIN CERTIFICATE-----")
                || text.contains("-----BEGIN TRUSTED CERTIFICATE-----")
        else { throw UsageError("--hpcpack.ca-file \(path) holds no certificate in PEM form") }
        return .caFile(path)
    }

    private static func addresses(_ values: FlagValues) throws(UsageError) -> [SocketAddress] {
        var addresses: [SocketAddress] = []
        for text in values.texts("web.listen-address") {
            do {
                addresses.append(try SocketAddress(parsing: text))
            } catch {
                throw UsageError("--web.listen-address: \(error.description)")
            }
        }
        return addresses
    }

    private static func telemetryPath(_ values: FlagValues) throws(UsageError) -> String {
        let path = values.text("web.telemetry-path") ?? "/metrics"
        let isPlain = path.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        guard path.hasPrefix("/"), isPlain else {
            throw UsageError(
                "--web.telemetry-path must be a path that begins with /, such as /metrics"
            )
        }
        guard !Routes.fixedPaths.contains(path) else {
            throw UsageError("--web.telemetry-path \(path) is taken by another page")
        }
        return path
    }
}
