import Foundation
public import Glibc

/// A folder that goes with its value.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// Makes an empty folder.
    ///
    /// - Throws: What keeps it from being made.
    public init() throws {
        path = NSTemporaryDirectory() + "/hpcpack-tests-\(UUID())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    public func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file.
    ///
    /// - Returns: Its path.
    /// - Throws: What keeps it from being written.
    @discardableResult
    public func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        guard unsafe chmod(path(name), mode) == 0 else { throw CocoaError(.fileWriteNoPermission) }
        return path(name)
    }
}

/// A file that goes with its value.
public final class TemporaryFile: Sendable {
    private let folder: TemporaryFolder
    /// Where it is.
    public var path: String { folder.path("file") }

    /// Writes a file with a mode.
    ///
    /// - Throws: What keeps it from being written.
    public init(_ text: String, mode: mode_t) throws {
        folder = try TemporaryFolder()
        try folder.write("file", text, mode: mode)
    }

    /// Writes it anew in place, as an editor or a mounted secret might.
    ///
    /// - Throws: What keeps it from being written.
    public func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}
