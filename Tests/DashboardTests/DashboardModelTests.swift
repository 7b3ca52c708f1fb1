import Foundation
import Testing

/// The frame of each dashboard: what Grafana needs to import and to provision it.
struct DashboardModelTests {
    private static let uids = [
        "hpcpack-breakdowns", "hpcpack-exporter", "hpcpack-fleet", "hpcpack-nodes",
        "hpcpack-overview",
    ]

    @Test func `There are the five dashboards, each under a name of its own`() {
        #expect(Dashboard.all.map(\.file) == Self.uids.map { $0 + ".json" })
        #expect(Dashboard.all.compactMap { $0.json["uid"].string } == Self.uids)
        #expect(Set(Dashboard.all.compactMap { $0.json["title"].string }).count == 5)
    }

    @Test(arguments: Dashboard.all)
    func `A dashboard is of the classic model, importable and provisionable alike`(
        dashboard: Dashboard
    ) {
        let json = dashboard.json
        #expect(json["__inputs"].isMissing)
        #expect(json["__requires"].isMissing)
        #expect(json["id"] == .null)
        #expect(json["schemaVersion"].number == 39)
        #expect(json["editable"].bool == false)
        #expect(json["graphTooltip"].number == 1)
        #expect(json["refresh"].string == "30s")
        #expect(json["tags"].strings.contains("hpcpack"))
        #expect(json["description"].string?.isEmpty == false)
        #expect(json["time"]["to"].string == "now")
    }

    @Test(arguments: Dashboard.all)
    func `A dashboard links to the others and takes variables and time along`(
        dashboard: Dashboard
    ) {
        let links = dashboard.json["links"].list
        let own = dashboard.json["uid"].string ?? ""
        #expect(
            Set(links.compactMap { $0["url"].string })
                == Set(Self.uids.filter { $0 != own }.map { "/d/" + $0 })
        )
        for link in links {
            #expect(link["includeVars"].bool == true)
            #expect(link["keepTime"].bool == true)
            #expect(link["title"].string?.isEmpty == false)
        }
    }

    @Test(arguments: Dashboard.all)
    func `The data source is a variable and nothing else is asked`(dashboard: Dashboard) {
        let variable = dashboard.variables.first
        #expect(variable?["name"].string == "datasource")
        #expect(variable?["type"].string == "datasource")
        #expect(variable?["query"].string == "prometheus")
        for panel in dashboard.panels {
            for source in [panel.json["datasource"]] + panel.targets.map({ $0["datasource"] }) {
                #expect(source["type"].string == "prometheus", "\(panel.title)")
                #expect(source["uid"].string == "${datasource}", "\(panel.title)")
            }
        }
    }

    @Test(arguments: Dashboard.all)
    func
        `Job, cluster and instance take several values, mean any by all, and follow the time range`(
            dashboard: Dashboard
        ) throws
    {
        let of = #"{job=~"$job",cluster=~"$cluster""#
        let queries = [
            "job": "label_values(hpcpack_exporter_build_info, job)",
            "cluster": #"label_values(hpcpack_exporter_build_info{job=~"$job"}, cluster)"#,
            "instance": "label_values(hpcpack_exporter_build_info\(of)}, instance)",
            "node_group":
                #"label_values(hpcpack_node_group_nodes\#(of),instance=~"$instance"}, node_group)"#,
        ]
        let variables = dashboard.variables.dropFirst()
        let names = variables.compactMap { $0["name"].string }
        #expect(names.starts(with: ["job", "cluster", "instance"]))
        for variable in variables where variable["type"].string == "query" {
            let name = try #require(variable["name"].string)
            #expect(variable["query"]["query"].string == queries[name])
            #expect(variable["definition"].string == queries[name])
            #expect(variable["multi"].bool == true)
            #expect(variable["includeAll"].bool == true)
            // A target may have no label "cluster", and a node be in no group.
            let mayLack = ["cluster", "node_group"].contains(name)
            #expect(variable["allValue"].string == (mayLack ? ".*" : ".+"))
            #expect(variable["current"]["value"].strings == ["$__all"])
        }
        #expect(names.dropFirst(3).allSatisfy { ["node_group", "top", "node_url"].contains($0) })
    }

    @Test(arguments: Dashboard.all)
    func `Every dashboard marks alerts, failovers, restarts and versions`(dashboard: Dashboard) {
        let marks = dashboard.annotations
        #expect(
            marks.compactMap { $0["name"].string } == [
                "Firing alerts", "Failover", "Exporter restart", "Version of HPC Pack",
                "Version of the exporter",
            ]
        )
        for mark in marks {
            #expect(mark["datasource"]["uid"].string == "${datasource}")
            #expect(mark["enable"].bool == true)
            for selector in PromQLText(mark["expr"].string ?? "").selectors {
                #expect(selector.matchers.starts(with: DashboardQueryTests.bound))
            }
        }
    }

    @Test func `A row of the fleet opens the overview of that cluster with the time range`() throws
    {
        let fleet = try #require(Dashboard.all.first { $0.file == "hpcpack-fleet.json" })
        let table = try #require(fleet.panels.first { $0.type == "table" })
        let name = try #require(
            table.json["fieldConfig"]["overrides"].list.first {
                $0["matcher"]["options"].string == "Name"
            }
        )
        let link = name["properties"].list.first { $0["id"].string == "links" }?["value"].list.first
        let url = try #require(link?["url"].string)
        #expect(url.hasPrefix("/d/hpcpack-overview?"))
        for part in ["var-job=", "var-cluster=", "var-instance=", "${__url_time_range}"] {
            #expect(url.contains(part), "\(part)")
        }
        // What the link takes from the row is in the row, though hidden.
        let renamed = table.json["transformations"].list.last?["options"]["renameByName"]
        let columns = Set((renamed?.keys ?? []).compactMap { renamed?[$0].string })
        for part in url.components(separatedBy: "${__data.fields.").dropFirst() {
            #expect(columns.contains(String(part.prefix { $0 != ":" })))
        }
    }

    @Test func `A breakdown without data says which flag to set`() throws {
        let board = try #require(Dashboard.all.first { $0.file == "hpcpack-breakdowns.json" })
        for panel in board.panels {
            let kind = try #require(panel.title.split(separator: " ").last)
            #expect(
                panel.json["fieldConfig"]["defaults"]["noValue"].string
                    == "set --collector.jobs.by=\(kind)"
            )
        }
    }
}
