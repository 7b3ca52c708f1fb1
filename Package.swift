// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: Swift 6 mode, each unsafe construct marked, and in CI
/// (`HPCPACK_EXPORTER_STRICT=1`) warnings as errors.
let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableExperimentalFeature("Lifetimes"),
    ]
    + (Context.environment["HPCPACK_EXPORTER_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : [])

/// A library module: it may import only what `dependencies` names, which keeps the flow one-way.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The revision that `--version` and the build info name.
///
/// A build of a source archive or in a
/// container has no Git and is told by `HPCPACK_EXPORTER_REVISION`.
let revision =
    Context.gitInformation?.currentCommit ?? Context.environment["HPCPACK_EXPORTER_REVISION"]
    ?? "unknown"

let package = Package(
    name: "hpcpack-exporter",
    products: [
        .executable(name: "hpcpack-exporter", targets: ["hpcpack-exporter"]),
        .executable(name: "hpcpack-simulator", targets: ["hpcpack-simulator"]),
        .executable(name: "hpcpack-demo", targets: ["hpcpack-demo"]),
        .executable(name: "hpcpack-bench", targets: ["hpcpack-bench"]),
    ],
    dependencies: [],
    targets: [
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CSockets"),
        .target(
            name: "CBuildInfo",
            cSettings: [
                .define(
                    "HPCPACK_REVISION",
                    to: "\"\(revision)\""
                )
            ]
        ),

        .target(name: "CPeerCertificate", dependencies: ["COpenSSL"]),

        module("Basics"),
        module("Logging", ["Basics"]),
        module("Flags", ["Basics"]),
        module("Exposition"),
        module("JSONRows"),
        module("HTTPListener", ["CSockets", "Basics"]),
        module("TLSListener", ["COpenSSL", "HTTPListener", "Basics"]),
        module(
            "HPCPackClient",
            ["CCurl", "CPeerCertificate", "JSONRows", "Exposition", "Logging", "Basics"]
        ),
        module(
            "ClusterCollector",
            ["HPCPackClient", "JSONRows", "Exposition", "Logging", "Basics"]
        ),
        module(
            "ExporterCommand",
            [
                "ClusterCollector", "HPCPackClient", "HTTPListener", "Exposition", "Logging",
                "Flags", "JSONRows", "Basics",
                "CZlib", "CBuildInfo",
            ]
        ),
        executable("hpcpack-exporter", ["ExporterCommand", "Flags"]),

        module(
            "HPCPackSimulator",
            ["CExpat", "CSockets", "CZlib", "HTTPListener", "TLSListener", "Flags", "Basics"]
        ),
        executable("hpcpack-simulator", ["HPCPackSimulator"]),
        executable("hpcpack-demo", ["ExporterCommand", "HPCPackSimulator"]),

        executable(
            "hpcpack-bench",
            [
                "ClusterCollector", "Exposition", "HPCPackClient", "HTTPListener", "JSONRows",
                "Logging", "Basics",
            ]
        ),

        .systemLibrary(name: "CSpawn", path: "Tests/CSpawn"),
        .target(
            name: "TestSupport",
            dependencies: ["Basics", "CSpawn"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "ParserOracles",
            dependencies: [
                "ExporterCommand", "Flags", "HPCPackClient", "HPCPackSimulator", "HTTPListener",
                "JSONRows",
            ],
            path: "Tests/ParserOracles",
            swiftSettings: settings
        ),
        tests("ParserCorpusTests", ["ParserOracles"]),
        tests("BasicsTests", ["Basics"]),
        tests("LoggingTests", ["Logging", "TestSupport", "Basics"]),
        tests("FlagsTests", ["Flags"]),
        tests("ExpositionTests", ["Exposition"]),
        tests("JSONRowsTests", ["JSONRows", "ParserOracles"]),
        tests(
            "HTTPListenerTests",
            [
                "COpenSSL", "HTTPListener", "ParserOracles", "TestSupport", "Basics",
                "TLSListener",
            ]
        ),
        tests("HostileClientTests", ["TestSupport", "Basics", "hpcpack-exporter"]),
        tests(
            "HPCPackClientTests",
            ["CCurl", "HPCPackClient", "JSONRows", "Logging", "TestSupport", "Basics"]
        ),
        tests(
            "ClusterCollectorTests",
            [
                "Basics", "ClusterCollector", "HPCPackClient", "Exposition", "Logging",
                "TestSupport",
                "hpcpack-exporter",
            ]
        ),
        tests(
            "ExporterCommandTests",
            [
                "ClusterCollector", "ExporterCommand", "Exposition", "Flags", "HPCPackClient",
                "HTTPListener", "Logging", "TestSupport", "Basics",
            ]
        ),
        tests(
            "HPCPackSimulatorTests",
            ["Basics", "Flags", "HPCPackSimulator", "HTTPListener", "TestSupport"]
        ),
        tests("DashboardTests", ["TestSupport"]),
        tests("EndToEndTests", ["TestSupport", "hpcpack-exporter", "hpcpack-simulator"]),
    ]
)

// `make fuzz` alone builds the fuzzers; they bring libFuzzer's instrumentation into every module.
if Context.environment["HPCPACK_EXPORTER_FUZZ"] == "1" {
    package.targets += [
        .executableTarget(
            name: "hpcpack-fuzz",
            dependencies: ["ParserOracles"],
            path: "Tests/Fuzz/hpcpack-fuzz",
            swiftSettings: settings
        )
    ]
}
