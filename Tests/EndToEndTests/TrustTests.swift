import Foundation
import TestSupport
import Testing

/// A CA file that is replaced while the exporter runs, as when a head node gets a new certificate.
struct TrustTests {
    @Test func `A CA file that is replaced is believed without a restart`() throws {
        let cluster = try SimulatedCluster(["--jobs=20"])
        let front = try TLSFront(cluster.url)
        let other = try TLSFront(cluster.url)
        let right = try String(contentsOfFile: front.authority, encoding: .utf8)
        let wrong = try String(contentsOfFile: other.authority, encoding: .utf8)
        let file = try TemporaryFile(wrong, mode: 0o644)
        let exporter = try RunningExporter(
            [
                "--hpcpack.url=https://localhost:\(front.port)",
                #"--hpcpack.username=HPC\monitor"#, "--hpcpack.ca-file=\(file.path)",
                "--collector.interval=50ms",
            ],
            environment: SimulatedCluster.environment
        )
        #expect(try exporter.page()["hpcpack_up"] == 0)
        try file.write(right)
        #expect(try Deadline.wait { try exporter.page()["hpcpack_up"] == 1 })
    }
}
