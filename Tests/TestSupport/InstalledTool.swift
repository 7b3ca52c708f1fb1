import Foundation

/// A program that tests run, found on the search path.
public struct InstalledTool: Sendable {
    /// How a run ended.
    public struct Outcome: Sendable {
        /// The exit code, or 128 and the number of the signal that ended it.
        public let status: Int32
        /// What it wrote to standard output.
        public let bytes: [UInt8]
        /// What it wrote to standard error.
        public let errors: String

        /// What it wrote to standard output, as a text.
        public var text: String { String(decoding: bytes, as: UTF8.self) }
        /// All that it wrote, standard output first.
        public var output: String { text + errors }
    }

    /// A tool that is not there or does not work, and the package that brings it.
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
    public let path: String

    /// Finds `name` in `PATH`, then in the usual folders.
    ///
    /// - Parameters:
    ///   - name: The program's name.
    ///   - package: The Debian package that brings it.
    /// - Throws: `Missing` when it is nowhere.
    public init(_ name: String, package: String) throws(Missing) {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/sbin"]
        let found = folders.map { $0 + "/" + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else {
            throw Missing(
                description: "\(name) is missing: install it with apt-get install \(package)"
            )
        }
        self.path = found
    }

    private init(path: String) { self.path = path }

    /// Finds a Python that has a module: Debian's has those of its packages, another one on `PATH` may not.
    ///
    /// - Parameters:
    ///   - module: The module's name.
    ///   - package: The Debian package that brings it.
    /// - Returns: The Python.
    /// - Throws: `Missing` when no Python has it.
    public static func python(with module: String, package: String) throws -> InstalledTool {
        let found = try? InstalledTool("python3", package: package)
        for tool in [found, InstalledTool(path: "/usr/bin/python3")].compactMap(\.self)
        where FileManager.default.isExecutableFile(atPath: tool.path) {
            if try tool.run(["-c", "import \(module)"]).status == 0 { return tool }
        }
        throw Missing(
            description: "no Python has \(module): install it with apt-get install \(package)"
        )
    }

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - folder: The folder it runs in.
    ///   - input: What it reads from standard input.
    /// - Returns: The program, for as long as it is wanted.
    /// - Throws: What keeps it from starting.
    public func start(
        _ arguments: [String],
        in folder: String? = nil,
        input: String = ""
    ) throws(ChildProcess.Failure) -> ChildProcess {
        try ChildProcess(executable: path, arguments, folder: folder, input: input)
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - folder: The folder it runs in.
    ///   - input: What it reads from standard input.
    ///   - seconds: The longest time.
    /// - Returns: How it ended and all that it wrote.
    /// - Throws: What keeps it from starting or ending.
    public func run(
        _ arguments: [String],
        in folder: String? = nil,
        input: String = "",
        seconds: Double = 120
    ) throws(ChildProcess.Failure) -> Outcome {
        let process = try start(arguments, in: folder, input: input)
        let status = try process.exitCode(seconds: seconds)
        return Outcome(
            status: status,
            bytes: process.outputBytes,
            errors: process.standardError
        )
    }
}
