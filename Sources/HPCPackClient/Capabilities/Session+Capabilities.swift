import Basics
import JSONRows
import Logging

extension Session {
    /// Whether the server has a capability.
    ///
    /// It is asked at the first use, again when version or active head node have changed, and when the finding is older
    /// than `ClientLimits.capabilityMemory`. A refusal is a finding and no failure.
    ///
    /// - Parameter capability: What to look for.
    /// - Returns: Whether it is there.
    /// - Throws: Any other failure, such as that to reach a head node.
    public func supports(_ capability: Capability) throws(RequestError) -> Bool {
        let (current, last) = client.capabilities.withLock { findings in
            (findings.current(capability, at: .now), findings.last(capability))
        }
        if let current { return current }
        let isThere =
            capability == .nodes2016
            ? try servesNodes2016() : try serves(capability)
        client.recordCapability(capability, isThere)
        if isThere != last {
            client.logger.info(
                isThere ? "The server has a capability" : "The server lacks a capability",
                ["capability": capability.rawValue, "gives": capability.benefit]
            )
        }
        return isThere
    }

    /// The properties of a capability that the server refuses, tried one by one.
    ///
    /// - Throws: Any failure but a refusal.
    public func refusedProperties(of capability: Capability) throws(RequestError) -> [String] {
        var refused: [String] = []
        for property in capability.properties {
            do {
                try ask(for: [property], of: capability)
            } catch  where error.isRefusedOption {
                refused.append(property)
            }
        }
        return refused
    }

    private func serves(_ capability: Capability) throws(RequestError) -> Bool {
        do {
            return try answers(capability)
        } catch  where error.isRefusedOption {
            return false
        }
    }

    private func answers(_ capability: Capability) throws(RequestError) -> Bool {
        switch capability {
        case .clusterNodes:
            _ = try ask(APIRequest(.clusterNodes, query: [("rowsPerRead", "1")]))
        case .nodeMetrics:
            _ = try ask(APIRequest(.clusterNodeMetrics, query: [("metricNames", "HPCCoresInUse")]))
        case .rowCount:
            let query = [("properties", "Id"), ("rowsPerRead", "1"), ("startRow", "0")]
            return try ask(APIRequest(.jobs, query: query)).rowCount != nil
        case .nodeResourceCounts where try !supports(.nodes2016):
            // They are properties of the rows that these calls list.
            return false
        case .nodes2016, .nodeResourceCounts, .jobTaskCounts, .jobAllocation, .jobPendingReason:
            try ask(for: capability.properties, of: capability)
        }
        return true
    }

    /// Whether the node calls of HPC Pack 2016 are there.
    ///
    /// They are no option where those of 2019 are missing, so their other failures are failures.
    private func servesNodes2016() throws(RequestError) -> Bool {
        let request = APIRequest(.nodes, query: [("properties", "Id"), ("rowsPerRead", "1")])
        do {
            try fetch(request, into: sink)
            return true
        } catch  where error.mayBeUnknownPath {
            return false
        } catch  where error.mayBeUnknownID {
            // Some servers refuse an unknown path with another status.
            guard try supports(.clusterNodes) else { throw error }
            return false
        }
    }

    /// Asks for one row with some properties of a capability.
    private func ask(
        for properties: [String],
        of capability: Capability
    ) throws(RequestError) {
        let isOfNodes = capability == .nodes2016 || capability == .nodeResourceCounts
        let minimal = isOfNodes ? NodeColumn.wanted.minimal : JobColumn.wanted.minimal
        let list = (minimal + properties).joined(separator: ",")
        let query = [("properties", list), ("rowsPerRead", "1")]
        _ = try ask(APIRequest(isOfNodes ? .nodes : .jobs, query: query))
    }

    /// Makes an optional request, of whose answer only the head counts.
    private func ask(_ request: APIRequest) throws(RequestError) -> ResponseHead {
        var request = request
        request.isOptional = true
        return try fetch(request, into: sink)
    }

    private var sink: RowSink {
        RowSink(
            shape: .objects(ColumnSet(["Id"])),
            limits: client.configuration.limits,
            onRow: { _ in }
        )
    }
}

extension HPCPackClient {
    /// The last finding about each capability that was looked for.
    public var knownCapabilities: [Capability: Bool] {
        capabilities.withLock { findings in
            let known = Capability.allCases.compactMap { capability in
                findings.last(capability).map { (capability, $0) }
            }
            return Dictionary(uniqueKeysWithValues: known)
        }
    }

    /// Records what a call showed of a capability; it is relied on until the capability is looked for again.
    public func recordCapability(_ capability: Capability, _ isThere: Bool) {
        let end = ContinuousClock.now + configuration.limits.capabilityMemory
        capabilities.withLock { $0.record(capability, isThere, until: end) }
    }

    /// Looks anew for what the server can do, because another one may answer now.
    public func forgetServerBehavior() {
        capabilities.withLock { $0.expire(at: .now) }
        propertyChoices.withLock { $0 = PropertyChoices() }
        pagingBehavior.withLock { $0 = PagingBehavior() }
    }
}
