import Basics
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// One of the project's programs, run as a process of its own for as long as the value lives.
public final class ProgramProcess: Sendable {
    /// Why a program is of no use to the test.
    public struct Failure: Error, CustomStringConvertible {
        /// The sentence to show, with what the program wrote.
        public let description: String
    }

    private let process: Mutex<Process>
    /// Files take the output whole, whatever the size and the timing.
    private let folder: URL
    private let name: String
    /// The process id.
    public let id: Int32

    /// Starts a program that stands beside the tests.
    ///
    /// - Parameters:
    ///   - name: The name of the program.
    ///   - arguments: Its arguments.
    ///   - environment: Variables beside those of the test.
    ///   - shell: What a shell does in its place, with the program and its arguments as `"$0" "$@"`, such as
    ///     `exec "$0" "$@" 2>&-`; `nil` to start it without one.
    /// - Throws: `Failure` when there is no such program.
    public init(
        _ name: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        shell: String? = nil
    ) throws {
        self.name = name
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("program-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let place = Bundle.main.bundleURL
        let candidates = [place, place.deletingLastPathComponent()].map {
            $0.appendingPathComponent(name)
        }
        guard
            let url = candidates.first(where: {
                FileManager.default.isExecutableFile(atPath: $0.path)
            })
        else {
            throw Failure(description: "\(name) is not built; looked at \(candidates.map(\.path))")
        }
        let process = Process()
        if let shell {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", shell, url.path] + arguments
        } else {
            process.executableURL = url
            process.arguments = arguments
        }
        var all = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("HPCPACK_EXPORTER_")
        }
        all["SWIFT_BACKTRACE"] = "enable=no"
        // A program that was built with Address Sanitizer tells its leaks when it ends, by its exit code.
        all["ASAN_OPTIONS"] = "detect_leaks=1"
        process.environment = all.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        self.folder = folder
        process.standardOutput = try Self.file(folder, "out")
        process.standardError = try Self.file(folder, "err")
        try process.run()
        id = process.processIdentifier
        self.process = Mutex(process)
    }

    deinit {
        // A process that has ended has been waited for, and its number may be another's by now.
        if isRunning { kill(id, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    private static func file(_ folder: URL, _ name: String) throws -> FileHandle {
        let url = folder.appendingPathComponent(name)
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }

    private func text(_ name: String) -> String {
        let data = try? Data(contentsOf: folder.appendingPathComponent(name))
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    /// What it wrote to standard output so far.
    public var standardOutput: String { text("out") }

    /// What it wrote to standard error so far.
    public var standardError: String { text("err") }

    /// Whether it runs.
    public var isRunning: Bool { process.withLock { $0.isRunning } }

    /// Waits for a text on either stream and gives what follows it up to white space.
    ///
    /// - Throws: `Failure` when it does not come in time.
    public func word(after text: String, seconds: Double = 120) throws -> String {
        var found: String?
        _ = Deadline.wait(seconds: seconds) {
            for output in [standardOutput, standardError] {
                guard let range = output.range(of: text) else { continue }
                let rest = output[range.upperBound...]
                guard let end = rest.firstIndex(where: \.isWhitespace) else { continue }
                found = String(rest[..<end])
                return true
            }
            return !isRunning
        }
        guard let found else {
            throw Failure(
                description: "\(name) did not write \"\(text)\": \(standardOutput) \(standardError)"
            )
        }
        return found
    }

    /// Sends a signal.
    public func signal(_ number: Int32) { kill(id, number) }

    /// Waits for the end.
    ///
    /// - Returns: The exit code.
    /// - Throws: `Failure` when it does not end in time.
    public func exitCode(seconds: Double = 60) throws -> Int32 {
        guard Deadline.wait(seconds: seconds, { !isRunning }) else {
            throw Failure(description: "\(name) did not end: \(standardError)")
        }
        return process.withLock { $0.terminationStatus }
    }
}
