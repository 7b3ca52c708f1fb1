import HPCPackClient
import Logging

/// Version, active head node and job templates of the cluster.
struct ClusterInfo: Sendable, Equatable {
    var version: String
    var activeHeadNode: String
    var jobTemplates: Int
}

/// Collects what the cluster tells about itself.
final class ClusterInfoCollector: Collector {
    let slot: CollectorSlot<ClusterInfo>
    private let client: HPCPackClient
    private let context: CollectionContext

    init(_ client: HPCPackClient, _ context: CollectionContext) {
        self.client = client
        slot = CollectorSlot(.cluster, Session(client), context.logger)
        self.context = context
    }

    func collect() throws(RequestError) -> Collected<ClusterInfo> {
        let formatError = context.format.refresh()
        let info = ClusterInfo(
            version: try slot.session.clusterVersion(),
            activeHeadNode: try slot.session.activeHeadNode(),
            jobTemplates: Set(try slot.session.jobTemplates()).count
        )
        if let before = slot.data,
            (before.version, before.activeHeadNode) != (info.version, info.activeHeadNode)
        {
            client.forgetServerBehavior()
        }
        // Another head node may have another clock, and stamp changes before those that were seen.
        if let before = slot.data?.activeHeadNode, before != info.activeHeadNode {
            context.logger.info(
                "The active head node has changed; the next round reads all jobs",
                ["head_node": info.activeHeadNode]
            )
            context.fullJobRead.make()
        }
        return Collected(data: info, error: formatError)
    }
}
