import ClusterCollector

/// Counts by state as a small bar.
struct StatusBar {
    let tally: StateTally

    /// The bar with the counts in words below it.
    var html: String {
        // What is well stands first; what is not understood stands last.
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
