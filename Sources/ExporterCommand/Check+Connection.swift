import HPCPackClient

/// Address, certificate, account, and what the cluster says of itself.
extension Check {
    /// Tries every head node, then what they say of the cluster.
    func connection() throws(Stop) {
        var version: Outcome<String>?
        for headNode in configuration.client.headNodes {
            var one = configuration.client
            one.headNodes = [headNode]
            // A session of its own: the answer must come from this head node and no other.
            let session = Session(HPCPackClient(one, logger: logger))
            switch attempt("address", { () throws(RequestError) in try session.clusterVersion() }) {
            case .success(let outcome):
                report.tell(.ok, "address", "\(headNode) answers, \(outcome.time)")
                version = version ?? outcome
            case .failure(let error):
                tell(error, error.cause == .status(403) ? "role" : "address")
                // Every head node asks the same domain: more tries could lock the account.
                if error.cause == .credentials || error.cause == .local { throw Stop() }
            }
        }
        guard let version else { throw Stop() }
        certificate()
        if let user = configuration.client.username {
            report.tell(.ok, "credentials", "\(user) is accepted")
        } else {
            report.tell(.warning, "credentials", "none given, and the service asks for none")
        }
        let head = try step("cluster") { () throws(RequestError) in try session.activeHeadNode() }
        if let head {
            let name = head.value.isEmpty ? "unknown" : head.value
            report.tell(
                .ok,
                "cluster",
                "HPC Pack \(version.value), active head node \(name), \(head.time)"
            )
        }
    }

    private func certificate() {
        let urls = configuration.client.headNodes.map(\.description)
        guard urls.allSatisfy({ $0.hasPrefix("https://") }) else {
            report.tell(
                .warning,
                "certificate",
                "plain http: the password crosses the network unprotected",
                advice: "Use https:// in --hpcpack.url unless this is a trial."
            )
            return
        }
        switch configuration.client.trust {
        case .system: report.tell(.ok, "certificate", "trusted by the system's authorities")
        case .caFile(let path): report.tell(.ok, "certificate", "trusted by \(path)")
        case .insecure:
            report.tell(
                .warning,
                "certificate",
                "not verified: the password goes to whoever answers",
                advice: "Give the head node's certificate with --hpcpack.ca-file=FILE."
            )
        }
    }
}
