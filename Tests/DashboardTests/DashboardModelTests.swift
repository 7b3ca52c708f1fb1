import Foundation
import Testing

/// The frame of each dashboard: what Grafana needs to import and to provision it.
struct DashboardModelTests {
    private static let uids = ["hpcpack-exporter", "hpcpack-nodes", "hpcpack-overview"]

    @Test func `There are the three dashboards, each under a name of its own`() {
        #expect(Dashboard.all.map(\.file) == Self.uids.map { $0 + ".json" })
        #expect(Dashboard.all.compactMap { $0.json["uid"].string } == Self.uids)
        #expect(Set(Dashboard.all.compactMap { $0.json["title"].string }).count == 3)
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
    func `A dashboard links to the other two and takes variables and time along`(
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
    func `Job and instance take several values, mean any by all, and follow the time range`(
        dashboard: Dashboard
    ) throws {
        let queries = [
            "job": "label_values(hpcpack_exporter_build_info, job)",
            "instance": #"label_values(hpcpack_exporter_build_info{job=~"$job"}, instance)"#,
            "node_group":
                #"label_values(hpcpack_node_group_nodes{job=~"$job",instance=~"$instance"}, node_group)"#,
        ]
        let variables = dashboard.variables.dropFirst()
        let names = variables.compactMap { $0["name"].string }
        #expect(names.starts(with: ["job", "instance"]))
        for variable in variables {
            let name = try #require(variable["name"].string)
            #expect(variable["type"].string == "query")
            #expect(variable["query"]["query"].string == queries[name])
            #expect(variable["definition"].string == queries[name])
            #expect(variable["multi"].bool == true)
            #expect(variable["includeAll"].bool == true)
            // Nodes may be in no group, and then have no such label.
            #expect(variable["allValue"].string == (name == "node_group" ? ".*" : ".+"))
            #expect(variable["refresh"].number == 2)
            #expect(variable["current"]["value"].strings == ["$__all"])
            #expect(variable["datasource"]["uid"].string == "${datasource}")
        }
    }
}
