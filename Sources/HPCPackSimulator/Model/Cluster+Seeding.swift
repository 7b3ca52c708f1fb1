/// The cluster that a seed gives.
extension Cluster {
    /// Creates a cluster of `nodeCount` nodes and `jobCount` jobs, most of them ended.
    ///
    /// The same arguments give the same cluster. `now` is in simulated Unix seconds; ended jobs are kept for
    /// `retentionSeconds`. The first `headNodeCount` nodes are head nodes.
    init(
        product: SimulatorConfiguration.Product = .both,
        seed: UInt64,
        nodeCount: Int,
        headNodeCount: Int = 1,
        jobCount: Int,
        now: UInt32,
        retentionSeconds: Int
    ) {
        let draws = Draws(seed: seed)
        self.draws = draws
        self.now = now
        plan = TaskPlan(draws: draws)
        random = SeededRandom(seed: seed ^ 0x5EED_5EED)
        self.product = product
        let headNodes = (0..<max(1, headNodeCount)).map(Self.headNodeName)
        self.headNodes = headNodes
        headNode = headNodes[0]
        templates = Vocabulary.templates
        let groups = Self.makeGroups(nodeCount: nodeCount)
        self.groups = groups
        nodes = (0..<nodeCount).map {
            Self.makeNode(
                at: $0,
                of: nodeCount,
                heads: headNodes.count,
                groups: groups,
                draws: draws,
                now: now
            )
        }
        var members = [[Int]](repeating: [], count: groups.count)
        var positions: [String: Int] = [:]
        for (position, node) in nodes.enumerated() {
            for group in node.groups { members[group].append(position) }
            positions[node.name.lowercased()] = position
        }
        self.members = members
        nodePositions = positions
        workload = Workload(jobs: jobCount, retentionSeconds: retentionSeconds, nodes: nodes)
        freeCores = nodes.map { $0.takesJobs ? Int32($0.cores) : 0 }
        log = EventLog(mark: now)
        var choices: [Int] = []
        for (text, weight) in Vocabulary.jobGroups {
            choices += Array(repeating: groupListPosition(of: text), count: weight)
        }
        choices += groups.dropFirst(Self.namedGroups).prefix(40).map {
            groupListPosition(of: $0.name)
        }
        groupChoices = choices
        makeJobs(count: jobCount)
        log = EventLog(mark: now)
        scheduleRecurringEvents()
    }

    /// The number of groups before the racks of larger clusters.
    private static let namedGroups = Vocabulary.builtInGroups.count + Vocabulary.customGroups.count

    private static func makeGroups(nodeCount: Int) -> [NodeGroup] {
        let racks = min(nodeCount / 100, 150)
        return Vocabulary.builtInGroups + Vocabulary.customGroups
            + (0..<racks).map {
                NodeGroup(name: "Rack \(100 + $0)", description: "Row \($0 / 10 + 1)")
            }
    }

    private static func headNodeName(at position: Int) -> String {
        position == 0 ? "HEADNODE" : "HEADNODE\(position + 1)"
    }

    private static func makeNode(
        at position: Int,
        of count: Int,
        heads: Int,
        groups: [NodeGroup],
        draws: Draws,
        now: UInt32
    ) -> Node {
        func draw(_ bound: Int, _ salt: Int) -> Int {
            draws.below(bound, .nodeShape, position, salt)
        }
        let width = max(3, String(count).utf8.count)
        let digits = String(position)
        let number = String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        let isHead = position < heads
        let isBroker = !isHead && count > 4 && position < heads + max(1, count / 50)
        let sockets = isHead ? 2 : [1, 2, 2, 2, 4][draw(5, 1)]
        let perSocket = [4, 8, 8, 12, 16][draw(5, 2)]
        let isGPU = !isHead && !isBroker && draw(8, 3) == 0
        var memberOf: [Int] = []
        if isHead {
            memberOf = count <= heads ? [0, 1] : [0]
        } else if isBroker {
            memberOf = position % 3 == 0 ? [1, 2] : [2]
        } else if !draws.chance(30, .nodeGroups, position) {
            memberOf = [1]
            if isGPU { memberOf.append(3) }
            for group in 4...11 where draws.chance(120, .nodeGroups, position, group) {
                memberOf.append(group)
            }
            let racks = groups.count - namedGroups
            if racks > 0 { memberOf.append(namedGroups + position % racks) }
        }
        let location: Node.Location =
            isHead || isBroker
            ? .onPremise
            : [.onPremise, .onPremise, .onPremise, .linux, .azureVM, .azure][draw(6, 4)]
        return Node(
            id: position + 1,
            name: isHead
                ? headNodeName(at: position)
                : (isBroker ? "BN" : location == .linux ? "lx" : "CN") + number,
            state: .online,
            cores: sockets * perSocket,
            sockets: sockets,
            memoryMiB: sockets * perSocket * [2048, 4096, 8192][draw(3, 5)] - 17,
            cpuMHz: [2100, 2593, 2995, 3792][draw(4, 6)],
            availability: draw(20, 7) == 0 ? [.available, .occupied][draw(2, 8)] : .alwaysOn,
            location: location,
            jobTypes: isHead && count > heads ? .headNode : isBroker ? .broker : .compute,
            groups: memberOf,
            onlineTime: now - UInt32(3600 + draw(40 * 86_400, 9))
        )
    }
}
