import ClusterCollector

/// The page for people at `/`: is it working, since when, what went wrong last, and how the cluster is.
///
/// It is one piece without scripts. Whatever comes from the cluster is escaped, and what is not known says so.
struct StatusPage {
    let summary: ClusterSummary
    let telemetryPath: String
    let headNodes: [String]
    /// The moment of the page in Unix seconds.
    let now: Double

    /// The page as HTML that needs nothing from elsewhere.
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
            \(verdict.html)
            <div class="tiles">
            \(tiles.joined(separator: "\n"))
            </div>
            \(sections(tables).joined(separator: "\n"))
            <h2>Collectors</h2>
            \(tables.collectors)
            <footer>
            <p><a href="\(HTMLText.escaped(telemetryPath))">Metrics</a> · <a href="/-/healthy">Healthy</a> · \
            <a href="/-/ready">Ready</a></p>
            <p class="dim">\(HTMLText.escaped(BuildInfo.line))</p>
            </footer>
            </main>
            </body>
            </html>

            """
    }

    private var tiles: [String] {
        var tiles: [String] = []
        if collects(.nodes) {
            tiles += [
                tile("Nodes online", StatusTables.share(summary.nodes, "Online")),
                tile(
                    "Unreachable",
                    HTMLText.number(summary.unreachable),
                    tone: summary.unreachable ?? 0 > 0 ? "bad" : ""
                ),
                tile("Cores online", StatusTables.share(summary.cores, "Online")),
            ]
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
