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

/// What a build is told about itself by `HPCPACK_EXPORTER_…` variables, which `make` sets from Git.
///
/// A change of a variable, unlike one of Git's state alone, makes the package manager read this manifest anew.
func told(_ name: String) -> String? {
    let text = Context.environment[name]?.filter {
        $0.isASCII && ($0.isLetter || $0.isNumber || "._/+-".contains($0))
    }
    return text.flatMap { $0.isEmpty ? nil : $0 }
}

/// What `--version` names: the commit and its branch, and the time of the build in Unix seconds (see
/// <https://reproducible-builds.org/specs/source-date-epoch/>).
let buildInfo: [CSetting] = [
    ("REVISION", told("HPCPACK_EXPORTER_REVISION") ?? Context.gitInformation?.currentCommit),
    ("BRANCH", told("HPCPACK_EXPORTER_BRANCH")),
    ("BUILD_TIME", told("SOURCE_DATE_EPOCH")),
].map { .define("HPCPACK_\($0)", to: "\"\($1 ?? "unknown")\"") }

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
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CSockets"),
        .target(name: "CBuildInfo", cSettings: buildInfo),

        .target(name: "CPeerCertificate", dependencies: ["COpenSSL"]),

        module("Basics"),
        module("Logging", ["Basics"]),
        module("Flags", ["Basics", "CBuildInfo"]),
        module("Exposition"),
        module("JSONRows"),
        module("HTTPListener", ["CSockets", "Basics"]),
        module("TLSListener", ["COpenSSL", "HTTPListener", "Basics"]),
        module(
            "WebConfiguration",
            ["CYAML", "CCrypt", "COpenSSL", "TLSListener", "Flags", "Basics"]
        ),
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
                "WebConfiguration", "TLSListener", "Flags", "JSONRows", "Basics",
                "CZlib",
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
        tests("FlagsTests", ["Flags", "TestSupport"]),
        tests("ExpositionTests", ["Exposition"]),
        tests("JSONRowsTests", ["JSONRows", "ParserOracles"]),
        tests(
            "HTTPListenerTests",
            [
                "COpenSSL", "HTTPListener", "ParserOracles", "TestSupport", "Basics",
                "TLSListener",
            ]
        ),
        tests(
            "WebConfigurationTests",
            ["HTTPListener", "TLSListener", "WebConfiguration", "TestSupport", "Basics"]
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
                "HTTPListener", "Logging", "TestSupport", "WebConfiguration", "Basics",
            ]
        ),
        tests(
            "HPCPackSimulatorTests",
            ["Basics", "Flags", "HPCPackSimulator", "HTTPListener", "TestSupport"]
        ),
        tests("DashboardTests", ["Flags", "TestSupport"]),
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
