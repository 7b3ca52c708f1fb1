import Foundation
import TestSupport
import Testing

/// The page for people, as a browser shows it.
@Suite(.serialized)
struct StatusPageTests {
    @Test(arguments: [1280, 390])
    func `A browser shows the numbers of the metrics without an error`(width: Int) throws {
        let cluster = try SimulatedCluster(["--seed=3", "--jobs=2000"])
        let exporter = try RunningExporter(cluster.flags, environment: SimulatedCluster.environment)
        let metrics = try exporter.page()
        let visit = try HeadlessBrowser().visit("http://\(exporter.authority)/", width: width)
        #expect(visit.console.isEmpty, "\(visit.console)")
        #expect(visit.dom.contains("Everything works"))

        for (label, family) in [
            ("Nodes online", "hpcpack_nodes"), ("Cores online", "hpcpack_cores"),
        ] {
            let online = metrics["\(family){state=\"Online\"}"]
            let all = metrics.series([family]).values.reduce(0, +)
            let text = "\(number(online)) <small>/ \(number(all))</small>"
            #expect(tile(label, visit.dom) == text, "\(label)")
        }
        let unreachable = number(metrics["hpcpack_unreachable_nodes"])
        #expect(tile("Unreachable", visit.dom) == unreachable)
        for state in ["Running", "Queued"] {
            let jobs = number(metrics["hpcpack_jobs{state=\"\(state)\"}"])
            #expect(tile("Jobs \(state.lowercased())", visit.dom) == jobs, "\(state)")
        }
        for (series, value) in metrics.series(["hpcpack_jobs", "hpcpack_tasks"]) {
            let state = try #require(label("state", series))
            let row = #"<th scope="row">\#(state)</th><td class="n">\#(number(value))</td>"#
            #expect(visit.dom.contains(row), "\(series)")
        }
        let groups = metrics.series(["hpcpack_node_group_jobs"]).filter {
            $0.key.contains(#"state="Running""#)
        }
        #expect(!groups.isEmpty)
        for (series, running) in groups {
            let group = try #require(label("node_group", series))
            let row = try #require(self.row(group, visit.dom), "\(group)")
            let cell = #"data-label="Jobs running">\#(number(running))</td>"#
            #expect(row.contains(cell), "\(series)")
        }
    }

    @Test func `The page is never wider than the screen`() throws {
        let cluster = try SimulatedCluster(["--seed=3"])
        let exporter = try RunningExporter(cluster.flags, environment: SimulatedCluster.environment)
        _ = try exporter.page()
        let browser = try HeadlessBrowser()
        let html = try Curl.get("http://\(exporter.authority)/").body
        // One group with a name that no line can hold.
        let name = String(repeating: "Wide", count: 60)
        let wide = html.replacingOccurrences(
            of: "<bdi>ComputeNodes</bdi>",
            with: "<bdi>\(name)</bdi>"
        )
        #expect(wide != html)
        for width in [320, 390, 768, 1280] {
            #expect(try browser.contentWidth(of: wide, inFrameOf: width) == width)
        }
        // The measure itself sees what is too wide.
        let bad = html.replacingOccurrences(of: "<main>", with: #"<main><hr style="width:900px">"#)
        #expect(try browser.contentWidth(of: bad, inFrameOf: 390) ?? 0 > 390)
    }

    @Test func `The links of the page work behind a proxy, at the root and below a path`() throws {
        let cluster = try SimulatedCluster(["--jobs=5"])
        let exporter = try RunningExporter(
            cluster.flags + ["--web.telemetry-path=/exporter:metrics"],
            environment: SimulatedCluster.environment
        )
        _ = try exporter.page()
        let front = try TLSFront(
            "http://\(exporter.authority)",
            directives: "location /monitoring/hpc/ { proxy_pass http://\(exporter.authority)/; }"
        )
        let base = "https://localhost:\(front.port)"
        for start in ["/", "/monitoring/hpc/"] {
            let curl = try Curl("", authority: front.authority, user: nil)
            let page = try curl(base + start)
            #expect(page.status == 200)
            let links = page.body.matches(of: /<a href="([^"]*)"/).map { String($0.output.1) }
            #expect(links.count == 3, "\(links)")
            for link in links {
                let url = try #require(URL(string: link, relativeTo: URL(string: base + start)))
                #expect(url.absoluteString.hasPrefix(base + start), "\(link)")
                #expect(try curl(url.absoluteString).status == 200, "\(url.absoluteString)")
            }
            #expect(!page.body.contains("href=\"/"))
        }
    }

    /// A number as the page writes it.
    private func number(_ value: Double?) -> String {
        let formatter = NumberFormatter()
        formatter.numberStyle = .decimal
        formatter.locale = Locale(identifier: "en_US")
        return value.flatMap { formatter.string(from: NSNumber(value: $0)) } ?? "missing"
    }

    private func tile(_ label: String, _ dom: String) -> String? {
        guard let start = dom.range(of: #"<span class="dim">\#(label)</span><b"#),
            let open = dom[start.upperBound...].firstIndex(of: ">")
        else { return nil }
        let rest = dom[dom.index(after: open)...]
        return rest.range(of: "</b>").map { String(rest[..<$0.lowerBound]) }
    }

    private func label(_ name: String, _ series: String) -> String? {
        guard let start = series.range(of: "\(name)=\"") else { return nil }
        let rest = series[start.upperBound...]
        let end = rest.range(of: "\",") ?? rest.range(of: "\"}")
        return end.map { rest[..<$0.lowerBound].replacingOccurrences(of: "\\\"", with: "\"") }
    }

    private func row(_ group: String, _ dom: String) -> Substring? {
        let escaped = group.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
        guard let start = dom.range(of: "<bdi>\(escaped)</bdi>"),
            let end = dom[start.upperBound...].range(of: "</tr>")
        else { return nil }
        return dom[start.lowerBound..<end.lowerBound]
    }
}
