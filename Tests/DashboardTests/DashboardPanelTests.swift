import Foundation
import Testing

/// Each panel by itself, and the grid they stand on.
struct DashboardPanelTests {
    private static let panels = Dashboard.all.flatMap(\.panels)
    private static let types: Set = ["heatmap", "stat", "state-timeline", "table", "timeseries"]

    @Test(arguments: panels)
    func `A panel has a title, a description, a unit and queries`(panel: Panel) {
        #expect(!panel.title.isEmpty)
        #expect(panel.json["description"].string?.hasSuffix(".") == true)
        #expect(panel.json["fieldConfig"]["defaults"]["unit"].string?.isEmpty == false)
        #expect(Self.types.contains(panel.type))
        #expect(!panel.expressions.isEmpty)
        #expect(panel.expressions.count == panel.targets.count)
        #expect(Set(panel.targets.compactMap { $0["refId"].string }).count == panel.targets.count)
    }

    @Test(arguments: panels)
    func `Tables and single values show the present, the others a course`(panel: Panel) {
        let isInstant = ["stat", "table"].contains(panel.type)
        for target in panel.targets {
            #expect(target["instant"].bool == isInstant)
            #expect(target["range"].bool == !isInstant)
            let format: String? =
                switch panel.type {
                case "table": "table"
                case "heatmap": "heatmap"
                default: nil
                }
            #expect(target["format"].string == format)
            #expect((target["legendFormat"].string != nil) == (panel.type != "table"))
        }
        if isInstant, panel.type == "stat" {
            #expect(panel.json["fieldConfig"]["defaults"]["noValue"].string?.isEmpty == false)
        }
    }

    @Test(arguments: Dashboard.all)
    func `Panels have ids and titles of their own within a row`(dashboard: Dashboard) {
        let ids = dashboard.everyPanel.compactMap { $0.json["id"].number }
        #expect(ids.count == dashboard.everyPanel.count)
        #expect(Set(ids).count == ids.count)
        let titles = dashboard.everyPanel.map { $0.type + $0.title }
        #expect(Set(titles).count == titles.count)
    }

    @Test(arguments: Dashboard.all)
    func `Panels neither overlap nor leave the grid nor leave empty lines`(dashboard: Dashboard) {
        var cells: [Int: [Int: String]] = [:]
        for panel in dashboard.everyPanel {
            let place = panel.json["gridPos"]
            let x = Int(place["x"].number ?? -1)
            let y = Int(place["y"].number ?? -1)
            let w = Int(place["w"].number ?? 0)
            let h = Int(place["h"].number ?? 0)
            #expect(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 24, "\(panel.title)")
            for line in y..<max(y, y + h) {
                for column in x..<max(x, x + w) {
                    let other = cells[line, default: [:]].updateValue(panel.title, forKey: column)
                    #expect(other == nil, "\(panel.title) lies over \(other ?? "")")
                }
            }
        }
        #expect(cells.keys.sorted() == Array(0..<cells.count))
    }
}
