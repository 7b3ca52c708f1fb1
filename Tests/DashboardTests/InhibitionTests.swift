import Foundation
import TestSupport
import Testing

/// What Alertmanager holds back, by a real Alertmanager with the configuration that is checked in.
struct InhibitionTests {
    /// An Alertmanager on a free port of 127.0.0.1, without others to talk to.
    private struct Alertmanager {
        private let process: ChildProcess
        private let folder: TemporaryFolder
        private let url: String

        init() throws {
            folder = try TemporaryFolder()
            let file = Repository.dashboards.appendingPathComponent("alertmanager.yml").path
            let tool = try InstalledTool(
                "prometheus-alertmanager",
                package: "prometheus-alertmanager"
            )
            let port = try Loopback.freePort()
            process = try tool.start([
                "--config.file=\(file)", "--storage.path=\(folder.path("data"))",
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
            ])
            let url = "http://127.0.0.1:\(port)"
            self.url = url
            try #require(try Deadline.wait { try Curl.get(url + "/-/ready").status == 200 })
        }

        private func amtool(_ arguments: [String]) throws -> InstalledTool.Outcome {
            try InstalledTool("amtool", package: "prometheus-alertmanager")
                .run(["--alertmanager.url=" + url] + arguments)
        }

        func fire(_ alert: String, _ labels: String...) throws {
            let outcome = try amtool(
                ["alert", "add", "alertname=\(alert)", "job=hpcpack", "instance=a"] + labels
            )
            try #require(outcome.status == 0, "\(outcome)")
        }

        /// Alerts that somebody is told of, as "name cluster", by a query for a state.
        func alerts(_ state: String) throws -> Set<String> {
            let outcome = try amtool(["alert", "query", state, "-o", "json"])
            let alerts = try Tree(json: Data(outcome.bytes)).list
            return Set(
                alerts.map {
                    "\($0["labels"]["alertname"].string ?? "") \($0["labels"]["cluster"].string ?? "")"
                }
            )
        }
    }

    @Test func `What another alert of the same cluster explains is held back, and nothing else`()
        throws
    {
        let manager = try Alertmanager()
        for cluster in ["cluster=east", "cluster=west"] {
            try manager.fire("HPCPackQueueStuck", cluster)
            try manager.fire("HPCPackNodesUnreachable", cluster)
            try manager.fire("HPCPackCertificateExpires", cluster)
        }
        try manager.fire("HPCPackAPIDown", "cluster=east")
        try manager.fire("HPCPackNodeGroupQueuedWithoutNodes", "cluster=west", "node_group=GPU")
        try manager.fire("HPCPackNodeGroupMostlyUnavailable", "cluster=west", "node_group=GPU")
        // Of a cluster without that label: no other one explains it.
        try manager.fire("HPCPackCollectorFailing")
        let held: Set = [
            "HPCPackQueueStuck east", "HPCPackNodesUnreachable east",
            "HPCPackNodeGroupMostlyUnavailable west",
        ]
        _ = try Deadline.wait { try manager.alerts("--inhibited") == held }
        #expect(try manager.alerts("--inhibited") == held)
        #expect(
            try manager.alerts("--active") == [
                "HPCPackAPIDown east", "HPCPackCertificateExpires east", "HPCPackQueueStuck west",
                "HPCPackNodesUnreachable west", "HPCPackCertificateExpires west",
                "HPCPackNodeGroupQueuedWithoutNodes west", "HPCPackCollectorFailing ",
            ]
        )
    }
}
