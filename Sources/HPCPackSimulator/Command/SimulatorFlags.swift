import Flags

/// The command line of `hpcpack-simulator` (docs/simulator.md).
enum SimulatorFlags {
    /// Every flag, by heading.
    static let table = FlagTable(
        program: "hpcpack-simulator",
        summary: "simulated head node of a Microsoft HPC Pack cluster",
        introduction: """
            Usage: hpcpack-simulator [flags]

            Simulates the head node of a Microsoft HPC Pack cluster behind its REST API.

            """,
        groups: [
            FlagTable.Group(
                "Addresses and TLS",
                addresses,
                notes: list(
                    "Calls of the control API",
                    ControlCall.all.map { ($0.usage, $0.meaning) }
                )
            ),
            FlagTable.Group("Cluster", cluster), FlagTable.Group("Accounts", accounts),
            FlagTable.Group("Recordings", recordings),
            FlagTable.Group("Server behavior", behavior),
            FlagTable.Group(
                "Faults",
                faults,
                notes: list("Kinds", FaultReference.kinds.map { ($0.form, $0.meaning) })
                    + list("Options", FaultReference.options.map { ($0.form, $0.meaning) })
                    + "\n  A DURATION is 250ms, 5s, 2m or 1h.\n"
            ), FlagTable.Group("Other", [.printHelp, .printVersion]),
        ],
        conclusion: """
            Exit codes: 0 ended as asked, 1 standard output cannot be written, 2 unusable flags or files.

            """
    )

    private static func list(_ title: String, _ entries: [(form: String, meaning: String)])
        -> String
    {
        entries.reduce("\n  \(title):\n") {
            $0 + "    \($1.form)\n" + FlagTable.wrapped($1.meaning, indent: 8)
        }
    }

    private static func words<Choice: RawRepresentable<String> & CaseIterable>(
        _: Choice.Type
    ) -> Flag.Kind { .choice(Choice.allCases.map(\.rawValue)) }

    private static let addresses: [Flag] = [
        Flag(
            "address",
            .text,
            "HOST:PORT",
            default: "127.0.0.1:8060",
            help: "Where the REST API listens; port 0 for any."
        ),
        Flag(
            "second-address",
            .text,
            "HOST:PORT",
            help:
                "Where a second head node of the same cluster listens, with page tokens of its own; none by default."
        ),
        Flag(
            "control-address",
            .text,
            "HOST:PORT",
            help:
                "Where the control API listens, which tells the truth about the cluster and sets time, faults and head "
                + "nodes, in plain HTTP and without credentials; off by default."
        ),
        Flag(
            "tls",
            .choice(["self-signed"]),
            help:
                "Serve HTTPS with a certificate made at the start for localhost, 127.0.0.1, ::1 and --tls-host."
        ),
        Flag(
            "tls-host",
            .list,
            "NAME",
            help: "Another host name or IP address for that certificate; repeatable."
        ),
        Flag(
            "tls-ca-out",
            .text,
            "FILE",
            help: "Where to write the certificate (PEM) that clients must trust then."
        ),
        Flag(
            "tls-certificate",
            .text,
            "FILE",
            help:
                "Serve HTTPS with this certificate (PEM), and those that lead to its authority."
        ),
        Flag(
            "tls-key",
            .text,
            "FILE",
            help: "The key of --tls-certificate (PEM, without a pass phrase)."
        ),
    ]

    private static let cluster: [Flag] = [
        Flag(
            "product",
            words(SimulatorConfiguration.Product.self),
            default: "both",
            help:
                "Whose calls on nodes are answered: /nodes of HPC Pack 2016, /cluster/nodes and what goes with it of "
                + "HPC Pack 2019, or both with the version of 2016."
        ),
        Flag(
            "profile",
            words(SimulatorProfile.self),
            default: "small",
            help:
                "Size of the cluster: 40 nodes and 2,000 jobs, 400 and 50,000, or 10,000 and 1,000,000."
        ),
        Flag(
            "nodes",
            .integer(.min ... .max),
            help: "Number of nodes, head nodes included; default that of the profile."
        ),
        Flag(
            "jobs",
            .integer(.min ... .max),
            help: "Number of jobs, more or less; default that of the profile."
        ),
        Flag("seed", .integer(0 ... .max), default: "1", help: "Same seed, same cluster."),
        Flag(
            "speed",
            .decimal,
            default: "1",
            help: "Simulated seconds in a second; 0 freezes the cluster."
        ),
        Flag(
            "start-time",
            .integer(.min ... .max),
            "UNIX-SECONDS",
            help: "When the simulation begins; default now."
        ),
    ]

