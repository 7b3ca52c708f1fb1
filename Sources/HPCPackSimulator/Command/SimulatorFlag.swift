/// One flag of `hpcpack-simulator`.
public struct SimulatorFlag: Sendable {
    /// The name with its dashes.
    public let name: String
    /// What stands for its value; empty when it takes none.
    public let placeholder: String
    /// What it does.
    public let help: String

    /// Every flag, in the order of `--help`.
    public static let all: [SimulatorFlag] = [
        .init(
            "--address",
            "HOST:PORT",
            "Where the REST face listens; default 127.0.0.1:8060, port 0 for any."
        ),
        .init(
            "--control-address",
            "HOST:PORT",
            "Where GET /truth and POST /pause, /resume, /advance, /speed, /mark, "
                + "/lose-tokens are answered; off by default."
        ),
        .init("--profile", "small|department|enterprise", "Size of the cluster; default small."),
        .init("--nodes", "N", "Number of nodes."),
        .init("--jobs", "N", "Number of jobs, more or less."),
        .init("--seed", "N", "Same seed, same cluster; default 1."),
        .init("--speed", "N", "Simulated seconds in a second; 0 freezes the cluster; default 1."),
        .init("--start-time", "UNIX-SECONDS", "When the simulation begins; default now."),
        .init("--user", "NAME", "Account of the REST face; default HPC\\monitor."),
        .init(
            "--password-file",
            "FILE",
            "Its password; default the password monitor, for demonstrations."
        ),
        .init(
            "--accounts-file",
            "FILE",
            "Several accounts, one a line: name, roles (Administrator, JobAdministrator, JobOperator, "
                + "User; commas between several) and password, parted by blanks."
        ),
        .init("--no-auth", "", "Let everybody in."),
        .init(
            "--date-format",
            "PATTERN",
            ".NET pattern of times; default \"M/d/yyyy h:mm:ss tt\"."
        ),
        .init(
            "--never-times",
            "empty|year-one|mixed",
            "How a time that was never set is written; default mixed."
        ),
        .init("--no-node-groups-property", "", "Leave NodeGroups out of node rows and refuse it."),
        .init(
            "--ignore-unknown-properties",
            "",
            "Leave unknown properties out instead of refusing the call."
        ),
        .init(
            "--answer-unknown-groups",
            "",
            "Answer an unknown node group with an empty list instead of 404."
        ),
        .init("--max-rows-per-read", "N", "The most rows in a page."),
        .init("--token-lifetime", "SECONDS", "How long a page token is good for; default 3600."),
        .init(
            "--lost-token-status",
            "CODE",
            "Status of an answer to a token that is not known; default 400."
        ),
        .init("--continuation-header", "NAME", "Spelling of the page token's header."),
        .init(
            "--listing",
            "snapshot|live",
            "Whether a listing is fixed by its first page; default snapshot."
        ),
        .init("--empty-last-page", "", "End a listing of an exact multiple with an empty page."),
        .init(
            "--api-build",
            "current|old|strict-old",
            "Which paging parameters are known; default current."
        ),
        .init("--help", "", "Print this and exit."),
        .init("--version", "", "Print the version and exit."),
    ]

    private init(_ name: String, _ placeholder: String, _ help: String) {
        self.name = name
        self.placeholder = placeholder
        self.help = help
    }

    /// The text of `--help`.
    static var help: String {
        var text = """
            Usage: hpcpack-simulator [flags]

            Simulates the head node of a Microsoft HPC Pack cluster behind the REST API of HPC Pack 2016.

            """
        for flag in all {
            text +=
                "\n  \(flag.name)\(flag.placeholder.isEmpty ? "" : "=" + flag.placeholder)\n      \(flag.help)"
        }
        return text + "\n\nExit codes: 0 ended as asked, 2 unusable flags.\n"
    }
}
