import Foundation
import TestSupport
import Testing

/// What the documentation of the simulator tells people to type.
struct DocumentedRunTests {
    @Test func `The commands for a job from creation to its end work as they are printed`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let document = try String(
            contentsOf: root.appendingPathComponent("docs/simulator.md"),
            encoding: .utf8
        )
        let section = try #require(
            document.components(separatedBy: "\n## A job from creation to its end").last
        )
        let printed = try #require(
            section.components(separatedBy: "```sh\n").dropFirst().first?
                .components(separatedBy: "```").first
        )
        let folder = try TemporaryFolder()
        let authority = folder.path("ca.pem")
        let cluster = try SimulatedCluster([
            "--tls=self-signed", "--tls-ca-out=\(authority)", "--jobs=0", "--speed=4",
        ])
        // Only the address differs; ca.pem lies in the folder where the commands run.
        let commands = printed.replacingOccurrences(
            of: "api=https://127.0.0.1:8060/hpc",
            with: "api=\(cluster.url)"
        )
        #expect(commands != printed)
        let run = try InstalledTool("bash", package: "bash").run(
            ["-eu", "-o", "pipefail", "-c", commands],
            in: folder.path
        )
        #expect(run.status == 0, "\(run.output)")
        #expect(!run.output.contains("\"Message\""), "\(run.output)")
        let states = ["Running", "Canceled", "Running", "Finished"]
        let seen = run.output.split(separator: "\n").compactMap { line in
            line.hasPrefix("[{\"Name\":\"State\"")
                ? states.first { line.contains("\"\($0)\"") } : nil
        }
        #expect(seen == states, "\(run.output)")
        #expect(run.output.contains("not needed any more"))
    }
}
