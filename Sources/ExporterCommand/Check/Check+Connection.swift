import Basics
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
            let client = HPCPackClient(one, logger: logger)
            let session = Session(client)
            switch attempt("address", { () throws(RequestError) in try session.clusterVersion() }) {
            case .success(let outcome):
                report.ok("address", "\(headNode) answers, \(outcome.time)")
                version = version ?? outcome
                show(client.certificate(of: 0), of: headNode)
            case .failure(let error):
                fail(error.cause == .status(403) ? "role" : "address", error)
                show(client.certificate(of: 0), of: headNode)
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
        case .fingerprints:
            report.ok("certificate", "trusted by its fingerprint")
        case .insecure:
            report.warn(
                "certificate",
                "not verified: the password goes to whoever answers",
                "Give the head node's certificate with --hpcpack.ca-file=FILE or --hpcpack.certificate-sha256=HEX."
            )
        }
    }

    /// Shows the certificate that a head node presented, and the flag that believes exactly this one.
    private func show(_ certificate: PeerCertificate?, of headNode: HeadNodeURL) {
        guard let certificate else { return }
        let names = certificate.names.isEmpty ? "no DNS name" : certificate.names
        let issuer =
            certificate.issuer == certificate.subject
            ? "self-signed" : "issued by \(certificate.issuer)"
        report.note(
            "certificate",
            "shown by \(headNode): \(certificate.subject); \(names); \(issuer); "
                + "valid from \(Self.day(certificate.notBefore)) to \(Self.day(certificate.notAfter))"
        )
        report.note(
            "certificate",
            "--hpcpack.certificate-sha256=\(certificate.sha256)",
            "This flag believes exactly that certificate. First compare it: on the head node export the certificate "
                + "as DER (certlm.msc, Personal) and run Get-FileHash on the file."
        )
    }

    private static func day(_ seconds: Int64) -> String {
        let date = CivilTime(unixSeconds: Int(seconds)).date
        return
            "\(date.year)-\(CivilTime.twoDigits(date.month))-\(CivilTime.twoDigits(date.day))"
    }
}
