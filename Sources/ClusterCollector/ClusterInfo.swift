import HPCPackClient

/// What the cluster calls tell.
struct ClusterInfo: Sendable, Equatable {
    var version: String
    var activeHeadNode: String
    var jobTemplates: Int

    /// Asks for all of it.
    ///
    /// - Throws: The first failure.
    static func collect(_ session: Session) throws(RequestError) -> ClusterInfo {
        ClusterInfo(
            version: try session.clusterVersion(),
            activeHeadNode: try session.activeHeadNode(),
            jobTemplates: Set(try session.jobTemplates()).count
        )
    }
}
