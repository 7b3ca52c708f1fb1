import Basics
import HPCPackClient
import Logging
import TestSupport
import Testing

@testable import ClusterCollector
@testable import ExporterCommand

/// The page for people, made from a small cluster.
struct StatusPageTests {
    private let cluster = FakeCluster()

    private func collector(
        _ change: (inout CollectorConfiguration) -> Void = { _ in }
    ) throws -> ClusterCollector {
        var configuration = CollectorConfiguration()
        change(&configuration)
        var limits = ClientLimits()
        limits.firstBackoff = .milliseconds(1)
        let client = HPCPackClient(
            ClientConfiguration(
                headNodes: [try HeadNodeURL(cluster.server.url)],
                timeout: .seconds(5),
                limits: limits
            ),
            logger: .silent
        )
        return ClusterCollector(client: client, configuration: configuration, logger: .silent)
    }

    private func html(_ collector: ClusterCollector, later: Duration = .zero) -> String {
        StatusPage(
            summary: collector.summary(at: .now + later),
            telemetryPath: "/metrics?a=\"b",
            headNodes: ["https://headnode/hpc"],
            now: WallClock.now
        ).html
    }

    @Test func `A first full read that is under way has a bar`() throws {
        fill()
        let all = cluster.handler
        cluster.server.script { request in
            guard request.path == "/hpc/jobs", request.parameter("queryId") == nil,
                case .response(let status, let headers, let body) = all(request)
            else { return all(request) }
            let header =
                request.parameter("startRow") == nil
                ? ("x-ms-continuation-queryId", "t") : ("x-ms-row-count", "40")
            return .response(status, headers: headers + [header], body: body)
        }
        let collector = try collector { $0.tasks = false }
        let pages = Mutex<[String]>([])
        collector.onInterimUpdate { [weak collector] _ in
            guard let page = collector.map({ html($0) }) else { return }
            pages.withLock { $0.append(page) }
        }
        _ = collector.collectRound()
        let page = try #require(pages.withLock { $0.first })
        #expect(page.contains("Reading all jobs for the first time: 3 of 40 rows, "))
        #expect(page.contains(#"<progress aria-label="jobs read" max="40" value="3"></progress>"#))
        #expect(!html(collector).contains("<progress"))
    }

