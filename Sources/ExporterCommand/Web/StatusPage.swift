import ClusterCollector
import Flags

/// The status page at `/`: whether the exporter works, since when, the last error, and the state of the cluster.
///
/// It has no scripts and loads nothing. Text from the cluster is escaped, and unknown values are shown as unknown.
struct StatusPage {
    let summary: ClusterSummary
    let telemetryPath: String
    let headNodes: [String]
    /// When the page was rendered, in Unix seconds.
    let now: Double

    /// The page as HTML.
    var html: String {
        let tables = StatusTables(summary: summary, now: now)
        let verdict = StatusVerdict(summary: summary, now: now)
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>\(verdict.headline) – HPC Pack exporter</title>
            <style>
            \(StatusStyle.css)
            </style>
            </head>
            <body>
            <main>
            <h1>HPC Pack exporter</h1>
            <p>Version \(text(summary.version)) · active head node \(text(summary.activeHeadNode))</p>
            <p class="dim">Reads \(headNodes.map(HTMLText.escaped).joined(separator: ", ")) · \
            as of \(HTMLText.moment(now))</p>
            \(verdict.html)\(progress)
            <div class="tiles">
            \(tiles.joined(separator: "\n"))
            </div>
            \(sections(tables).joined(separator: "\n"))
            <h2>Collectors</h2>
            \(tables.collectors)
            <footer>
            <p><a href=".\(HTMLText.escaped(telemetryPath))">Metrics</a> · <a href="./-/healthy">Healthy</a> · \
            <a href="./-/ready">Ready</a></p>
            <p class="dim">\(HTMLText.escaped(BuildInfo.summary(of: "hpcpack-exporter")))</p>
            </footer>
            </main>
            </body>
            </html>

            """
    }

    /// How far the first full reads are.
    private var progress: String {
        summary.collectors.compactMap { collector in
            collector.progress.map { progress in
                let range = progress.total.map {
                    #" max="\#(max($0, progress.rows, 1))" value="\#(progress.rows)""#
                }
                return "\n<p>Reading all \(collector.name.rawValue) for the first time: "
                    + "\(HTMLText.escaped(progress.text))</p>\n"
                    + #"<progress aria-label="\#(collector.name.rawValue) read"\#(range ?? "")></progress>"#
            }
        }.joined()
    }

    private var tiles: [String] {
        var tiles: [String] = []
        if collects(.nodes) {
            tiles += [
                tile("Nodes online", StatusTables.share(summary.nodes, "Online"), note: health),
                tile(
                    "Unreachable",
                    HTMLText.number(summary.unreachable),
                    tone: summary.unreachable ?? 0 > 0 ? "bad" : ""
                ),
                tile("Cores online", StatusTables.share(summary.cores, "Online")),
            ]
            if let cores = summary.coresInUse { tiles.append(coresInUse(cores)) }
        }
        if collects(.jobs) {
            let oldest = summary.oldestQueued.map {
                "oldest waits for \(HTMLText.age($0, at: now))"
            }
            tiles += [
                tile("Jobs running", HTMLText.number(summary.jobs?["Running"])),
                tile("Jobs queued", HTMLText.number(summary.jobs?["Queued"]), note: oldest ?? ""),
            ]
        }
        if collects(.tasks) {
            tiles.append(tile("Tasks running", HTMLText.number(summary.tasks?["Running"])))
        }
        return tiles
    }

    /// The cores that run tasks, and those that could.
    private func coresInUse(_ cores: Double) -> String {
        let shown = HTMLText.number(Int(exactly: cores.rounded()))
        let online = summary.cores.map { $0["Online"] }
        return tile(
            "Cores in use",
            shown + (online.map { " <small>/ \(HTMLText.number($0)) online</small>" } ?? "")
        )
    }

    /// The nodes by health in words, where it is known.
    private var health: String {
        guard let health = summary.health else { return "" }
        return health.entries.filter { $0.count > 0 }
            .map { "\(HTMLText.number($0.count)) \($0.state)" }.joined(separator: " · ")
    }

    private func sections(_ tables: StatusTables) -> [String] {
        var sections: [String] = []
        if collects(.nodes) || collects(.jobs) {
            sections.append("<h2>Node groups</h2>\n\(tables.groups)")
        }
        let states = [
            (CollectorName.jobs, "Jobs by state", summary.jobs),
            (.tasks, "Tasks by state", summary.tasks),
        ]
        let halves = states.filter { collects($0.0) }.map {
            "<section><h2>\($0.1)</h2>\n\(tables.states($0.2))</section>"
        }
        if !halves.isEmpty {
            sections.append(#"<div class="halves">\#(halves.joined(separator: "\n"))</div>"#)
        }
        return sections
    }

    private func collects(_ name: CollectorName) -> Bool {
        summary.collectors.contains { $0.name == name }
    }

    private func tile(
        _ label: String,
        _ html: String,
        note: String = "",
        tone: String = ""
    ) -> String {
        #"<div class="tile"><span class="dim">\#(label)</span><b class="\#(tone)">\#(html)</b>"#
            + (note.isEmpty ? "" : #"<span class="words">\#(note)</span>"#) + "</div>"
    }

    private func text(_ value: String?) -> String {
        value.map { "<b><bdi>\(HTMLText.escaped($0))</bdi></b>" } ?? HTMLText.unknown
    }
}

/// The box at the top of the status page: whether everything works, since when, and the last error.
struct StatusVerdict {
    let summary: ClusterSummary
    /// When the page was rendered, in Unix seconds.
    let now: Double

    /// The class of the box in the style sheet: `good`, `warn` or `bad`.
    var tone: String {
        if !failing.isEmpty { return "bad" }
        return summary.isReady ? "good" : "warn"
    }

    /// The state in a few words.
    var headline: String {
        if !failing.isEmpty {
            let names = failing.map(\.name.rawValue).joined(separator: ", ")
            return "Something fails: \(names)"
        }
        return summary.isReady ? "Everything works" : "The first round has not ended yet"
    }

    private var failing: [ClusterSummary.Collector] {
        // A collector whose first round has not ended has not failed yet.
        summary.collectors.filter { $0.status.since != nil && !$0.status.succeeded }
    }

    /// The Unix seconds since which the headline holds: since the last collector started to work, or the first one to fail.
    private var since: Double? {
        failing.isEmpty
            ? (summary.isReady ? summary.collectors.compactMap(\.status.since).max() : nil)
            : failing.compactMap(\.status.since).min()
    }

    private var lastError: (name: CollectorName, time: Double, text: String)? {
        summary.collectors
            .compactMap { collector in
                collector.status.lastError.map { (collector.name, $0.time, $0.text) }
            }
            .max { $0.1 < $1.1 }
    }

    /// The box as HTML.
    var html: String {
        var lines = ["<strong>\(headline)</strong>"]
        if let since {
            lines.append(
                "<p>Since \(HTMLText.moment(since)), for \(HTMLText.age(since, at: now)).</p>"
            )
        }
        if let lastError {
            lines.append(
                "<p>Last went wrong \(HTMLText.age(lastError.time, at: now)) ago: "
                    + "\(lastError.name.rawValue): \(HTMLText.escaped(lastError.text))</p>"
            )
        } else {
            lines.append("<p>Nothing has gone wrong since the exporter started.</p>")
        }
        return
            #"<div class="verdict \#(tone)" role="status">\#(lines.joined(separator: "\n"))</div>"#
    }
}
