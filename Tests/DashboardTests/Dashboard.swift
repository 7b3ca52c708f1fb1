import Foundation
import Testing

/// One Grafana dashboard file.
struct Dashboard: Sendable, CustomTestStringConvertible {
    let file: String
    let json: Tree

    /// All of them, by name; a file that is no JSON reads as one without members.
    static let all: [Dashboard] = {
        let files = (try? Repository.files(Repository.dashboards, "json")) ?? []
        return files.map { file in
            let json = (try? Data(contentsOf: file)).flatMap { try? Tree(json: $0) }
            return Dashboard(file: file.lastPathComponent, json: json ?? .missing)
        }
    }()

    var testDescription: String { file }

    /// Every panel, rows among them, those inside a collapsed row too.
    var everyPanel: [Panel] {
        json["panels"].list.flatMap { [$0] + $0["panels"].list }
            .map { Panel(dashboard: file, json: $0) }
    }

    /// The panels that show something.
    var panels: [Panel] { everyPanel.filter { $0.type != "row" } }

    /// What is marked in every panel, but for what Grafana marks itself.
    var annotations: [Tree] {
        json["annotations"]["list"].list.filter { $0["builtIn"].isMissing }
    }

    var variables: [Tree] { json["templating"]["list"].list }
}

/// One panel of a dashboard.
struct Panel: Sendable, CustomTestStringConvertible {
    let dashboard: String
    let json: Tree

    var title: String { json["title"].string ?? "" }
    var type: String { json["type"].string ?? "" }
    var testDescription: String { "\(dashboard): \(title)" }
    var targets: [Tree] { json["targets"].list }
    var expressions: [String] { targets.compactMap { $0["expr"].string } }
}
