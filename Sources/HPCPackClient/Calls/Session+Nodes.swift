import Basics
import JSONRows

/// The calls that tell of nodes, in the dialects of HPC Pack 2016 (docs/hpcpack-api.md#operations) and 2019
/// (docs/hpcpack-api.md#hpc-pack-2019).
extension Session {
    /// Makes calls in the dialect that the server speaks.
    ///
    /// Where it turns out not to know them, they are made in the other one, and what that shows is kept as a finding.
    ///
    /// - Parameter calls: The calls; made twice at most.
    /// - Returns: What they return.
    /// - Throws: Their failure, or that of finding out the dialect.
    public func inNodeDialect<Result>(
        _ calls: (NodeDialect) throws(RequestError) -> Result
    ) throws(RequestError) -> Result {
        let first = try nodeDialect()
        let refusal: RequestError
        do {
            return try calls(first)
        } catch  where error.isUnknownNodeCall {
            refusal = error
        }
        let other: NodeDialect = first == .hpcPack2016 ? .hpcPack2019 : .hpcPack2016
        do {
            let result = try calls(other)
            client.recordCapability(first.capability, false)
            client.recordCapability(other.capability, true)
            return result
        } catch  where error.isUnknownNodeCall {
            throw RequestError(
                refusal.cause,
                refusal.operation,
                "\(refusal.reason), and \(error.reason)",
                advice: "nodes can be read neither as HPC Pack 2016 nor as HPC Pack 2019 tells them"
            )
        }
    }

    /// The dialect by which to ask first.
    private func nodeDialect() throws(RequestError) -> NodeDialect {
        do {
            if try supports(.nodes2016) { return .hpcPack2016 }
            return try supports(.clusterNodes) ? .hpcPack2019 : .hpcPack2016
        } catch  where error.mayBePropertyList {
            // The listing itself looks for properties that the server takes.
            return .hpcPack2016
        }
    }

    /// The names of all node groups: `GET /nodes/groups`, `GET /cluster/nodeGroups`.
    ///
    /// - Parameters:
    ///   - dialect: Which call to make.
    ///   - onUnnamed: Called for each group without a name, which is left out.
    /// - Returns: The names of the others.
    /// - Throws: The failure of the call.
    public func nodeGroups(
        _ dialect: NodeDialect = .hpcPack2016,
        onUnnamed: () -> Void = {}
    ) throws(RequestError) -> [String] {
        let columns = ColumnSet(["Name"])
        let names =
            switch dialect {
            case .hpcPack2016: try strings(APIRequest(.nodeGroups), .objects(columns))
            case .hpcPack2019: try strings(APIRequest(.clusterNodeGroups), .plainObjects(columns))
            }
        return names.filter { name in
            let isNamed = !name.trimmingBlanks().isEmpty
            if !isNamed { onUnnamed() }
            return isNamed
        }
    }

    /// The names of a group's nodes: `GET /nodes/groups/{name}`, `GET /cluster/nodeGroups/{name}/nodes`.
    public func nodeGroupMembers(
        _ group: String,
        _ dialect: NodeDialect = .hpcPack2016
    ) throws(RequestError) -> [String] {
        let name = PercentEncoding.pathSegment(group)
        let request =
            switch dialect {
            case .hpcPack2016: APIRequest(.nodeGroupMembers, path: "/nodes/groups/\(name)")
            case .hpcPack2019:
                APIRequest(.clusterNodeGroupMembers, path: "/cluster/nodeGroups/\(name)/nodes")
            }
        return try strings(request, .strings)
    }

    /// All nodes: `GET /nodes`, rows of `NodeColumn`.
    ///
    /// - Parameters:
    ///   - resourceCounts: Whether to ask for the counts of idle and offline resources too.
    ///   - stage: Collects the rows.
    /// - Throws: The failure that ended the listing.
    public func nodes(
        resourceCounts: Bool = false,
        into stage: any ListingStage
    ) throws(RequestError) {
        try list(
            Listing(
                request: APIRequest(.nodes),
                properties: resourceCounts
                    ? NodeColumn.wantedWithResourceCounts : NodeColumn.wanted,
                columns: NodeColumn.set
            ),
            into: stage
        )
    }

    /// All nodes: `GET /cluster/nodes`, rows of `ClusterNodeColumn`, in one answer.
    public func clusterNodes(into stage: any ListingStage) throws(RequestError) {
        try stream(APIRequest(.clusterNodes), .plainObjects(ClusterNodeColumn.set), into: stage)
    }

    /// Cores in use and CPU usage of all nodes: `GET /cluster/nodes/metrics`, rows of `NodeFiguresColumn`.
    ///
    /// Where the call is refused, the server is not asked again until its capabilities are looked for anew.
    ///
    /// - Parameter stage: Collects the rows.
    /// - Returns: Whether the server answered; `false` when it refused the call.
    /// - Throws: Any other failure.
    public func clusterNodeMetrics(into stage: any ListingStage) throws(RequestError) -> Bool {
        let names = NodeFiguresColumn.metrics.joined(separator: ",")
        var request = APIRequest(.clusterNodeMetrics, query: [("metricNames", names)])
        request.isOptional = true
        do {
            try stream(request, NodeFiguresColumn.shape, into: stage)
            return true
        } catch  where error.isRefusedOption {
            client.recordCapability(.nodeMetrics, false)
            return false
        }
    }

    /// Reads an answer without pages, row by row.
    private func stream(
        _ request: APIRequest,
        _ shape: RowShape,
        into stage: any ListingStage
    ) throws(RequestError) {
        let sink = RowSink(
            shape: shape,
            limits: client.configuration.limits,
            onBegin: { stage.begin() },
            onRow: { row in _ = stage.stage(row) }
        )
        stage.begin()
        try fetch(request, into: sink)
        stage.endPage(ListingPage(rows: sink.rows, total: nil, isLast: true))
    }
}

extension RequestError {
    /// Whether the server may not know the node calls of a dialect at all.
    fileprivate var isUnknownNodeCall: Bool {
        switch operation {
        case .nodes, .nodeGroups, .clusterNodes, .clusterNodeGroups: mayBeUnknownCall
        default: false
        }
    }
}
