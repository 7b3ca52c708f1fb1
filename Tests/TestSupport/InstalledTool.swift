public import Foundation

/// A program that tests run, found on the search path.
public struct InstalledTool: Sendable {
    /// How a run ended.
    public struct Outcome: Sendable {
        /// The exit status, or the number of the signal that ended it.
        public let status: Int32
        /// Standard output and standard error, in the order they were written.
        public let output: String
    }

    /// A tool that is not there, and the package that brings it.
    public struct Missing: Error, CustomStringConvertible {
        /// The sentence to show.
        public let description: String

        /// A sentence of the caller's own.
        ///
        /// - Parameter description: What is missing and how to install it.
        public init(description: String) {
            self.description = description
        }
    }

    /// Where the program is.
    public let url: URL

    /// Finds `name` in `PATH`, then in the usual folders.
    ///
    /// - Parameters:
    ///   - name: The program's name.
    ///   - package: The Debian package that brings it.
    /// - Throws: `Missing` when it is nowhere.
    public init(_ name: String, package: String) throws {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/sbin"]
        let found = folders.map { $0 + "/" + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else {
            throw Missing(
                description: "\(name) is missing: install it with apt-get install \(package)"
            )
        }
        url = URL(fileURLWithPath: found)
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - folder: The folder it runs in.
    /// - Returns: How it ended and all that it printed.
    /// - Throws: What starting it throws.
    public func run(_ arguments: [String], in folder: URL? = nil) throws -> Outcome {
        let process = Process()
        process.executableURL = url
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: output, as: UTF8.self)
        )
    }
}