    @Test func `Cores in use and health are shown where they are known`() throws {
        fill()
        let plain = try collector { $0.tasks = false }
        _ = plain.collectRound()
        let without = html(plain)
        #expect(!without.contains("Cores in use") && !without.contains("Warning"))
        cluster.change { content in
            content.answers = [
                "/nodes": .response(404, body: "{}"), "/nodes/groups": .response(404, body: "{}"),
                "/cluster/nodeGroups": .json(#"[{"Name":"Racks"}]"#),
                "/cluster/nodes": .json(
                    #"[{"Name":"A","State":"Online","Health":"OK","Cores":2000,"Groups":["racks"]},"#
                        + #"{"Name":"B","State":"Rejected","Health":"Warning","Cores":8,"Groups":null},"#
                        + #"{"Name":"C","State":"Online","Health":"Warning","Groups":["Racks"]}]"#
                ),
                "/cluster/nodes/metrics": .json(
                    #"[{"NodeName":"A","Metrics":{"HPCCoresInUse":1234}},{"NodeName":"B","Metrics":{}}]"#
                ),
            ]
        }
        let known = try collector { $0.tasks = false }
        _ = known.collectRound()
        let page = html(known)
        #expect(page.contains("Cores in use</span>"), "\(page)")
        #expect(page.contains("1,234 <small>/ 2,000 online</small>"), "\(page)")
        #expect(page.contains("1 OK · 2 Warning"), "\(page)")
        #expect(page.contains(#"<i class="Rejected""#) || page.contains("1 rejected"), "\(page)")
    }

    private func fill() {
        cluster.change { content in
            content.groups = ["Racks", "Empty"]
            content.nodes = [
                node("1", "Online", "racks", cores: "8"),
                node("2", "Draining", "Racks", cores: "1200"),
                node("3", "Dreaming", "", cores: "4", isReachable: "False"),
            ]
            content.jobs = [
                [("Id", "1"), ("State", "Running"), ("NodeGroups", "RACKS,Elsewhere")],
                [("Id", "2"), ("State", "Queued"), ("NodeGroups", "Racks")],
                [("Id", "3"), ("State", "Queued"), ("NodeGroups", "")],
            ]
            content.tasks = ["1": [[("TaskId", "1.1"), ("State", "Running")]]]
        }
    }

    private func node(
        _ id: String,
        _ state: String,
        _ groups: String,
        cores: String,
        isReachable: String = "True"
    ) -> [(String, String)] {
        [
            ("Id", id), ("Name", "CN\(id)"), ("State", state), ("Reachable", isReachable),
            ("NodeGroups", groups), ("NumCores", cores),
        ]
    }

    @Test func `The page shows the numbers of the cluster`() throws {
        fill()
        let collector = try collector()
        _ = collector.collectRound()
        let html = html(collector)
        for part in [
            "Everything works", "Nothing has gone wrong since the exporter started.",
            "<bdi>5.3.6420.0</bdi>", "<bdi>HEAD1</bdi>",
            tile("Nodes online", "1 <small>/ 3</small>"), tile("Jobs running", "1"),
            tile("Jobs queued", "2"), tile("Cores online", "8 <small>/ 1,212</small>"),
            tile("Tasks running", "1"),
            #"<span class="dim">Unreachable</span><b class="bad">1</b>"#,
            #"aria-label="1 Online, 1 Draining""#, #"aria-label="1 Unknown""#,
            #"<th scope="row">Queued</th><td class="n">2</td>"#,
        ] {
            #expect(html.contains(part), "\(part)")
        }
        let summary = collector.summary(at: .now)
        #expect(summary.groups.map(\.name) == ["Elsewhere", "Empty", "Racks"])
        #expect(summary.groups[0].nodes == nil && summary.groups[0].jobs?["Running"] == 1)
        #expect(summary.groups[1].nodes?.total == 0 && summary.groups[1].jobs?.total == 0)
        #expect(summary.groups[2].nodes?.total == 2 && summary.groups[2].jobs?.total == 2)
        #expect(summary.ungroupedJobs?["Queued"] == 1)
    }

    private func tile(_ label: String, _ value: String) -> String {
        #"<span class="dim">\#(label)</span><b class="">\#(value)</b>"#
    }

    @Test func `What is not known is never shown as a number`() throws {
        fill()
        let collector = try collector()
        let before = html(collector)
        #expect(before.contains("The first round has not ended yet"))
        _ = collector.collectRound()
        let withdrawn = html(collector, later: .seconds(301))
        for page in [before, withdrawn] {
            for label in [
                "Nodes online", "Unreachable", "Cores online", "Jobs running", "Jobs queued",
            ] {
                #expect(page.contains(tile(label, HTMLText.unknown)), "\(label)")
            }
            #expect(!page.contains(#"<b class="">0"#) && !page.contains(">0</td>"))
            #expect(page.contains("Version \(HTMLText.unknown)"))
        }
        #expect(withdrawn.contains("too old to be shown"))
    }

    @Test func `A failure is told with its collector and leaves the last good numbers`() throws {
        fill()
        let collector = try collector()
        _ = collector.collectRound()
        cluster.fail("/nodes", .response(500, body: "<script>alert(1)</script>"))
        _ = collector.collectRound()
        let html = html(collector)
        #expect(html.contains("Something fails: nodes") && html.contains("Last went wrong"))
        #expect(html.contains(tile("Nodes online", "1 <small>/ 3</small>")))
        #expect(!html.contains("<script"))
        let failing = try #require(collector.status[.nodes]?.since)
        _ = collector.collectRound()
        #expect(collector.status[.nodes]?.since == failing)
        cluster.fail("/nodes", nil)
        _ = collector.collectRound()
        #expect(self.html(collector).contains("Everything works"))
        #expect(try #require(collector.status[.nodes]?.since) > failing)
    }

    @Test(
        arguments: [
            "</th><script>alert(1)</script>", "\"onload=x'", "a&lt;b", "<\u{301}img src=x>",
            "\"\u{308} onclick=x", "x\u{202E}y",
        ]
    )
    func `A group name cannot become markup`(name: String) throws {
        cluster.change { $0.groups = [name] }
        let collector = try collector()
        _ = collector.collectRound()
        #expect(html(collector).contains("<bdi>\(HTMLText.escaped(name))</bdi>"))
        let allowed = HTMLText.escaped(name).unicodeScalars
        #expect(!allowed.contains { "<>\"'\u{202E}".unicodeScalars.contains($0) })
    }

    @Test func `A part that is not collected is left out`() throws {
        let collector = try collector {
            $0.nodes = false
            $0.tasks = false
        }
        _ = collector.collectRound()
        let html = html(collector)
        #expect(!html.contains("Nodes online") && !html.contains("Tasks by state"))
        #expect(html.contains("Jobs by state"))
    }

    @Test(
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
        ]
    )
    func `Thousands stand apart`(number: Int, text: String) {
        #expect(HTMLText.number(number) == text)
    }

    @Test(
        arguments: [
            (-5.0, "0 s"), (119.9, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 d"),
            (.infinity, "0 s"),
        ] as [(Double, String)]
    )
    func `Ages are short`(seconds: Double, text: String) {
        #expect(HTMLText.age(1000 - seconds, at: 1000) == text)
    }

    @Test func `Text from elsewhere and moments are written for people`() {
        #expect(HTMLText.escaped("<b>&\"'\u{0}") == "&lt;b&gt;&amp;&quot;&#39;\u{FFFD}")
        #expect(HTMLText.moment(1_795_508_280.9) == "2026-11-24 08:18:00 UTC")
        #expect(HTMLText.moment(.nan) == HTMLText.unknown)
    }
}