    private static let accounts: [Flag] = [
        Flag("user", .text, "NAME", default: "HPC\\monitor", help: "Account of the REST API."),
        Flag(
            "password-file",
            .text,
            "FILE",
            help: "Its password; default the password monitor, for demonstrations."
        ),
        Flag(
            "accounts-file",
            .text,
            "FILE",
            help:
                "Several accounts instead, one a line: name, roles (Administrator, JobAdministrator, JobOperator, User; "
                + "commas between several) and password, separated by blanks."
        ),
        Flag("no-auth", .presence, help: "Let everybody in."),
    ]

    private static let recordings: [Flag] = [
        Flag(
            "replay",
            .text,
            "FILE",
            help:
                "Answer from a recording that hpcpack-exporter check has made, in place of a simulated cluster; of the "
                + "other flags only --address and those of TLS count then, and no credentials are needed."
        )
    ]

    private static let behavior: [Flag] = [
        Flag(
            "date-format",
            .text,
            "PATTERN",
            default: "M/d/yyyy h:mm:ss tt",
            help: ".NET pattern of times."
        ),
        Flag(
            "never-times",
            words(SimulatorConfiguration.NeverTimes.self),
            default: "mixed",
            help: "How a time that was never set is written."
        ),
        Flag(
            "no-node-groups-property",
            .presence,
            help: "Leave NodeGroups out of node rows and refuse it."
        ),
        Flag(
            "ignore-unknown-properties",
            .presence,
            help: "Leave unknown properties out instead of refusing the call."
        ),
        Flag(
            "refused-properties",
            .list,
            "NAME[,NAME...]",
            help:
                "Refuse these properties of nodes, jobs and tasks as if they were unknown; repeatable. Some stand in no "
                + "documented list: IdleResourceCount and OfflineResourceCount of nodes; CurrentCoreCount, "
                + "CurrentNodeCount, PendingReason, TaskCount and ConfiguringTaskCount to CancelingTaskCount of jobs."
        ),
        Flag(
            "answer-unknown-groups",
            .presence,
            help: "Answer an unknown node group with an empty list instead of 404."
        ),
        Flag(
            "max-rows-per-read",
            .integer(1 ... .max),
            help: "The most rows in a page; default no limit."
        ),
        Flag(
            "token-lifetime",
            .integer(.min ... .max),
            "SECONDS",
            default: "3600",
            help: "How long a page token is good for."
        ),
        Flag(
            "lost-token-status",
            .integer(400...599),
            "CODE",
            default: "400",
            help: "Status of an answer to a token that is not known."
        ),
        Flag(
            "continuation-header",
            .text,
            "NAME",
            default: "x-ms-continuation-QueryId",
            help: "Spelling of the page token's header."
        ),
        Flag(
            "listing",
            words(SimulatorConfiguration.Listing.self),
            default: "snapshot",
            help: "Whether a listing is fixed by its first page."
        ),
        Flag(
            "empty-last-page",
            .presence,
            help: "End a listing of an exact multiple with an empty page."
        ),
        Flag(
            "api-build",
            words(SimulatorConfiguration.APIBuild.self),
            default: "current",
            help: "Which paging parameters are known."
        ),
    ]

    private static let faults: [Flag] = [
        Flag(
            "fault",
            .list,
            "KIND[=VALUE][,OPTION=VALUE...]",
            help:
                "Something that goes wrong from the start on; repeatable. The control API's POST /faults takes the "
                + "same, one a line."
        )
    ]
}
