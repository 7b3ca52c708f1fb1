/// One flag of `hpcpack-simulator`.
public struct SimulatorFlag: Sendable {
    /// What a flag is about, in the order of `--help`.
    public enum Group: String, Sendable, CaseIterable {
        /// Where it listens, and how.
        case addresses = "Addresses and TLS"
        /// What is simulated.
        case cluster = "Cluster"
        /// Who may come in.
        case accounts = "Accounts"
        /// In what builds and installations differ.
        case habits = "Habits of the server"
        /// What goes wrong.
        case faults = "Faults"
        /// The rest.
        case other = "Other"
    }

    /// What it is about.
    public let group: Group
    /// The name with its dashes.
    public let name: String
    /// What stands for its value; empty when it takes none.
    public let placeholder: String
    /// What it does.
    public let help: String

    /// The name with what stands for its value.
    public var usage: String { placeholder.isEmpty ? name : "\(name)=\(placeholder)" }

    /// Every flag, in the order of `--help`.
    public static let all: [SimulatorFlag] =
        addresses + cluster + accounts + habits + faults + other

    private static let addresses: [SimulatorFlag] = [
        .init(
            .addresses,
            "--address",
            "HOST:PORT",
            "Where the REST face listens; default 127.0.0.1:8060, port 0 for any."
        ),
        .init(
            .addresses,
            "--second-address",
            "HOST:PORT",
            "Where a second head node of the same cluster listens, with page tokens of its own; "
                + "none by default."
        ),
        .init(
            .addresses,
            "--control-address",
            "HOST:PORT",
            "Where the truth is told and time, faults and head nodes are steered, in plain HTTP and "
                + "without credentials; off by default."
        ),
        .init(
            .addresses,
            "--tls",
            "self-signed",
            "Serve HTTPS with a certificate made at the start for localhost, 127.0.0.1, ::1 and "
                + "--tls-host."
        ),
        .init(
            .addresses,
            "--tls-host",
            "NAME",
            "Another host name or IP address for that certificate; repeatable."
        ),
        .init(
            .addresses,
            "--tls-ca-out",
            "FILE",
            "Where to write the certificate (PEM) that clients must trust then."
        ),
        .init(
            .addresses,
            "--tls-certificate",
            "FILE",
            "Serve HTTPS with this certificate (PEM), and those that lead to its authority."
        ),
        .init(
            .addresses,
            "--tls-key",
            "FILE",
            "The key of --tls-certificate (PEM, without a pass phrase)."
        ),
    ]

    private static let cluster: [SimulatorFlag] = [
        .init(
            .cluster,
            "--profile",
            "small|department|enterprise",
            "Size of the cluster: 40 nodes and 2,000 jobs (default), 400 and 50,000, 10,000 and "
                + "1,000,000."
        ),
        .init(.cluster, "--nodes", "N", "Number of nodes, head nodes included."),
        .init(.cluster, "--jobs", "N", "Number of jobs, more or less."),
        .init(.cluster, "--seed", "N", "Same seed, same cluster; default 1."),
        .init(
            .cluster,
            "--speed",
            "N",
            "Simulated seconds in a second; 0 freezes the cluster; default 1."
        ),
        .init(.cluster, "--start-time", "UNIX-SECONDS", "When the simulation begins; default now."),
    ]

    private static let accounts: [SimulatorFlag] = [
        .init(.accounts, "--user", "NAME", "Account of the REST face; default HPC\\monitor."),
        .init(
            .accounts,
            "--password-file",
            "FILE",
            "Its password; default the password monitor, for demonstrations."
        ),
        .init(
            .accounts,
            "--accounts-file",
            "FILE",
            "Several accounts instead, one a line: name, roles (Administrator, JobAdministrator, "
                + "JobOperator, User; commas between several) and password, parted by blanks."
        ),
        .init(.accounts, "--no-auth", "", "Let everybody in."),
    ]

    private static let habits: [SimulatorFlag] = [
        .init(
            .habits,
            "--date-format",
            "PATTERN",
            ".NET pattern of times; default \"M/d/yyyy h:mm:ss tt\"."
        ),
        .init(
            .habits,
            "--never-times",
            "empty|year-one|mixed",
            "How a time that was never set is written; default mixed."
        ),
        .init(
            .habits,
            "--no-node-groups-property",
            "",
            "Leave NodeGroups out of node rows and refuse it."
        ),
        .init(
            .habits,
            "--ignore-unknown-properties",
            "",
            "Leave unknown properties out instead of refusing the call."
        ),
        .init(
            .habits,
            "--answer-unknown-groups",
            "",
            "Answer an unknown node group with an empty list instead of 404."
        ),
        .init(.habits, "--max-rows-per-read", "N", "The most rows in a page; default no limit."),
        .init(
            .habits,
            "--token-lifetime",
            "SECONDS",
            "How long a page token is good for; default 3600."
        ),
        .init(
            .habits,
            "--lost-token-status",
            "CODE",
            "Status of an answer to a token that is not known; default 400."
        ),
        .init(
            .habits,
            "--continuation-header",
            "NAME",
            "Spelling of the page token's header; default x-ms-continuation-QueryId."
        ),
        .init(
            .habits,
            "--listing",
            "snapshot|live",
            "Whether a listing is fixed by its first page; default snapshot."
        ),
        .init(
            .habits,
            "--empty-last-page",
            "",
            "End a listing of an exact multiple with an empty page."
        ),
        .init(
            .habits,
            "--api-build",
            "current|old|strict-old",
            "Which paging parameters are known; default current."
        ),
    ]

    private static let faults: [SimulatorFlag] = [
        .init(
            .faults,
            "--fault",
            "KIND[=VALUE][,OPTION=VALUE...]",
            "Something that goes wrong from the start on; repeatable. The control endpoint's "
                + "POST /faults takes the same, one a line."
        )
    ]

    private static let other: [SimulatorFlag] = [
        .init(.other, "--help", "", "Print this and exit."),
        .init(.other, "--version", "", "Print the version and exit."),
    ]

    private init(_ group: Group, _ name: String, _ placeholder: String, _ help: String) {
        self.group = group
        self.name = name
        self.placeholder = placeholder
        self.help = help
    }
}
