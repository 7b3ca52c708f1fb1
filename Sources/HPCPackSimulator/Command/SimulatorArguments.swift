import Basics
import Flags

/// The settings of `hpcpack-simulator`, from its command line.
struct SimulatorArguments {
    private(set) var configuration = SimulatorConfiguration()
    /// Whether the account has the password of demonstrations, which is no secret.
    let usesDemoPassword: Bool

    /// Parses and checks the arguments.
    ///
    /// - Parameters:
    ///   - arguments: The arguments without the program's name.
    ///   - readFile: Reads a file as text.
    /// - Throws: `ConfigurationError` for the first thing that cannot be used.
    init(
        _ arguments: [String],
        readFile: (String) throws(FileContents.Failure) -> String = {
            (path) throws(FileContents.Failure) in try FileContents(path: path).text
        }
    ) throws(ConfigurationError) {
        let values: FlagValues
        do {
            values = try FlagValues(SimulatorFlags.table, arguments: arguments)
        } catch {
            throw ConfigurationError(error.description)
        }
        let profile: SimulatorProfile = values.choice("profile")
        configuration.nodes = values.isGiven("nodes") ? values.integer("nodes") : profile.nodes
        configuration.jobs = values.isGiven("jobs") ? values.integer("jobs") : profile.jobs
        configuration.product = values.choice("product")
        configuration.seed = UInt64(values.integer("seed"))
        configuration.speed = values.decimal("speed")
        if values.isGiven("start-time") {
            configuration.startTime = Int64(values.integer("start-time"))
        }

        configuration.addresses = values.texts("address")
        configuration.secondAddresses = values.texts("second-address")
        configuration.controlAddresses = values.texts("control-address")
        configuration.recordingPath = values.text("replay")
        configuration.tls = try Self.tls(values)
        (configuration.accounts, usesDemoPassword) = try Self.accounts(values, readFile)

        configuration.dateFormat = values.text("date-format") ?? configuration.dateFormat
        configuration.neverTimes = values.choice("never-times")
        configuration.servesNodeGroupsProperty = !values.isOn("no-node-groups-property")
        configuration.ignoresUnknownProperties = values.isOn("ignore-unknown-properties")
        for text in values.texts("refused-properties") {
            configuration.refusedProperties += try Self.propertyNames(in: text)
        }
        configuration.answersUnknownGroups = values.isOn("answer-unknown-groups")
        if values.isGiven("max-rows-per-read") {
            configuration.maxRowsPerRead = values.integer("max-rows-per-read")
        }
        configuration.tokenLifetimeSeconds = Int64(values.integer("token-lifetime"))
        configuration.lostTokenStatus = values.integer("lost-token-status")
        configuration.continuationHeader =
            values.text("continuation-header") ?? configuration.continuationHeader
        configuration.listing = values.choice("listing")
        configuration.endsWithEmptyPage = values.isOn("empty-last-page")
        configuration.apiBuild = values.choice("api-build")
        for text in values.texts("fault") {
            _ = try Fault(text)
            configuration.faults.append(text)
        }
    }

    /// Splits a list of property names.
    private static func propertyNames(in text: String) throws(ConfigurationError) -> [String] {
        let names = text.split(separator: ",").map { String($0.trimmingBlanks()) }
        for name in names
        where NodeProperty.named(name) == nil && JobProperty.named(name) == nil
            && TaskProperty.named(name) == nil
        {
            throw ConfigurationError("there is no property \"\(name.prefix(60))\" to refuse")
        }
        return names
    }

    private static func tls(_ values: FlagValues) throws(ConfigurationError) -> SimulatorTLS? {
        let files = (certificate: values.text("tls-certificate"), key: values.text("tls-key"))
        let hosts = values.texts("tls-host")
        let authority = values.text("tls-ca-out")
        if values.isGiven("tls") {
            guard files == (nil, nil) else {
                throw ConfigurationError(
                    "--tls=self-signed and --tls-certificate exclude each other"
                )
            }
            return .selfSigned(names: hosts, authorityFile: authority)
        }
        guard hosts.isEmpty, authority == nil else {
            throw ConfigurationError("--tls-host and --tls-ca-out need --tls=self-signed")
        }
        switch files {
        case (let certificate?, let key?): return .files(certificate: certificate, key: key)
        case (nil, nil): return nil
        default: throw ConfigurationError("--tls-certificate and --tls-key go together")
        }
    }

    private static func accounts(
        _ values: FlagValues,
        _ readFile: (String) throws(FileContents.Failure) -> String
    ) throws(ConfigurationError) -> ([SimulatorAccount], usesDemoPassword: Bool) {
        func contents(of flag: String) throws(ConfigurationError) -> (path: String, text: String)? {
            guard let path = values.text(flag) else { return nil }
            do throws(FileContents.Failure) {
                return (path, try readFile(path))
            } catch {
                throw ConfigurationError("--\(flag) \(path) cannot be read: \(error)")
            }
        }
        if values.isOn("no-auth") { return ([], false) }
        if values.isGiven("accounts-file"),
            values.isGiven("user") || values.isGiven("password-file")
        {
            throw ConfigurationError("--accounts-file takes the place of --user")
        }
        if let (path, text) = try contents(of: "accounts-file") {
            return (try AccountsFile.accounts(in: text, path: path), false)
        }
        let password = try contents(of: "password-file").map { file in
            String(file.text.prefix { $0 != "\n" && $0 != "\r\n" })
        }
        let account = SimulatorAccount(
            name: values.text("user") ?? "HPC\\monitor",
            password: password ?? "monitor"
        )
        return ([account], password == nil)
    }
}
