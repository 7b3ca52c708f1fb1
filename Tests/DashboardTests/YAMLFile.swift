import Foundation
import TestSupport

/// Reads YAML through Python's reader, which every distribution packages.
enum YAMLFile {
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// Every document of a file.
    static func documents(_ file: URL) throws -> [Tree] {
        let program = """
            import json, sys, yaml
            with open(sys.argv[1], encoding='utf-8') as file:
                print(json.dumps(list(yaml.safe_load_all(file))))
            """
        let outcome = try InstalledTool.python(with: "yaml", package: "python3-yaml").run([
            "-c", program, file.path,
        ])
        guard outcome.status == 0 else {
            throw Unreadable(description: "\(file.lastPathComponent): \(outcome.output)")
        }
        return try Tree(json: Data(outcome.bytes)).list
    }

    /// The one document of a file.
    static func document(_ file: URL) throws -> Tree {
        let documents = try documents(file)
        guard documents.count == 1 else {
            throw Unreadable(description: "\(file.lastPathComponent) holds not one document")
        }
        return documents[0]
    }
}
