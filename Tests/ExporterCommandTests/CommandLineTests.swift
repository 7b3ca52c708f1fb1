import ClusterCollector
import Flags
import HPCPackClient
import HTTPListener
import Testing

@testable import ExporterCommand

/// The flags of the exporter (docs/configuration.md#flags).
struct CommandLineTests {
    private static let table = ExporterFlags.table
    private static let url = "--hpcpack.url=https://head"

    private func configuration(
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) throws -> Configuration {
        try Configuration(arguments: [Self.url] + arguments, environment: environment)
    }

    private func refusal(
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) throws -> String {
        let error = #expect(throws: UsageError.self) {
            try configuration(arguments, environment)
        }
        let text = try #require(error).description
        #expect(!text.contains { $0.isNewline })
        return text
    }

    /// A value that a flag takes, and one that it does not take.
    private func samples(_ flag: Flag) -> (good: String, bad: String?) {
        switch flag.kind {
        case .text: (flag.name == "web.telemetry-path" ? "/page" : "some", nil)
        case .list: ("http://some", nil)
        case .duration: ("7s", "seven")
        case .integer(let range): ("\(range.lowerBound)", "\(range.lowerBound - 1)")
        case .decimal: ("0.5", "half")
        case .choice(let words): (words[words.count - 1], "neither")
        case .toggle, .presence: ("false", "perhaps")
        }
    }

    @Test func `The flags and their defaults are those that are documented`() {
        let shown = Self.table.flags.map { "\($0.usage) \($0.defaultValue ?? "")" }
        #expect(
            shown == [
                "--hpcpack.url=URL ", "--hpcpack.base-path=PATH /hpc",
                "--hpcpack.username=NAME ", "--hpcpack.password-file=FILE ",
                "--hpcpack.as-user=NAME ", "--hpcpack.ca-file=FILE ",
                "--hpcpack.server-name=NAME ", "--hpcpack.certificate-sha256=HEX ",
                "--[no-]hpcpack.insecure-skip-verify false", "--hpcpack.proxy=URL|none ",
                "--hpcpack.timeout=DURATION 30s",
                "--hpcpack.max-concurrency=N 4", "--hpcpack.max-request-rate=N 20",
                "--hpcpack.rows-per-read=N 500",
                "--collector.interval=DURATION 30s", "--collector.full-interval=DURATION 15m",
                "--collector.max-age=DURATION 5m", "--[no-]collector.nodes true",
                "--[no-]collector.node-details true", "--[no-]collector.jobs true",
                "--[no-]collector.tasks true", "--collector.tasks.jobs=active|all active",
                "--collector.tasks.source=auto|counts|calls auto", "--collector.jobs.by=LABEL ",
                "--collector.jobs.by-limit=N 100",
                "--web.listen-address=ADDRESS :10052", "--web.telemetry-path=PATH /metrics",
                "--web.config.file=FILE ", "--web.max-connections=N 512", "--log.level=LEVEL info",
                "--log.format=FORMAT logfmt", "--once false", "--check false", "--record=FILE ",
                "--help false",
                "--version false",
            ]
        )
    }

    private func values(_ arguments: [String], _ environment: [String: String] = [:]) throws
        -> FlagValues
    {
        try FlagValues(Self.table, arguments: arguments, environment: environment)
    }

    @Test func `Every flag wins over its variable, even over one that makes no sense`() throws {
        for flag in Self.table.flags {
            guard let name = Self.table.variable(of: flag) else { continue }
            let (good, bad) = samples(flag)
            for variable in [bad ?? "another", "\u{1B}[31m", ""] {
                let values = try values(["--\(flag.name)=\(good)"], [name: variable])
                #expect(values.texts(flag.name) == [good], "\(flag.name)")
            }
            #expect(try values([], [name: good]).texts(flag.name) == [good], "\(flag.name)")
            guard let bad else { continue }
            let error = #expect(throws: UsageError.self) { try values([], [name: bad]) }
            #expect(error?.description.contains(name) == true)
        }
    }

    @Test(arguments: CommandLineTests.table.flags.filter { $0.kind == .list }.map(\.name))
    func `A repeatable flag takes several values, as does its variable, which it replaces`(
        name: String
    ) throws {
        let flag = try #require(Self.table.flags.first { $0.name == name })
        let variable = try #require(Self.table.variable(of: flag))
        let samples = ["http://a", "[::1]:2", "http://a", "c:3"]
        let flags = samples.map { "--\(name)=\($0)" }
        let several = [variable: samples.joined(separator: " , ")]
        let defaults = flag.defaultValue.map { [$0] } ?? []
        // As given, in either order, and with another flag between.
        #expect(try values(flags).texts(name) == samples)
        #expect(try values(flags.reversed()).texts(name) == samples.reversed())
        #expect(
            try values([flags[1], "--once", flags[0]]).texts(name) == [samples[1], samples[0]]
        )
        #expect(
            try values(["--\(name)", samples[3], flags[1]]).texts(name) == [samples[3], samples[1]]
        )
        #expect(try values([], several).texts(name) == samples)
        #expect(try values([], [variable: ",\(samples[1]),, "]).texts(name) == [samples[1]])
        for empty in ["", " ", ",", " , ,"] {
            #expect(try values([], [variable: empty]).texts(name) == defaults)
            #expect(try values([flags[1]], [variable: empty]).texts(name) == [samples[1]])
        }
        // Any number of flags replaces all values of the variable, never adds to them.
        for count in 1...samples.count {
            let given = try values(Array(flags.prefix(count)), several)
            #expect(given.texts(name) == Array(samples.prefix(count)))
        }
        // A comma in a flag is part of its value.
        #expect(try values(["--\(name)=a,b"], several).texts(name) == ["a,b"])
        for bad in ["--\(name)=", "--\(name)"] {
            #expect(throws: UsageError.self) { try values([bad], several) }
        }
    }

    @Test func `Help and version have no variable`() throws {
        let environment = ["HPCPACK_EXPORTER_HELP": "1.2", "HPCPACK_EXPORTER_VERSION": "1.2"]
        #expect(try configuration([], environment).warnings.isEmpty)
    }

    @Test func `What Kubernetes sets for a service of this name is nobody's business`() throws {
        let configuration = try configuration(
            [],
            [
                "HPCPACK_EXPORTER_PORT": "tcp://10.0.0.1:10052",
                "HPCPACK_EXPORTER_PORT_10052_TCP_ADDR": "10.0.0.1",
                "HPCPACK_EXPORTER_SERVICE_HOST": "10.0.0.1",
                "HPCPACK_EXPORTER_SERVICE_PORT_METRICS": "10052", "HPCPACK_EXPORTER_": "x",
            ]
        )
        #expect(configuration.warnings.isEmpty)
    }

    @Test(arguments: [
        ("HPCPACK_EXPORTER_HPCPACK_URLS", "HPCPACK_EXPORTER_HPCPACK_URL"),
        ("HPCPACK_EXPORTER_HPCPACK_PASWORD", "HPCPACK_EXPORTER_HPCPACK_PASSWORD"),
        ("HPCPACK_EXPORTER_LOG_LEVL", "HPCPACK_EXPORTER_LOG_LEVEL"),
    ])
    func `A misspelt variable is told, without what it holds`(name: String, meant: String) throws {
        let warnings = try configuration([], [name: "hunter2"]).warnings
        #expect(warnings.count == 1)
        #expect(warnings[0].contains(name) && warnings[0].contains("did you mean \(meant)?"))
        #expect(!warnings[0].contains("hunter2"))
    }

    @Test(arguments: [
        ["hunter2"], ["-phunter2"], ["--", "hunter2"], ["-"], ["--hunter2"], ["--HUNTER2=hunter2"],
        ["--collector.jobs", "hunter2"], ["--once=hunter2", "--hunter2"],
        ["--hpcpack.password=hunter2"], ["--hpcpack.password", "hunter2"],
        ["--hpcpack.pasword=hunter2"], ["--hpcpack.secret=hunter2"],
        ["--hpcpack.username=u", "--hpcpack.password-file=hunter2"],
        ["--hpcpack.url=https://u:hunter2@head"], ["--hpcpack.url=hunter2"],
        ["--hpcpack.url=https://head/?hunter2"],
    ])
    func `What may be a password is not repeated`(arguments: [String]) throws {
        let text = try refusal(arguments)
        let isShown = text.lowercased().contains("hunter2")
        // The value of a flag that takes no secret is shown, else a slip is hard to find.
        #expect(isShown == (arguments.first == "--once=hunter2"), "\(text)")
    }

    @Test func `A loose argument is told by its place`() throws {
        #expect(try refusal(["--once", "x"]).contains("argument 3 "))
        #expect(try refusal(["check"]).contains("first argument"))
    }

    @Test(arguments: [
        ["--hpcpack.username", "--once"], ["--hpcpack.timeout"], ["--hpcpack.as-user", "--x=1"],
        ["--hpcpack.as-user="], ["--log.level", "--log.format=json"],
    ])
    func `A forgotten value does not swallow the next flag`(arguments: [String]) throws {
        #expect(try refusal(arguments).contains("needs a value: --"))
    }

    @Test func `A value may stand alone or be attached`() throws {
        let apart = try configuration(["--hpcpack.timeout", "5s", "--web.telemetry-path", "/x=y"])
        let attached = try configuration(["--hpcpack.timeout=5s", "--web.telemetry-path=/x=y"])
        #expect(apart.client.timeout == .seconds(5) && apart.telemetryPath == "/x=y")
        #expect(attached.client.timeout == .seconds(5) && attached.telemetryPath == "/x=y")
    }

    @Test(arguments: [
        ["--hpcpack.timeout=1s", "--hpcpack.timeout=1s"], ["--log.level=info", "--log.level=warn"],
        ["--web.telemetry-path=/a", "--web.telemetry-path=/b"],
    ])
    func `A flag that takes one value is given once`(arguments: [String]) throws {
        #expect(try refusal(arguments).contains("twice"))
    }

    @Test func `Of a switch that is given twice the last one counts`() throws {
        #expect(try !configuration(["--collector.jobs", "--no-collector.jobs"]).collector.jobs)
        #expect(try configuration(["--no-collector.jobs", "--collector.jobs"]).collector.jobs)
        #expect(try configuration(["--once=false"]).once == false)
    }

    @Test(arguments: [
        "--no-hpcpack.timeout", "--no-collector.jobs=true", "--no-collector.jobs=", "--no-once",
        "--no-help", "--no-no-collector.jobs", "--no-",
    ])
    func `Only a switch can be denied, and without a value`(argument: String) throws {
        #expect(try !refusal([argument]).isEmpty)
    }

    @Test(arguments: [
        "0s", "0ms", "0h0s", "366d", "8761h", "999999999d", "9999999999s", "-1s", "1", "", "1w",
        "１s", "0x1s",
    ])
    func `A duration is above zero and no longer than a year`(text: String) throws {
        for name in [
            "hpcpack.timeout", "collector.interval", "collector.full-interval", "collector.max-age",
        ] { #expect(try refusal(["--\(name)=\(text)"]).contains("--\(name)")) }
    }

    @Test func `The longest durations do not overflow`() throws {
        let longest = try configuration([
            "--hpcpack.timeout=365d", "--collector.interval=365d", "--collector.max-age=365d",
            "--collector.full-interval=8760h",
        ])
        #expect(longest.collector.interval == .seconds(31_536_000))
    }

    @Test(arguments: [
        (":9000", ":9000"), ("127.0.0.1:0", "127.0.0.1:0"), ("[::1]:9000", "[::1]:9000"),
        ("0.0.0.0:1", "0.0.0.0:1"), ("[::]:1", "[::]:1"), ("localhost:9000", "127.0.0.1:9000"),
        ("*:80", ":80"), ("[::ffff:127.0.0.1]:5", "[::ffff:127.0.0.1]:5"),
    ])
    func `A listen address is IPv4, IPv6, a name or nothing, and a port`(
        text: String,
        shown: String
    ) throws {
        #expect(
            try configuration(["--web.listen-address", text]).addresses.map(\.description)
                == [shown]
        )
    }

    @Test(arguments: [
        "9000", "127.0.0.1", "::1:9000", "[::1]", "[::1]9000", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:http", "1.2.3.4.5:6", "a b:1", "[1.2.3.4]:5", "x.invalid:1", ":",
        "http://localhost:9000", "localhost:9000/metrics",
    ])
    func `Any other listen address is refused`(text: String) throws {
        #expect(try refusal(["--web.listen-address=\(text)"]).contains("--web.listen-address"))
    }

    @Test func `Several addresses and head nodes may be given, the same one counts once`() throws {
        let several = try configuration([
            "--web.listen-address=127.0.0.1:1", "--web.listen-address", "[::1]:2",
            "--hpcpack.url=https://HEAD/", "--hpcpack.url=http://[fe80::1]:81/api/",
        ])
        #expect(several.addresses.map(\.description) == ["127.0.0.1:1", "[::1]:2"])
        #expect(
            several.client.headNodes.map(\.description)
                == ["https://head/hpc", "https://HEAD/hpc", "http://[fe80::1]:81/api"]
        )
    }

    @Test(arguments: [
        "/", "/-/healthy", "/-/ready", "metrics", "", "/a b", "/a?b", "/a#b", "/ü", "/a\u{7F}",
        "https://x/metrics",
    ])
    func `A telemetry path that cannot be served is refused`(path: String) throws {
        #expect(try refusal(["--web.telemetry-path=\(path)"]).contains("--web.telemetry-path"))
    }

    @Test func `Flags about the certificate do not contradict each other`() throws {
        let pin = "--hpcpack.certificate-sha256=" + String(repeating: "ab", count: 32)
        let insecure = "--hpcpack.insecure-skip-verify"
        let name = "--hpcpack.server-name=n"
        #expect(try refusal([pin, insecure]).contains("give one"))
        #expect(try refusal([pin, "--hpcpack.ca-file=/x"]).contains("give one"))
        #expect(try refusal([insecure, "--hpcpack.ca-file=/x"]).contains("give one"))
        #expect(try refusal([name, pin]).contains("give one"))
        #expect(try refusal([name, insecure]).contains("give one"))
        #expect(try refusal(["--hpcpack.server-name=a\nb"]).contains("is a name"))
        #expect(try refusal(["--hpcpack.certificate-sha256=abc"]).contains("SHA-1"))
        let given = try configuration([pin, "--no-hpcpack.insecure-skip-verify"]).client
        #expect(given.trust == .fingerprints([String(repeating: "ab", count: 32)]))
        let named = try configuration([name, "--no-hpcpack.insecure-skip-verify"]).client
        #expect(named.trust == .system && named.serverName == "n")
    }

    @Test func `The proxy is that of the flag, or of the variables of libcurl`() throws {
        #expect(try configuration([]).client.proxy == .environment)
        #expect(try configuration(["--hpcpack.proxy=none"]).client.proxy == .none)
        let address = "http://p:1"
        #expect(try configuration(["--hpcpack.proxy", address]).client.proxy == .url(address))
        let variable = ["HPCPACK_EXPORTER_HPCPACK_PROXY": "http://u:pw@p:1"]
        #expect(try configuration([], variable).client.proxy == .url("http://u:pw@p:1"))
        for bad in ["ftp://p", "http://u:hunter2/x@p:1", "http://u:hunter2@p", "hunter2 x"] {
            #expect(try !refusal(["--hpcpack.proxy=\(bad)"]).contains("hunter2"))
        }
        let secure = ["--hpcpack.proxy=https://p", "--hpcpack.server-name=n"]
        #expect(try refusal(secure).contains("must not be one of https"))
        for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            let warnings = try configuration([], [name: "http://u:hunter2/x@p:1"]).warnings
            #expect(warnings.count == 1 && warnings[0].hasPrefix("the variable \(name) is not"))
            #expect(!warnings[0].contains("hunter2"))
        }
        #expect(
            try configuration([], ["HTTP_PROXY": "://"]).warnings.isEmpty,
            "not read by libcurl"
        )
    }

    @Test func `The base path may be the root`() throws {
        let root = try configuration(["--hpcpack.base-path=/"]).client.headNodes
        #expect(root.map(\.description) == ["https://head"])
        for path in ["hpc", "/a b", "/a?b", "/#"] {
            #expect(try refusal(["--hpcpack.base-path=\(path)"]).contains("--hpcpack.base-path"))
        }
    }

    @Test func `Users and passwords that HTTP Basic cannot send are refused`() throws {
        let secret = ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": "hunter2"]
        for arguments in [
            ["--hpcpack.username=a:b"], ["--hpcpack.username=a\nb"], ["--hpcpack.as-user=a\r\nb"],
            [],
        ] { #expect(try !refusal(arguments, secret).contains("hunter2")) }
        let user = ["--hpcpack.username=u"]
        for password in ["hunter2\u{7}", "hunter2\nhunter2", "hunter2\r"] {
            let text = try refusal(user, ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": password])
            #expect(text.contains("control character") && !text.contains("hunter2"))
        }
        for password in ["hunter2", "hunter2\n", "hunter2\r\n"] {
            let environment = ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": password]
            let source = try configuration(user, environment).client.password
            #expect(try source?.read().password == "hunter2")
        }
        #expect(try refusal(user, ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": "\n"]).contains("needs a"))
    }

    @Test func `The defaults make a whole configuration`() throws {
        let configuration = try Configuration(arguments: [Self.url], environment: [:])
        #expect(configuration.client.headNodes.map(\.description) == ["https://head/hpc"])
        #expect(configuration.client.timeout == .seconds(30))
        #expect(
            configuration.client.maxConcurrency == 4 && configuration.client.maxRequestRate == 20
                && configuration.client.rowsPerRead == 500
        )
        #expect(
            configuration.collector.interval == .seconds(30)
                && configuration.collector.maxAge == .seconds(300)
        )
        #expect(
            configuration.collector.enabled.map(\.rawValue) == [
                "cluster", "nodes", "jobs", "tasks",
            ]
        )
        #expect(configuration.addresses.map(\.port) == [10052])
        #expect(configuration.telemetryPath == "/metrics" && configuration.maxConnections == 512)
        #expect(!configuration.once && configuration.warnings.isEmpty)
    }

    @Test func `A flag wins over its variable, and repeatable ones take several`() throws {
        let environment = [
            "HPCPACK_EXPORTER_HPCPACK_URL": "https://a, https://b",
            "HPCPACK_EXPORTER_COLLECTOR_JOBS": "false",
            "HPCPACK_EXPORTER_HPCPACK_ROWS_PER_READ": "7",
            "HPCPACK_EXPORTER_COLLECTOR_NODE_DETAILS": "0",
        ]
        let configuration = try Configuration(
            arguments: [
                "--hpcpack.rows-per-read", "9", "--collector.jobs", "--no-collector.tasks",
            ],
            environment: environment
        )
        #expect(
            configuration.client.headNodes.map(\.description) == ["https://a/hpc", "https://b/hpc"]
        )
        #expect(configuration.client.rowsPerRead == 9)
        #expect(
            configuration.collector.jobs && !configuration.collector.tasks
                && !configuration.collector.nodeDetails
        )
        let twice = try Configuration(
            arguments: [Self.url, "--hpcpack.url=http://other:81/x"],
            environment: environment
        )
        #expect(
            twice.client.headNodes.map(\.description) == ["https://head/hpc", "http://other:81/x"]
        )
    }

    @Test func `Every toggle can be turned off and on by flag and by variable`() throws {
        for flag in Self.table.flags where flag.kind == .toggle {
            let variable = try #require(Self.table.variable(of: flag))
            for (arguments, isOn) in [
                (["--\(flag.name)"], true), (["--no-\(flag.name)"], false),
                (["--\(flag.name)=false"], false),
            ] {
                let values = try values(arguments, [variable: isOn ? "false" : "true"])
                #expect(values.isOn(flag.name) == isOn)
            }
            #expect(try values([], [variable: "yes"]).isOn(flag.name))
        }
    }

    @Test func `A misspelt flag is told its neighbour`() {
        let error = #expect(throws: UsageError.self) {
            try Configuration(arguments: ["--colector.interval=1s"], environment: [:])
        }
        #expect(
            error?.description
                == "unknown flag --colector.interval; did you mean --collector.interval?"
        )
    }
}
