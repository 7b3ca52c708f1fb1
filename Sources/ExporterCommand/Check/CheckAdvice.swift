import HPCPackClient

/// Advice on the failures that `--check` meets.
enum CheckAdvice {
    /// The subject that a failure is reported under: the certificate or the account, else the step that failed.
    static func subject(_ error: RequestError, step: String) -> String {
        switch error.cause {
        case .tls: "certificate"
        case .credentials: "credentials"
        default: step
        }
    }

    /// Whether the steps that follow would fail for the same reason.
    static func isFinal(_ error: RequestError) -> Bool {
        switch error.cause {
        case .unreachable, .tls, .credentials, .local, .cancelled: true
        default: false
        }
    }

    /// What to do, in a sentence or two.
    static func text(_ error: RequestError, hasAccount: Bool) -> String {
        switch error.cause {
        case .unreachable:
            "Check the host name and the port in --hpcpack.url, the firewall between here and the head node (port "
                + "443), and that the HPC Pack web service runs there."
        case .timeout:
            "The head node is slow or a firewall drops packets: try again, raise --hpcpack.timeout, or lower "
                + "--hpcpack.rows-per-read."
        case .tls: certificate(error.description)
        case .broken:
            "Something between here and the head node ends connections: check that the address speaks HTTP or HTTPS "
                + "as its scheme says, and look for a proxy."
        case .credentials: credentials(hasAccount)
        case .malformed:
            "Check that --hpcpack.url is the REST service, usually https://headnode/hpc, and not a web portal, a "
                + "proxy or a sign-in page."
        case .status(let code): status(code)
        case .limit:
            "The answer is larger than a cluster needs or does not end; lower --hpcpack.rows-per-read, and look for "
                + "a proxy that repeats answers."
        case .truncated:
            "Look for a proxy that drops the header x-ms-continuation-QueryId, or raise --hpcpack.rows-per-read "
                + "above the number of rows."
        case .cancelled: "Try again."
        case .local: "Check that the password file can be read by this account."
        }
    }

    private static func certificate(_ message: String) -> String {
        let message = message.lowercased()
        if message.contains("expired") || message.contains("not yet valid") {
            return "Renew the certificate on the head node, and check the clocks of both machines."
        }
        if message.contains("subject name") || message.contains("does not match")
            || message.contains("mismatch")
        {
            return "Use a host name in --hpcpack.url that the certificate carries."
        }
        if message.contains("self") || message.contains("issuer") || message.contains("verify") {
            return
                "Export the head node's certificate (certlm.msc, Personal, Base-64) and give it with "
                + "--hpcpack.ca-file=FILE."
        }
        return
            "Check that --hpcpack.url names the HTTPS port of the head node (443), and give its certificate "
            + "with --hpcpack.ca-file=FILE."
    }

    private static func credentials(_ hasAccount: Bool) -> String {
        hasAccount
            ? "Write the account as DOMAIN\\user, check the password (\(ExporterFlags.passwordVariable) or "
                + "--hpcpack.password-file), that the account is not locked, and that the service accepts HTTP Basic."
            : "Give an account with --hpcpack.username='DOMAIN\\user' and its password with "
                + "--hpcpack.password-file=FILE."
    }

    private static func status(_ code: Int) -> String {
        switch code {
        case 403:
            "Give the account a role that may view the cluster and all jobs (HPC Job Operators)."
        case 404:
            "Check the path in --hpcpack.url, usually /hpc; the REST service needs HPC Pack 2016 Update 3 or later."
        case 429, 503: "The service is busy or starting; try again in a minute."
        case 500...:
            "Look at the event log of the HPC Pack web service on the head node, then try again."
        case 300..<400: "Set --hpcpack.url to the address that the redirect leads to."
        default: "Check --hpcpack.url, and the log of the HPC Pack web service on the head node."
        }
    }
}
