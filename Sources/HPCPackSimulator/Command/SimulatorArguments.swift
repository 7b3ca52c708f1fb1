/// The command line of `hpcpack-simulator`.
struct SimulatorArguments {
    private(set) var configuration = SimulatorConfiguration()
    /// Whether the password is the one that everybody knows.
    private(set) var usesDemoPassword = true

    /// Reads arguments.
    ///
    /// - Parameters:
    ///   - arguments: The arguments without the program's name.
    ///   - readFile: Reads a file as text, `nil` when that cannot be done.
    /// - Throws: `ConfigurationError`, one sentence.
    init(_ arguments: [String], readFile: (String) -> String?) throws(ConfigurationError) {
        var values: [String: String] = [:]
        var repeated: [String: [String]] = [:]
        var index = 0
        while index < arguments.count {
            let parts = arguments[index].split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            index += 1
            let name = parts.first.map(String.init) ?? ""
            guard let flag = SimulatorFlag.all.first(where: { $0.name == name }) else {
                throw ConfigurationError("unknown flag \(name.prefix(60)); see --help")
            }
            if flag.placeholder.isEmpty {
                guard parts.count == 1 else { throw ConfigurationError("\(name) takes no value") }
                values[name] = ""
            } else if parts.count == 2 {
                values[name] = String(parts[1])
                repeated[name, default: []].append(String(parts[1]))
            } else {
                guard index < arguments.count else {
                    throw ConfigurationError("\(name) needs \(flag.placeholder)")
                }
                values[name] = arguments[index]
                repeated[name, default: []].append(arguments[index])
                index += 1
            }
        }
        try takeSize(values)
        try takeFace(values)
        try takeAccount(values, readFile)
        try takeTLS(values, hosts: repeated["--tls-host"] ?? [])
        for text in repeated["--fault"] ?? [] {
            _ = try Fault(text)
            configuration.faults.append(text)
        }
    }

    private mutating func takeTLS(
        _ values: [String: String],
        hosts: [String]
    ) throws(ConfigurationError) {
        let certificate = values["--tls-certificate"]
        let key = values["--tls-key"]
        if let mode = values["--tls"] {
            guard mode == "self-signed" else {
                throw ConfigurationError(
                    "--tls: \"\(mode.prefix(60))\" is not self-signed; a certificate of your own "
                        + "comes with --tls-certificate and --tls-key"
                )
            }
            guard certificate == nil, key == nil else {
                throw ConfigurationError(
                    "--tls=self-signed and --tls-certificate exclude each other"
                )
            }
            configuration.tls = .selfSigned(names: hosts, authorityFile: values["--tls-ca-out"])
            return
        }
        guard hosts.isEmpty, values["--tls-ca-out"] == nil else {
            throw ConfigurationError("--tls-host and --tls-ca-out need --tls=self-signed")
        }
        switch (certificate, key) {
        case (let certificate?, let key?):
            configuration.tls = .files(certificate: certificate, key: key)
        case (nil, nil): break
        default:
            throw ConfigurationError("--tls-certificate and --tls-key go together")
        }
    }

    private mutating func takeSize(_ values: [String: String]) throws(ConfigurationError) {
        if let profile: SimulatorProfile = try Self.choice(values, "--profile") {
            configuration.nodes = profile.nodes
            configuration.jobs = profile.jobs
        }
        if let nodes: Int = try Self.number(values, "--nodes") { configuration.nodes = nodes }
        if let jobs: Int = try Self.number(values, "--jobs") { configuration.jobs = jobs }
        if let seed: UInt64 = try Self.number(values, "--seed") { configuration.seed = seed }
        if let speed: Double = try Self.number(values, "--speed") { configuration.speed = speed }
        if let start: Int64 = try Self.number(values, "--start-time") {
            configuration.startTime = start
        }
    }

    private mutating func takeFace(_ values: [String: String]) throws(ConfigurationError) {
        if let address = values["--address"] { configuration.addresses = [address] }
        if let address = values["--second-address"] { configuration.secondAddresses = [address] }
        if let address = values["--control-address"] { configuration.controlAddresses = [address] }
        if let format = values["--date-format"] { configuration.dateFormat = format }
        if let times: SimulatorConfiguration.NeverTimes = try Self.choice(values, "--never-times") {
            configuration.neverTimes = times
        }
        if values["--no-node-groups-property"] != nil {
            configuration.servesNodeGroupsProperty = false
        }
        if values["--ignore-unknown-properties"] != nil {
            configuration.ignoresUnknownProperties = true
        }
        if values["--answer-unknown-groups"] != nil { configuration.answersUnknownGroups = true }
        if let rows: Int = try Self.number(values, "--max-rows-per-read") {
            guard rows >= 1 else {
                throw ConfigurationError("--max-rows-per-read must be 1 or more")
            }
            configuration.maxRowsPerRead = rows
        }
        if let seconds: Int64 = try Self.number(values, "--token-lifetime") {
            configuration.tokenLifetimeSeconds = seconds
        }
        if let status: Int = try Self.number(values, "--lost-token-status") {
            guard (400...599).contains(status) else {
                throw ConfigurationError("--lost-token-status must be 400 to 599")
            }
            configuration.lostTokenStatus = status
        }
        if let name = values["--continuation-header"] { configuration.continuationHeader = name }
        if let listing: SimulatorConfiguration.Listing = try Self.choice(values, "--listing") {
            configuration.listing = listing
        }
        if values["--empty-last-page"] != nil { configuration.endsWithEmptyPage = true }
        if let build: SimulatorConfiguration.APIBuild = try Self.choice(values, "--api-build") {
            configuration.apiBuild = build
        }
    }

    private mutating func takeAccount(
        _ values: [String: String],
        _ readFile: (String) -> String?
    ) throws(ConfigurationError) {
        if values["--no-auth"] != nil {
            configuration.accounts = []
            usesDemoPassword = false
            return
        }
        if let path = values["--accounts-file"] {
            guard values["--user"] == nil, values["--password-file"] == nil else {
                throw ConfigurationError("--accounts-file takes the place of --user")
            }
            guard let text = readFile(path) else {
                throw ConfigurationError("--accounts-file \(path) cannot be read")
            }
            configuration.accounts = try AccountsFile.accounts(in: text, path: path)
            usesDemoPassword = false
            return
        }
        let name = values["--user"] ?? "HPC\\monitor"
        var password = "monitor"
        if let path = values["--password-file"] {
            guard let text = readFile(path) else {
                throw ConfigurationError("--password-file \(path) cannot be read")
            }
            password = String(text.prefix { $0 != "\n" && $0 != "\r\n" })
            usesDemoPassword = false
        }
        configuration.accounts = [SimulatorAccount(name: name, password: password)]
    }

    private static func number<Number: LosslessStringConvertible>(
        _ values: [String: String],
        _ name: String
    ) throws(ConfigurationError) -> Number? {
        guard let text = values[name] else { return nil }
        guard let number = Number(text) else {
            throw ConfigurationError(
                "\(name): \"\(text.prefix(60))\" is not a number that it can take"
            )
        }
        return number
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ values: [String: String],
        _ name: String
    ) throws(ConfigurationError) -> Choice? {
        guard let text = values[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError("\(name): \"\(text.prefix(60))\" is not one of \(words)")
        }
        return choice
    }
}
