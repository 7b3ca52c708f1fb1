import HPCPackClient

/// What the server can do beyond what every release can.
extension Check {
    /// Reports each capability, with what it gives.
    func capabilities() throws(Stop) {
        for capability in Capability.allCases {
            let name = capability.rawValue
            let outcome = try step(name) { () throws(RequestError) in
                try session.supports(capability)
            }
            guard let outcome else { continue }
            if outcome.value {
                report.ok(name, "\(capability.question) is there: \(capability.benefit)")
                continue
            }
            var question = capability.question
            if capability.properties.count > 1 {
                let refused = try step(name) { () throws(RequestError) in
                    try session.refusedProperties(of: capability)
                }
                if let names = refused?.value, !names.isEmpty {
                    question = names.joined(separator: ", ")
                }
            }
            report.skip(name, "\(question) is not there: \(capability.loss)")
        }
    }
}

extension Capability {
    /// What follows where the capability is not there.
    fileprivate var loss: String {
        switch self {
        case .nodes2016, .clusterNodes: "nodes are read by the calls of the other release"
        case .jobTaskCounts: "tasks are read by a call for each job"
        case .rowCount: "the first numbers of jobs come with the first full read"
        case .nodeMetrics, .nodeResourceCounts, .jobAllocation, .jobPendingReason:
            "without \(benefit)"
        }
    }
}
