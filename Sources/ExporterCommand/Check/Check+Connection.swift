import HPCPackClient

/// Address, certificate, account, and the cluster's version and active head node.
extension Check {
    /// Tries every head node, then reads the cluster's version and its active head node.
    func connection() throws(Stop) {
        var version: Outcome<String>?
        for headNode in configuration.client.headNodes {
            var one = configuration.client
            one.headNodes = [headNode]
            // A client of its own, which cannot turn to another head node.
            let session = Session(HPCPackClient(one, logger: logger))
            switch attempt("address", { () throws(RequestError) in try session.clusterVersion() }) {
            case .success(let outcome):
                report.ok("address", "\(headNode) answers, \(outcome.time)")
                version = version ?? outcome
            case .failure(let error):
                fail(error.cause == .status(403) ? "role" : "address", error)
                // Every head node asks the same domain: more tries could lock the account.
                if error.cause == .credentials || error.cause == .local { throw Stop() }
            }
        }
        guard let version else { throw Stop() }
        certificate()
        if let user = configuration.client.username {
            report.ok("credentials", "\(user) is accepted")
        } else {
            report.warn("credentials", "none given, and the service asks for none")
        }
        let head = try step("cluster") { () throws(RequestError) in try session.activeHeadNode() }
        if let head {
            let name = head.value.isEmpty ? "unknown" : head.value
            report.ok(
                "cluster",
                "HPC Pack \(version.value), active head node \(name), \(head.time)"
            )
        }
    }

    private func certificate() {
        let urls = configuration.client.headNodes.map(\.description)
        guard urls.allSatisfy({ $0.hasPrefix("https://") }) else {
            return report.warn(
                "certificate",
                "plain http: the password crosses the network unprotected",
                "Use https:// in --hpcpack.url unless this is a trial."
            )
        }
        switch configuration.client.trust {
        case .system: report.ok("certificate", "trusted by the system's authorities")
        case .caFile(let path): report.ok("certificate", "trusted by \(path)")
        case .insecure:
            report.warn(
                "certificate",
                "not verified: the password goes to whoever answers",
                "Give the head node's certificate with --hpcpack.ca-file=FILE."
            )
        }
    }
}
