extension Flag {
    /// The variable that holds the password when no file does; there is no such flag on purpose.
    public static let passwordVariable = "HPCPACK_EXPORTER_HPCPACK_PASSWORD"

    /// Every flag, in the order of `--help` (DESIGN: Command line).
    public static let all: [Flag] = hpcpack + collection + web + logging + other

    private static let hpcpack: [Flag] = [
        Flag(
            group: "HPC Pack",
            name: "hpcpack.url",
            kind: .list,
            placeholder: "URL",
            standard: "",
            help:
                "Address of a head node's REST service, such as https://headnode; /hpc is added when the path is "
                + "empty. Give it once for each head node; they are tried in turn. Required."
        ),
        Flag(
            group: "HPC Pack",
            name: "hpcpack.username",
            kind: .text,
            placeholder: "NAME",
            standard: "",
            help: "Account for HTTP Basic, as DOMAIN\\user."
        ),
        Flag(
            group: "HPC Pack",
            name: "hpcpack.password-file",
            kind: .text,
            placeholder: "FILE",
            standard: "",
            help:
                "File that holds the account's password; it is read again when it changes and after a 401. "
                + "Without it the password comes from the variable \(passwordVariable)."
        ),
        Flag(
            group: "HPC Pack",
            name: "hpcpack.as-user",
            kind: .text,
            placeholder: "NAME",
            standard: "",
            help: "User in whose name to ask (x-ms-as-user); for administrator accounts only."
        ),
        Flag(
            group: "HPC Pack",
            name: "hpcpack.ca-file",
            kind: .text,
            placeholder: "FILE",
            standard: "",
            help:
                "PEM file with the certificate authority, or the self-signed certificate, to believe instead of the "
                + "system's authorities."
        ),
        Flag(
            group: "HPC Pack",
            name: "hpcpack.insecure-skip-verify",
            kind: .toggle,
            placeholder: "",
            standard: "false",
            help: "Believe any certificate. The password then goes to whoever answers."
        ),
        Flag(
            group: "HPC Pack",
            name: "hpcpack.timeout",
            kind: .duration,
            placeholder: "DURATION",
            standard: "30s",
            help: "Longest time for one request, answer included."
        ),
        Flag(
            group: "HPC Pack",
            name: "hpcpack.max-concurrency",
            kind: .integer(1...64),
            placeholder: "N",
            standard: "4",
            help: "Most requests to the head nodes at once."
        ),
        Flag(
            group: "HPC Pack",
            name: "hpcpack.rows-per-read",
            kind: .integer(1...100_000),
            placeholder: "N",
            standard: "1000",
            help: "Rows to ask for in one page."
        ),
    ]

    private static let collection: [Flag] = [
        Flag(
            group: "Collection",
            name: "collector.interval",
            kind: .duration,
            placeholder: "DURATION",
            standard: "30s",
            help:
                "Time from the start of one round to the start of the next; a longer round delays the next."
        ),
        Flag(
            group: "Collection",
            name: "collector.full-interval",
            kind: .duration,
            placeholder: "DURATION",
            standard: "15m",
            help:
                "Time between full reads, which drop purged jobs and check what the reads of changes left. A refused "
                + "property list is tried anew as often."
        ),
        Flag(
            group: "Collection",
            name: "collector.max-age",
            kind: .duration,
            placeholder: "DURATION",
            standard: "5m",
            help: "How long the last good data of a failing collector is served."
        ),
        Flag(
            group: "Collection",
            name: "collector.nodes",
            kind: .toggle,
            placeholder: "",
            standard: "true",
            help: "Read nodes."
        ),
        Flag(
            group: "Collection",
            name: "collector.node-details",
            kind: .toggle,
            placeholder: "",
            standard: "true",
            help: "Serve series for each node, not only counts."
        ),
        Flag(
            group: "Collection",
            name: "collector.jobs",
            kind: .toggle,
            placeholder: "",
            standard: "true",
            help: "Count jobs."
        ),
        Flag(
            group: "Collection",
            name: "collector.tasks",
            kind: .toggle,
            placeholder: "",
            standard: "true",
            help:
                "Count tasks; one request a round for each job that runs, and for others when they change."
        ),
        Flag(
            group: "Collection",
            name: "collector.tasks.jobs",
            kind: .choice(["active", "all"]),
            placeholder: "active|all",
            standard: "active",
            help: "Whose tasks to count: those of jobs that have not ended, or of all jobs."
        ),
    ]

    private static let web: [Flag] = [
        Flag(
            group: "Web",
            name: "web.listen-address",
            kind: .list,
            placeholder: "ADDRESS",
            standard: ":10052",
            help: "Address to listen on; repeatable. Without a host it means every interface."
        ),
        Flag(
            group: "Web",
            name: "web.telemetry-path",
            kind: .text,
            placeholder: "PATH",
            standard: "/metrics",
            help: "Path of the metrics page."
        ),
        Flag(
            group: "Web",
            name: "web.max-connections",
            kind: .integer(1...100_000),
            placeholder: "N",
            standard: "512",
            help: "Most client connections at once."
        ),
    ]

    private static let logging: [Flag] = [
        Flag(
            group: "Logging",
            name: "log.level",
            kind: .choice(["debug", "info", "warn", "error"]),
            placeholder: "LEVEL",
            standard: "info",
            help: "Least level to log: debug, info, warn or error."
        ),
        Flag(
            group: "Logging",
            name: "log.format",
            kind: .choice(["logfmt", "json"]),
            placeholder: "FORMAT",
            standard: "logfmt",
            help: "Form of the log lines on standard error: logfmt or json."
        ),
    ]

    private static let other: [Flag] = [
        Flag(
            group: "Other",
            name: "once",
            kind: .mark,
            placeholder: "",
            standard: "false",
            help:
                "Collect once, print the page to standard output, exit with 0, or with 1 if anything failed."
        ),
        Flag(
            group: "Other",
            name: "check",
            kind: .mark,
            placeholder: "",
            standard: "false",
            help:
                "Tell a person whether this cluster can be read with these flags, what is there and what to do about "
                + "each failure; exit with 0, or with 1 if anything failed. The word check as first argument does the same."
        ),
        Flag(
            group: "Other",
            name: "help",
            kind: .mark,
            placeholder: "",
            standard: "false",
            help: "Print this and exit."
        ),
        Flag(
            group: "Other",
            name: "version",
            kind: .mark,
            placeholder: "",
            standard: "false",
            help: "Print the version and exit."
        ),
    ]
}
