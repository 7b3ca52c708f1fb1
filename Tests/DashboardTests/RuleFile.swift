import Foundation

/// One recording or alert rule.
struct RuleFile {
    struct Rule {
        let json: Tree
        var alert: String? { json["alert"].string }
        var record: String? { json["record"].string }
        var expression: String { json["expr"].string ?? "" }
    }

    static func rules() throws -> [Rule] {
        try Repository.ruleFiles.flatMap { file in
            try YAMLFile.document(file)["groups"].list
                .flatMap { $0["rules"].list }
                .map(Rule.init)
        }
    }

    static func alerts() throws -> [Rule] {
        try rules().filter { $0.alert != nil }
    }

    /// The files with unit tests of the rules.
    static func tests() throws -> [URL] {
        try Repository.files(Repository.dashboards.appendingPathComponent("rules/tests"), "yml")
    }
}
