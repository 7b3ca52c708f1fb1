public import Foundation

/// The files of this repository, found from where this source file is.
public enum Repository {
    /// The top folder.
    public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The text of a file.
    ///
    /// - Parameter path: The path below the top folder.
    /// - Returns: The text.
    /// - Throws: What Foundation says of a file that cannot be read.
    public static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The files below a folder, at any depth.
    ///
    /// - Parameter folder: The path of the folder below the top folder.
    /// - Returns: The paths of files and folders below the top folder, sorted.
    /// - Throws: What Foundation says of a folder that cannot be read.
    public static func files(below folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(
            atPath: root.appendingPathComponent(folder).path
        )
        .map { folder + "/" + $0 }.sorted()
    }
}
