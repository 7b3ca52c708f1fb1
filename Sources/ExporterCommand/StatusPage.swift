import ClusterCollector

/// The page for people at `/`: is it working, since when, what went wrong last.
struct StatusPage {
    let status: [CollectorName: CollectorStatus]
    let enabled: [CollectorName]
    let isReady: Bool
    let telemetryPath: String
    let headNodes: [String]
    /// Unix seconds of the page.
    let now: Double

    /// The page as HTML that needs nothing from elsewhere.
    var html: String {
        let works = isReady && enabled.allSatisfy { status[$0]?.succeeded == true }
        let verdict =
            !isReady
            ? "The first round has not ended yet" : works ? "Everything works" : "Something fails"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>HPC Pack exporter</title>
            <style>
            :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
            body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            table { border-collapse: collapse; width: 100%; }
            th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
            .good { color: #1a7f37; } .bad { color: #cf222e; }
            td { overflow-wrap: anywhere; }
            </style>
            </head>
            <body>
            <h1>HPC Pack exporter</h1>
            <p class="\(works ? "good" : "bad")"><strong>\(verdict).</strong></p>
            <p>Head nodes: \(headNodes.map(Self.escaped).joined(separator: ", "))</p>
            <table>
            <tr><th>Collector</th><th>State</th><th>Last success</th><th>Round</th><th>Last error</th></tr>
            \(enabled.map(row).joined(separator: "\n"))
            </table>
            <p><a href="\(Self.escaped(telemetryPath))">Metrics</a> · <a href="/-/healthy">Healthy</a> · \
            <a href="/-/ready">Ready</a></p>
            <p>\(Self.escaped(BuildInfo.line))</p>
            </body>
            </html>

            """
    }

    private func row(_ name: CollectorName) -> String {
        let status = status[name]
        let state =
            status?.duration == nil ? "waiting" : status?.succeeded == true ? "works" : "fails"
        let success = status?.lastSuccess.map { "\(age($0)) ago" } ?? "never"
        let duration =
            status?.duration.map { "\(($0 / .milliseconds(1)).rounded() / 1000) s" } ?? ""
        let error =
            status?.lastError.map { "\(age($0.time)) ago: \(Self.escaped($0.text))" } ?? "none"
        return """
            <tr><td>\(name.rawValue)</td><td class="\(state == "works" ? "good" : "bad")">\(state)</td>\
            <td>\(success)</td><td>\(duration)</td><td>\(error)</td></tr>
            """
    }

    private func age(_ time: Double) -> String {
        let seconds = max(0, Int(now - time))
        return seconds < 120
            ? "\(seconds) s" : seconds < 7200 ? "\(seconds / 60) min" : "\(seconds / 3600) h"
    }

    /// Text that cannot become markup.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}
