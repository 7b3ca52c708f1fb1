import Foundation

/// A program that this package has built, running for as long as the value lives.
public final class RunningProgram {
    /// Why it is of no use.
    public struct Failure: Error, CustomStringConvertible {
        /// The sentence to show, with what the program printed.
        public let description: String
    }

    private let process = Process()
    private let log: URL

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - name: The product's name.
    ///   - arguments: Its arguments.
    ///   - environment: Its whole environment.
    /// - Throws: `Failure` when it has not been built, or what starting it throws.
    public init(
        _ name: String,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws {
        // SwiftPM puts the products beside the test runner.
        let runner = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let program = runner.deletingLastPathComponent().appendingPathComponent(name)
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Failure(description: "\(name) is not built: swift build --build-tests builds it")
        }
        log = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(name)-\(UUID().uuidString).log")
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process.executableURL = program
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: log)
    }

    /// All that it has printed so far.
    public var output: String {
        (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    }

    /// Waits until it has printed `text`, and reads the word that follows.
    ///
    /// - Parameter text: What stands before the word.
    /// - Returns: The rest up to white space.
    /// - Throws: `Failure` when it ends or takes too long.
    public func word(after text: String) throws -> String {
        let found = Deadline.wait(seconds: 120) {
            !process.isRunning || output.split(separator: "\n").contains { $0.contains(text) }
        }
        guard found, let range = output.range(of: text) else {
            throw Failure(description: "it never printed \"\(text)\": \(output)")
        }
        return String(output[range.upperBound...].prefix { !$0.isWhitespace })
    }

    /// Ends it with SIGTERM and waits for it.
    public func stop() {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }
}
