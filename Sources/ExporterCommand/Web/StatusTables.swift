import ClusterCollector

/// The tables of the status page.
struct StatusTables {
    let summary: ClusterSummary
    /// When the page was rendered, in Unix seconds.
    let now: Double

    /// The collectors: state, age of the data, duration of the last round and last error.
    var collectors: String {
        let rows = summary.collectors.map { collector in
            let status = collector.status
            let state =
                status.since == nil ? "waiting" : status.succeeded ? "works" : "fails"
            let tone = state == "works" ? "good" : state == "fails" ? "bad" : "warn"
            let isWithdrawn = status.lastSuccess != nil && !collector.hasData
            return row(
                collector.name.rawValue,
                [
                    cell("State", #"<b class="\#(tone)">\#(state)</b>"# + since(status)),
                    cell(
                        "Data",
                        status.lastSuccess.map { "\(HTMLText.age($0, at: now)) old" }.map {
                            isWithdrawn ? "\($0), too old to be shown" : $0
                        } ?? "none yet"
                    ),
                    cell("Last round took", status.duration.map(Self.seconds) ?? HTMLText.unknown),
                    cell(
                        "Last error",
                        status.lastError.map {
                            "\(HTMLText.age($0.time, at: now)) ago: \(HTMLText.escaped($0.text))"
                        } ?? "none",
                        classes: "wide told"
                    ),
                ]
            )
        }
        return table(["Collector", "State", "Data", "Last round took", "Last error"], rows)
    }

    /// The node groups with their nodes and jobs.
    var groups: String {
        var rows = summary.groups.map { group in
            row(
                "<bdi>\(HTMLText.escaped(group.name))</bdi>",
                groupCells(group.nodes, group.jobs)
                    + [
                        oldest(group.jobs, group.oldestQueued),
                        number("Unreachable", group.unreachable, isBad: true),
                        cell(
                            "Cores online",
                            group.cores.map { Self.share($0, "Online") } ?? dash,
                            classes: "n"
                        ),
                    ]
            )
        }
        if (summary.ungroupedNodes?.total ?? 0) + (summary.ungroupedJobs?.total ?? 0) > 0 {
            rows.append(
                row(
                    #"<i class="dim">in no group</i>"#,
                    groupCells(summary.ungroupedNodes, summary.ungroupedJobs)
                        + ["Oldest wait", "Unreachable", "Cores online"].map {
                            cell($0, dash, classes: "n")
                        }
                )
            )
        }
        guard !rows.isEmpty else {
            return #"<p>\#(summary.nodes == nil ? HTMLText.unknown : "There are no groups.")</p>"#
        }
        return table(
            [
                "Group", "Nodes", "Jobs running", "Jobs queued", "Oldest wait", "Unreachable",
                "Cores online",
            ],
            rows,
            numbersFrom: 2
        )
    }

    /// The jobs or the tasks by state.
    func states(_ tally: StateTally?) -> String {
        guard let tally else { return "<p>\(HTMLText.unknown)</p>" }
        let largest = max(1, tally.entries.map(\.count).max() ?? 1)
        let rows = tally.entries.map { entry in
            let width = max(0, min(100, Double(entry.count) / Double(largest) * 100)).rounded()
            let bar =
                entry.count > 0
                ? #"<span class="part" style="width:\#(Int(width))%"></span>"# : ""
            return
                #"<tr\#(entry.count == 0 ? #" class="zero""# : "")><th scope="row">\#(entry.state)</th>"#
                + #"<td class="n">\#(HTMLText.number(entry.count))</td><td class="wide">\#(bar)</td></tr>"#
        }
        return
            #"<div class="box states"><table><tbody>\#(rows.joined(separator: "\n"))</tbody></table></div>"#
    }

    /// The count of one state and the total, such as `3 / 40`.
    static func share(_ tally: StateTally?, _ state: String) -> String {
        guard let tally else { return HTMLText.unknown }
        return "\(HTMLText.number(tally[state])) <small>/ \(HTMLText.number(tally.total))</small>"
    }

    private static func seconds(_ duration: Duration) -> String {
        "\((duration / .milliseconds(1)).rounded() / 1000) s"
    }

    private func since(_ status: CollectorStatus) -> String {
        status.since.map { " for \(HTMLText.age($0, at: now))" } ?? ""
    }

    private func groupCells(_ nodes: StateTally?, _ jobs: StateTally?) -> [String] {
        [
            cell(
                "Nodes",
                nodes.map { StatusBar(tally: $0).html } ?? dash,
                // On a narrow screen a bar needs no label, a word does.
                classes: nodes?.total ?? 0 > 0 ? "wide" : "wide told"
            ),
            number("Jobs running", jobs?["Running"]), number("Jobs queued", jobs?["Queued"]),
        ]
    }

    private func oldest(_ jobs: StateTally?, _ time: Double?) -> String {
        let text = time.map { HTMLText.age($0, at: now) }
        return cell("Oldest wait", text ?? (jobs?["Queued"] == 0 ? "none" : dash), classes: "n")
    }

    private var dash: String { #"<span class="dim" title="unknown">–</span>"# }

    private func number(_ label: String, _ value: Int?, isBad: Bool = false) -> String {
        guard let value else { return cell(label, dash, classes: "n") }
        let text = HTMLText.number(value)
        return cell(
            label,
            isBad && value > 0 ? #"<b class="bad">\#(text)</b>"# : text,
            classes: "n"
        )
    }

    private func cell(_ label: String, _ html: String, classes: String = "") -> String {
        #"<td class="\#(classes)" data-label="\#(label)">\#(html)</td>"#
    }

    private func row(_ head: String, _ cells: [String]) -> String {
        #"<tr><th scope="row">\#(head)</th>\#(cells.joined())</tr>"#
    }

    private func table(_ heads: [String], _ rows: [String], numbersFrom first: Int = .max) -> String
    {
        let heads = heads.enumerated().map { index, head in
            #"<th scope="col"\#(index >= first ? #" class="n""# : "")>\#(head)</th>"#
        }
        return #"<div class="box cards"><table><thead><tr>\#(heads.joined())</tr></thead>"#
            + "<tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table></div>"
    }
}

/// Counts by state as a bar with one part for each state.
struct StatusBar {
    let tally: StateTally

    /// The bar, with the counts in words below it.
    var html: String {
        // Online first, Unknown last.
        let known = tally.entries.filter { $0.state != "Unknown" }.reversed()
        let unknown = tally.entries.filter { $0.state == "Unknown" }
        let entries = (known + unknown).filter { $0.count > 0 }
        guard !entries.isEmpty else { return #"<span class="dim">none</span>"# }
        let words = entries.map { "\(HTMLText.number($0.count)) \($0.state)" }
        let parts = entries.map {
            #"<i class="\#($0.state)" style="flex-grow:\#($0.count)"></i>"#
        }
        return #"<span class="bar" role="img" aria-label="\#(words.joined(separator: ", "))">"#
            + parts.joined() + "</span>"
            + #"<span class="words">\#(words.joined(separator: " · ").lowercased())</span>"#
    }
}
