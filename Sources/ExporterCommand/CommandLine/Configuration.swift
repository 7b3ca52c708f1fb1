import Basics
import ClusterCollector
import Flags
import HPCPackClient
import HTTPListener
import Logging
import WebConfiguration

/// The settings of the exporter, from its command line and environment; an instance is always usable.
struct Configuration: Sendable {
    /// Whether to collect once, print the page and exit.
    let once: Bool
    /// Whether to report what can be read from the cluster, and exit.
    let check: Bool
    /// Where `check` records what it asks and how it is answered; `nil` for nowhere.
    let recordingPath: String?
    var client: ClientConfiguration
    let collector: CollectorConfiguration
    /// The addresses to listen on.
    let addresses: [SocketAddress]
    /// The path of the metrics page.
    let telemetryPath: String
    /// The most client connections at once.
    let maxConnections: Int
    /// TLS and users of the listener; `nil` for neither.
    let webConfiguration: WebConfigurationFile?
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
        client = try Self.client(values, arguments, environment, &warnings)
        collector = CollectorConfiguration(
            nodes: values.isOn("collector.nodes"),
            nodeDetails: values.isOn("collector.node-details"),
            jobs: values.isOn("collector.jobs"),
            tasks: values.isOn("collector.tasks"),
            taskJobs: values.text("collector.tasks.jobs") == "all" ? .all : .active,
            taskSource: values.choice("collector.tasks.source"),
            jobLabels: try Self.jobLabels(values),
            jobLabelLimit: values.integer("collector.jobs.by-limit"),
            interval: values.duration("collector.interval"),
            fullInterval: values.duration("collector.full-interval"),
            maxAge: values.duration("collector.max-age")
        )
        addresses = try Self.addresses(values)
        telemetryPath = try Self.telemetryPath(values)
        maxConnections = values.integer("web.max-connections")
        webConfiguration = try Self.webConfiguration(values)
        logLevel = values.choice("log.level")
        logFormat = values.choice("log.format")
        once = values.isOn("once")
        check = values.isOn("check")
        guard !once || !check else {
            throw UsageError("--once and --check are two ways to end; give one")
        }
        recordingPath = values.text("record")
        guard recordingPath == nil || check else {
            throw UsageError(
                "--record needs the command check: hpcpack-exporter check --record=FILE"
            )
        }
        if collector.maxAge < collector.interval {
            warnings.append(
                "--collector.max-age is shorter than --collector.interval: data will be withdrawn between rounds"
            )
        }
        self.warnings = warnings
    }

    /// The texts by which jobs are counted, each once.
    private static func jobLabels(_ values: FlagValues) throws(UsageError) -> [JobLabel] {
        var labels: [JobLabel] = []
        for list in values.texts("collector.jobs.by") {
            for name in list.split(separator: ",") {
                guard let label = JobLabel(rawValue: String(name.trimmingBlanks())) else {
                    let known = JobLabel.allCases.map(\.rawValue).joined(separator: ", ")
                    throw UsageError("--collector.jobs.by: \"\(name)\" is none of \(known)")
                }
                if !labels.contains(label) { labels.append(label) }
            }
        }
        return labels
    }

    private static func client(
        _ values: FlagValues,
        _ arguments: [String],
        _ environment: [String: String],
        _ warnings: inout [String]
    ) throws(UsageError) -> ClientConfiguration {
        let basePath = try basePath(values)
        var headNodes: [HeadNodeURL] = []
        for text in values.texts("hpcpack.url") {
            do {
                let url = try HeadNodeURL(text, defaultPath: basePath)
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
            serverName: try serverName(values),
            proxy: try proxy(values, arguments, environment, &warnings),
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
        limits.capabilityMemory = limits.propertyRefusalMemory
        // A long Retry-After holds back two rounds at most.
        limits.longestHeadNodeBlock = min(
            limits.longestHeadNodeBlock,
            values.duration("collector.interval") * 2
        )
        return limits
    }

    /// The flags that say which certificates are believed; one of them is given at most.
    private static let trustFlags = [
        "hpcpack.ca-file", "hpcpack.certificate-sha256", "hpcpack.insecure-skip-verify",
    ]

    private static func trust(_ values: FlagValues) throws(UsageError) -> TLSTrust {
        let given = trustFlags.filter { name in
            name == "hpcpack.insecure-skip-verify" ? values.isOn(name) : values.isGiven(name)
        }
        guard given.count <= 1 else {
            throw UsageError("--\(given[0]) and --\(given[1]) contradict each other; give one")
        }
        switch given.first {
        case "hpcpack.ca-file": return .caFile(try authorityFile(values))
        case "hpcpack.certificate-sha256": return .fingerprints(try fingerprints(values))
        case nil: return .system
        default: return .insecure
        }
    }

    /// The file of the authorities, each certificate of which must be whole.
    private static func authorityFile(_ values: FlagValues) throws(UsageError) -> String {
        let path = values.text("hpcpack.ca-file") ?? ""
        let text: String
        do {
            text = try FileContents(path: path, limit: 4 << 20).text
        } catch {
            throw UsageError("--hpcpack.ca-file \(path) cannot be read: \(error)")
        }
        let (count, damaged) = PeerCertificate.scan(pem: text)
        guard count > 0 else {
            throw UsageError("--hpcpack.ca-file \(path) holds no certificate in PEM form")
        }
        if let line = damaged.first {
            throw UsageError(
                "--hpcpack.ca-file \(path): the certificate that begins on line \(line) is damaged"
            )
        }
        return path
    }

    private static func fingerprints(_ values: FlagValues) throws(UsageError) -> [String] {
        var fingerprints: [String] = []
        for text in values.texts("hpcpack.certificate-sha256") {
            guard let fingerprint = PeerCertificate.fingerprint(text) else {
                throw UsageError(
                    "--hpcpack.certificate-sha256: a fingerprint has 64 hexadecimal digits; the thumbprint that "
                        + "Windows shows is SHA-1, with 40"
                )
            }
            fingerprints.append(fingerprint)
        }
        try checkTLSLibrary("hpcpack.certificate-sha256")
        return fingerprints
    }

    private static func serverName(_ values: FlagValues) throws(UsageError) -> String? {
        guard let name = values.text("hpcpack.server-name") else { return nil }
        guard !PasswordSource.holdsControl(name), !name.contains("://") else {
            throw UsageError("--hpcpack.server-name is a name, such as headnode.example.com")
        }
        for other in trustFlags.dropFirst()
        where values.isGiven(other) && values.text(other) != "false" {
            throw UsageError("--hpcpack.server-name means nothing beside --\(other); give one")
        }
        try checkTLSLibrary("hpcpack.server-name")
        return name
    }

    private static func checkTLSLibrary(_ flag: String) throws(UsageError) {
        guard !TLSSupport.canJudgeCertificates else { return }
        throw UsageError(
            "--\(flag) needs a libcurl that is built with this program's OpenSSL, and this one has "
                + TLSSupport.library.printable()
        )
    }

    private static func basePath(_ values: FlagValues) throws(UsageError) -> String {
        let path = values.text("hpcpack.base-path") ?? HeadNodeURL.defaultPath
        let isPlain = path.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        guard path.hasPrefix("/"), isPlain else {
            throw UsageError("--hpcpack.base-path must be a path that begins with /, such as /hpc")
        }
        return path
    }

    /// The proxy; no message repeats its address, which may hold a password.
    private static func proxy(
        _ values: FlagValues,
        _ arguments: [String],
        _ environment: [String: String],
        _ warnings: inout [String]
    ) throws(UsageError) -> ProxyChoice {
        let judges =
            values.isGiven("hpcpack.server-name") || values.isGiven("hpcpack.certificate-sha256")
        guard let text = values.text("hpcpack.proxy") else {
            for name in ProxyVariables.names(isSecure: true) + ProxyVariables.names(isSecure: false)
            {
                guard let text = environment[name], !text.isEmpty,
                    let fault = ProxyVariables.fault(of: text)
                else { continue }
                let warning = "the variable \(name) \(fault)"
                if !warnings.contains(warning) { warnings.append(warning) }
            }
            return .environment
        }
        if text == "none" { return .none }
        if let fault = ProxyVariables.fault(of: text) {
            throw UsageError("--hpcpack.proxy \(fault)")
        }
        guard !judges || !text.lowercased().hasPrefix("https://") else {
            throw UsageError(
                "--hpcpack.proxy: with --hpcpack.server-name or --hpcpack.certificate-sha256 the proxy itself must not "
                    + "be one of https"
            )
        }
        let isOnCommandLine = arguments.contains {
            $0 == "--hpcpack.proxy" || $0.hasPrefix("--hpcpack.proxy=")
        }
        guard !isOnCommandLine || !ProxyVariables.holdsPassword(text) else {
            throw UsageError(
                "--hpcpack.proxy holds a password, which everyone can see there; use the variable "
                    + "HPCPACK_EXPORTER_HPCPACK_PROXY"
            )
        }
        return .url(text)
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

    private static func webConfiguration(_ values: FlagValues) throws(UsageError)
        -> WebConfigurationFile?
    {
        guard let path = values.text("web.config.file") else { return nil }
        do throws(WebConfigurationError) {
            return try WebConfigurationFile(path: path)
        } catch {
            throw UsageError("--web.config.file: \(error)")
        }
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
