/// A node's state as `GET /cluster/nodes` tells it: whether it is deployed, and whether jobs may run on it
/// (specification of HPC Pack 2019, `NodeState`).
enum DeploymentState: UInt8, NamedState {
    case unknown, provisioning, offline, starting, online, draining, rejected, removing
    case notDeployed, stopping

    static let names = [
        "Unknown", "Provisioning", "Offline", "Starting", "Online", "Draining", "Rejected",
        "Removing", "NotDeployed", "Stopping",
    ]
}

/// A node's health (specification of HPC Pack 2019, `NodeHealth`).
enum NodeHealth: UInt8, NamedState {
    case ok, warning, error, transitional, unapproved

    static let names = ["OK", "Warning", "Error", "Transitional", "Unapproved"]
}

/// What the management service knows of nodes beside the scheduler.
extension Cluster {
    /// How long an Azure node takes to start or to stop, in seconds.
    static let startSeconds: UInt32 = 120
    /// How long a node on premises is provisioned before it returns, in seconds.
    static let provisioningSeconds: UInt32 = 300

    /// Returns the deployment state of a node.
    ///
    /// It is the scheduler's state of a node unless that is Offline: an Azure node that cannot be reached is
    /// being stopped, is not deployed, or is being started, and another one is provisioned before it returns.
    func deployment(ofNode position: Int) -> DeploymentState {
        let node = nodes[position]
        switch node.state {
        case .online: return .online
        case .draining: return .draining
        case .offline: break
        }
        let rest = node.returnTime > now ? node.returnTime - now : .max
        switch node.location {
        case .azure, .azureVM:
            if node.isReachable { return .offline }
            if now < node.offlineTime + Self.startSeconds { return .stopping }
            return rest <= Self.startSeconds ? .starting : .notDeployed
        case .onPremise, .linux:
            if rest <= Self.provisioningSeconds { return .provisioning }
            if node.isReachable { return .offline }
            let conditions: [DeploymentState] = [.offline, .unknown, .rejected, .removing]
            return draws.pick(conditions, .nodeHealth, position, Int(node.offlineTime))
        }
    }

    /// Returns the health of a node.
    ///
    /// A node that cannot run jobs has an error, even when it is online (docs/hpcpack-api.md#hpc-pack-2019).
    /// Nodes that are not deployed are not approved, as in the example of the specification.
    func health(ofNode position: Int) -> NodeHealth {
        switch deployment(ofNode: position) {
        case .unknown, .rejected, .notDeployed: return .unapproved
        case .provisioning, .starting, .removing, .stopping: return .transitional
        case .online, .offline, .draining: break
        }
        guard nodes[position].isReachable else { return .error }
        // For an hour at a time.
        let isWarned = draws.chance(40, .nodeHealth, position, -1 - Int(now / 3600))
        return isWarned ? .warning : .ok
    }

    /// Returns how busy the processors of a node are in percent; `nil` when it cannot be reached.
    func processorUsage(ofNode position: Int) -> Double? {
        let node = nodes[position]
        guard node.isReachable else { return nil }
        // Tasks leave some of their cores idle, and the system takes a little.
        let efficiency = 82 + draws.below(17, .nodeUsage, position, Int(now / 15))
        let system = draws.below(16, .nodeUsage, position, -1 - Int(now / 15))
        let busy = node.coresInUse * efficiency * 1008 / (100 * max(1, node.cores))
        // In 1,024ths, so that neither the percentage nor a hundredth of it is rounded.
        return Double(busy + system) * 100 / 1024
    }
}
