import ClusterCollector
import HPCPackClient
import HTTPListener
import Testing

@testable import ExporterCommand

struct FlagTests {
    private static let url = "--hpcpack.url=https://head"

    @Test func `Defaults are those of the design`() throws {
        let configuration = try Configuration(arguments: [Self.url], environment: [:])
        #expect(configuration.client.headNodes.map(\.description) == ["https://head/hpc"])
        #expect(configuration.client.timeout == .seconds(30))
        #expect(
            configuration.client.maxConcurrency == 4 && configuration.client.rowsPerRead == 1000
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
        for flag in Flag.all where flag.kind == .toggle {
            for (arguments, isOn) in [
                (["--\(flag.name)"], true), (["--no-\(flag.name)"], false),
                (["--\(flag.name)=false"], false),
            ] {
                let values = try FlagValues(
                    arguments: arguments,
                    environment: [flag.environmentVariable: isOn ? "false" : "true"]
                )
                #expect(values.isOn(flag.name) == isOn)
            }
            #expect(
                try FlagValues(arguments: [], environment: [flag.environmentVariable: "yes"]).isOn(
                    flag.name
                )
            )
        }
    }

    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("30s", .seconds(30)), ("1h30m", .seconds(5400)),
        ("1d", .seconds(86_400)),
        ("1m30s", .seconds(90)),
    ])
    func `A duration is read and written in one form`(text: String, duration: Duration) {
        #expect(DurationText.read(text) == duration)
        #expect(DurationText.write(duration) == text)
    }

    @Test(arguments: [
        "", "5", "s", "1.5s", "-1s", "1s1m", "1s1s", " 1s", "1S", "99999999999s", "1x",
    ])
    func `What is no duration is refused`(text: String) {
        #expect(DurationText.read(text) == nil)
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

    @Test func `A bad variable is named`() {
        let error = #expect(throws: UsageError.self) {
            try Configuration(
                arguments: [Self.url],
                environment: ["HPCPACK_EXPORTER_COLLECTOR_INTERVAL": "x"]
            )
        }
        #expect(error?.description.contains("HPCPACK_EXPORTER_COLLECTOR_INTERVAL") == true)
    }
}
