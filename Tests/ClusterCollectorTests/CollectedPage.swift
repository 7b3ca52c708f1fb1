import ClusterCollector
import Exposition
import HPCPackClient
import Logging
import TestSupport

/// A collector with a fake cluster, and the page that it leads to.
struct Bench {
    let cluster = FakeCluster()
    let collector: ClusterCollector

    init(
        maxAge: Duration = .seconds(300),
        configure: (inout CollectorConfiguration) -> Void = { _ in },
        rowsPerRead: Int = 1000,
        timeout: Duration = .seconds(5),
        responseBytes: Int = ClientLimits().responseBytes,
        headNodes: [String] = [],
        password: String? = nil
    ) throws {
        var configuration = CollectorConfiguration(maxAge: maxAge)
        configure(&configuration)
        var limits = ClientLimits()
        limits.firstBackoff = .milliseconds(1)
        limits.pages = 100
        limits.responseBytes = responseBytes
        var addresses = try headNodes.map { try HeadNodeURL($0) }
        if addresses.isEmpty { addresses = [try HeadNodeURL(cluster.server.url)] }
        let client = HPCPackClient(
            ClientConfiguration(
                headNodes: addresses,
                username: password == nil ? nil : "HPC\\monitor",
                password: password.map { .fixed($0) },
                timeout: timeout,
                rowsPerRead: rowsPerRead,
                limits: limits
            ),
            logger: .silent
        )
        collector = ClusterCollector(client: client, configuration: configuration, logger: .silent)
    }

    /// Does a round and reads the page.
    func round(later: Duration = .zero) -> MetricsPage {
        _ = collector.collectRound()
        return page(later: later)
    }

    /// The page as of now, or as of later.
    func page(later: Duration = .zero) -> MetricsPage {
        MetricsPage(
            String(
                decoding: ExpositionPage.render(collector.families(at: .now + later)),
                as: UTF8.self
            )
        )
    }
}

/// Nodes, jobs and tasks of a small cluster.
extension FakeCluster.Content {
    static func small() -> FakeCluster.Content {
        var content = FakeCluster.Content()
        content.nodes = [
            [
                ("Id", "1"), ("Name", "CN1"), ("State", "Online"), ("Reachable", "True"),
                ("NodeGroups", "ComputeNodes"), ("NumCores", "8"),
            ],
            [
                ("Id", "2"), ("Name", "CN2"), ("State", "Online"), ("Reachable", "False"),
                ("NodeGroups", "ComputeNodes,GPU Nodes"), ("NumCores", "16"),
            ],
            [
                ("Id", "3"), ("Name", "CN3"), ("State", "Draining"), ("Reachable", "True"),
                ("NodeGroups", ""), ("NumCores", "4"),
            ],
        ]
        content.jobs = [
            [
                ("Id", "1"), ("State", "Queued"), ("NodeGroups", "computenodes,GPU NODES"),
                ("SubmitTime", "11/24/2026 8:18:00 AM"),
            ],
            [
                ("Id", "2"), ("State", "Queued"), ("NodeGroups", ""),
                ("SubmitTime", "11/24/2026 8:17:00 AM"),
            ],
            [
                ("Id", "3"), ("State", "Running"), ("NodeGroups", "Elsewhere,Elsewhere"),
                ("SubmitTime", "11/24/2026 8:00:00 AM"),
            ],
            [
                ("Id", "4"), ("State", "Finished"), ("NodeGroups", "ComputeNodes"),
                ("SubmitTime", "1/1/0001 12:00:00 AM"),
            ],
        ]
        content.jobs = content.jobs.map { $0 + [("StartTime", ""), ("EndTime", "")] }
        content.tasks = [
            "1": [[("TaskId", "1.1"), ("State", "Queued")]],
            "3": [
                [("TaskId", "3.1.1"), ("State", "Running")],
                [("TaskId", "3.1.2"), ("State", "Finished")],
            ],
            "4": [[("TaskId", "4.1"), ("State", "Finished")]],
        ]
        return content
    }
}
