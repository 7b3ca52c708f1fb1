import Foundation

/// The files of this repository, found from where this source file is.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let dashboards = root.appendingPathComponent("dashboards")
    static let packaging = root.appendingPathComponent("packaging")
    static let ruleFiles = ["recording.yml", "alerts.yml"]
        .map { dashboards.appendingPathComponent("rules/\($0)") }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The files of a folder with this extension, in order.
    static func files(_ folder: URL, _ ext: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == ext }
            .sorted { $0.path < $1.path }
    }
}
