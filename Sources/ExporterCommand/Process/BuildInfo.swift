import CBuildInfo
import Exposition

/// The version of the program and what it was built from.
public enum BuildInfo {
    /// The version of the exporter.
    public static let version = "0.1.0"

    /// The commit that it was built from, or `unknown`.
    public static var revision: String { unsafe String(cString: hpcpack_revision()) }

    /// The version of the compiler, as far as conditional compilation tells it.
    public static var swiftVersion: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3.2)
            "6.3.2 or later"
        #elseif compiler(>=6.3.1)
            "6.3.1"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    static let metrics: [Metric<Void>] = [
        Metric(
            "hpcpack_exporter_build_info",
            .gauge,
            labels: ["version", "revision", "swift_version"],
            help:
                "Constant 1, with the exporter's version, the commit and the Swift version that it was built with."
        ) { _, writer in
            writer.sample(LabelValue(version), LabelValue(revision), LabelValue(swiftVersion), 1)
        }
    ]

    /// The answer to `--version`.
    static var line: String {
        "hpcpack-exporter \(version) (revision \(revision), Swift \(swiftVersion))"
    }
}
