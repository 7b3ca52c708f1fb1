import ClusterCollector
package import Flags
import HPCPackClient
import Logging

/// The command line of `hpcpack-exporter` (docs/configuration.md#flags).
package enum ExporterFlags {
    /// The variable that holds the password when no file does; a flag would show it to every user of the machine.
    package static let passwordVariable = "HPCPACK_EXPORTER_HPCPACK_PASSWORD"

    /// Every flag, by heading.
    package static let table = FlagTable(
        program: "hpcpack-exporter",
        summary: "Prometheus exporter for Microsoft HPC Pack clusters",
        environmentPrefix: "HPCPACK_EXPORTER_",
        subcommands: ["check"],
        variablesOnly: [
            "hpcpack.password":
                "a password is never given as a flag, where everyone can see it; use --hpcpack.password-file "
                + "or the variable \(passwordVariable)"
        ],
        introduction: """
            Usage: hpcpack-exporter --hpcpack.url=URL [flags]
                   hpcpack-exporter check --hpcpack.url=URL [--record=FILE] [flags]

            Watches a Microsoft HPC Pack cluster through its REST API and serves what it sees to Prometheus.
            It only reads.

            """,
        groups: [
            FlagTable.Group("HPC Pack", headNodes), FlagTable.Group("Collection", collection),
            FlagTable.Group("Web", web), FlagTable.Group("Logging", logging),
            FlagTable.Group("Other", other),
        ],
        conclusion: """
            Every flag has an environment variable: --hpcpack.rows-per-read is
            HPCPACK_EXPORTER_HPCPACK_ROWS_PER_READ. A flag wins over its variable. Commas separate
            the values of a variable for a repeatable flag. --help and --version have none.
            The password may come from \(passwordVariable), never from a flag.

            SIGTERM and SIGINT end it within 5 seconds. SIGHUP begins a round at once, with the password
            file as it is then.

            Exit codes: 0 ended as asked, 1 failed while running, 2 unusable flags or files.

            """
    )

    private static let headNodes: [Flag] = [
        Flag(
            "hpcpack.url",
            .list,
            "URL",
            help:
                "Address of a head node's REST service, such as https://headnode; --hpcpack.base-path is added when "
                + "the path is empty. Give it once for each head node; they are tried in turn. Required."
        ),
        Flag(
            "hpcpack.base-path",
            .text,
            "PATH",
            default: HeadNodeURL.defaultPath,
            help: "Path of the REST service where --hpcpack.url has none; / is the root."
        ),
        Flag(
            "hpcpack.username",
            .text,
            "NAME",
            help: "Account for HTTP Basic, as DOMAIN\\user or user@domain."
        ),
        Flag(
            "hpcpack.password-file",
            .text,
            "FILE",
            help:
                "File that holds the account's password; it is read again when it changes and after a 401. "
                + "Without it the password comes from the variable \(passwordVariable)."
        ),
        Flag(
            "hpcpack.as-user",
            .text,
            "NAME",
            help: "User in whose name to ask (x-ms-as-user); for administrator accounts only."
        ),
        Flag(
            "hpcpack.ca-file",
            .text,
            "FILE",
            help:
                "PEM file with the certificate authority, or the self-signed certificate, to believe instead of the "
                + "system's authorities."
        ),
        Flag(
            "hpcpack.server-name",
            .text,
            "NAME",
            help:
                "Name that the certificates of the head nodes must carry, in place of the host in --hpcpack.url; the "
                + "common name counts when a certificate has no alternative names."
        ),
        Flag(
            "hpcpack.certificate-sha256",
            .list,
            "HEX",
            help:
                "SHA-256 fingerprint of a head node's certificate; repeatable. Exactly these certificates are "
                + "believed, whatever their names, issuers and dates. The command check prints them."
        ),
        Flag(
            "hpcpack.insecure-skip-verify",
            .toggle,
            default: "false",
            help: "Believe any certificate. The password then goes to whoever answers."
        ),
        Flag(
            "hpcpack.proxy",
            .text,
            "URL|none",
            help:
                "Proxy to the head nodes, such as http://proxy:3128 or socks5h://proxy, in place of the one that the "
                + "variables http_proxy, https_proxy and all_proxy name; no_proxy holds still. A proxy with a password "
                + "is given by this flag's variable."
        ),
        Flag(
            "hpcpack.timeout",
            .duration,
            default: "30s",
            help: "Longest time for one request, answer included."
        ),
        Flag(
            "hpcpack.max-concurrency",
            .integer(1...64),
            default: "4",
            help: "Most requests to the head nodes at once."
        ),
        Flag(
            "hpcpack.max-request-rate",
            .integer(0...100_000),
            default: "20",
            help:
                "Most requests a second to the head nodes, over all collectors; 0 for no limit. After a pause five "
                + "seconds' worth may go at once; requests for tasks wait first."
        ),
        Flag(
            "hpcpack.rows-per-read",
            .integer(1...100_000),
            default: "500",
            help:
                "Rows to ask for in one page; a server that refuses so many is asked for 100, then for its own default."
        ),
    ]

    private static let collection: [Flag] = [
        Flag(
            "collector.interval",
            .duration,
            default: "30s",
            help:
                "Time from the start of one round to the start of the next; a longer round delays the next."
        ),
        Flag(
            "collector.full-interval",
            .duration,
            default: "15m",
            help:
                "Time between full reads, which drop purged jobs and check what the reads of changes left. A refused "
                + "property list is tried anew as often."
        ),
        Flag(
            "collector.max-age",
            .duration,
            default: "5m",
            help: "How long the last good data of a failing collector is served."
        ),
        Flag("collector.nodes", .toggle, default: "true", help: "Read nodes."),
        Flag(
            "collector.node-details",
            .toggle,
            default: "true",
            help: "Serve series for each node, not only counts."
        ),
        Flag("collector.jobs", .toggle, default: "true", help: "Count jobs."),
        Flag(
            "collector.tasks",
            .toggle,
            default: "true",
            help:
                "Count tasks; one request a round for each job that runs, and for others when they change."
        ),
        Flag(
            "collector.tasks.jobs",
            .choice(["active", "all"]),
            default: "active",
            help: "Whose tasks to count: those of jobs that have not ended, or of all jobs."
        ),
        Flag(
            "collector.tasks.source",
            .choice(CollectorConfiguration.TaskSource.allCases.map(\.rawValue)),
            default: "auto",
            help:
                "Where the numbers of tasks come from: counts takes them from the rows of jobs, calls from the tasks of "
                + "each job, auto from the rows as long as the server tells them and they prove right."
        ),
        Flag(
            "collector.jobs.by",
            .list,
            "LABEL",
            help:
                "Count jobs, and the cores allocated to them, by owner, project, template or priority too; repeatable, or "
                + "several with commas. Owners and projects may name persons."
        ),
        Flag(
            "collector.jobs.by-limit",
            .integer(1...10_000),
            default: "100",
            help:
                "Most values of each --collector.jobs.by that have series of their own; the rest is \"(other)\"."
        ),
    ]

    private static let web: [Flag] = [
        Flag(
            "web.listen-address",
            .list,
            "ADDRESS",
            default: ":10052",
            help: "Address to listen on; repeatable. Without a host it means every interface."
        ),
        Flag(
            "web.telemetry-path",
            .text,
            "PATH",
            default: "/metrics",
            help: "Path of the metrics page."
        ),
        Flag(
            "web.config.file",
            .text,
            "FILE",
            help:
                "YAML file with TLS, client certificates and users of the listener, in the form that Prometheus' own "
                + "exporters share. It is read again when it, or a file that it names, changes."
        ),
        Flag(
            "web.max-connections",
            .integer(1...100_000),
            default: "512",
            help: "Most client connections at once."
        ),
    ]

    private static let logging: [Flag] = [
        Flag(
            "log.level",
            .choice(LogLevel.allCases.map(\.rawValue)),
            "LEVEL",
            default: "info",
            help: "Least level to log: debug, info, warn or error."
        ),
        Flag(
            "log.format",
            .choice(LogFormat.allCases.map(\.rawValue)),
            "FORMAT",
            default: "logfmt",
            help: "Form of the log lines on standard error: logfmt or json."
        ),
    ]

    private static let other: [Flag] = [
        Flag(
            "once",
            .presence,
            help:
                "Collect once, print the page to standard output, exit with 0, or with 1 if anything failed."
        ),
        Flag(
            "check",
            .presence,
            help:
                "Tell a person whether this cluster can be read with these flags, what is there and what to do about "
                + "each failure; exit with 0, or with 1 if anything failed. The word check as first argument does the same."
        ),
        Flag(
            "record",
            .text,
            "FILE",
            help:
                "With check: write what was asked and how the cluster answered into this new archive (.tar.gz), with "
                + "every name replaced, to be read and sent to the makers of the exporter."
        ),
        .printHelp, .printVersion,
    ]
}
