import Exposition
import Flags

extension BuildInfo {
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
}
