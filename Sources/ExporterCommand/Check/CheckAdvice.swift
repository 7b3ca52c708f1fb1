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
        case .unreachable, .tls, .proxy, .credentials, .local, .cancelled: true
        default: false
        }
    }

    /// What to do, in a sentence or two.
    static func text(_ error: RequestError, hasAccount: Bool) -> String {
        if let advice = error.advice, error.cause != .credentials { return sentence(advice) }
        return switch error.cause {
        case .unreachable:
            "Check the host name and the port in --hpcpack.url, the firewall between here and the head node (port "
                + "443), and that the HPC Pack web service runs there."
        case .timeout:
            "The head node is slow or a firewall drops packets: try again, raise --hpcpack.timeout, or lower "
                + "--hpcpack.rows-per-read."
        case .tls: "Give the head node's certificate with --hpcpack.ca-file=FILE."
        case .proxy:
            "Check --hpcpack.proxy, or the variables http_proxy, https_proxy, all_proxy and no_proxy."
        case .broken:
            "Something between here and the head node ends connections: check that the address speaks HTTP or HTTPS "
                + "as its scheme says, and look for a proxy."
        case .credentials: credentials(error, hasAccount)
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

    private static func credentials(_ error: RequestError, _ hasAccount: Bool) -> String {
        guard hasAccount else {
            return
                "Give an account with --hpcpack.username='DOMAIN\\user' and its password with "
                + "--hpcpack.password-file=FILE."
        }
        let advice = sentence(error.advice ?? "check the account and its password")
        return
            "\(advice) The password comes from --hpcpack.password-file or \(ExporterFlags.passwordVariable); see also "
            + "that the account is not locked."
    }

    /// A part of a sentence as a sentence.
    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + "."
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
