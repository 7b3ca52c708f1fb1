import ClusterCollector

/// Is it working, since when, and what went wrong last.
struct StatusVerdict {
    let summary: ClusterSummary
    /// The moment of the page in Unix seconds.
    let now: Double

    /// How it stands, in a word for the style sheet.
    var tone: String {
        if !failing.isEmpty { return "bad" }
        return summary.isReady ? "good" : "warn"
    }

    /// How it stands, in a few words.
    var headline: String {
        if !failing.isEmpty {
            let names = failing.map(\.name.rawValue).joined(separator: ", ")
            return "Something fails: \(names)"
        }
        return summary.isReady ? "Everything works" : "The first round has not ended yet"
    }

    private var failing: [ClusterSummary.Collector] {
        // Before its first round has ended a collector has not failed.
        summary.collectors.filter { $0.status.since != nil && !$0.status.succeeded }
    }

    /// What works works since the last collector began to; what fails, since the first one did.
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

    /// The verdict as HTML.
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
