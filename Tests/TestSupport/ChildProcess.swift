import Basics
import CSpawn
import Foundation
import Glibc

/// A program that runs until it ends by itself or the value goes; nothing outlives the test.
///
/// It starts by `posix_spawn` with default signals, without the test's descriptors and as the leader of a
/// process group. Its output goes to files in memory, so that it never waits for a reader.
public final class ChildProcess: Sendable {
    /// Why a program is of no use to the test.
    public struct Failure: Error, CustomStringConvertible {
        /// The sentence to show, with what the program wrote.
        public let description: String

        /// A sentence of the caller's own.
        public init(description: String) { self.description = description }
    }

    /// The process id.
    public let id: Int32
    private let name: String
    private let output: MemoryFile
    private let errors: MemoryFile
    /// The exit code, once the process has been waited for.
    private let ended = Mutex<Int32?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: The path of the program.
    ///   - arguments: Its arguments.
    ///   - environment: All its variables; `nil` for those of the test.
    ///   - folder: The folder it runs in; `nil` for the folder of the test.
    ///   - input: What it reads from standard input.
    /// - Throws: `Failure` when the system does not start it.
    public init(
        executable: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        folder: String? = nil,
        input: String = ""
    ) throws(Failure) {
        name = executable.split(separator: "/").last.map(String.init) ?? executable
        output = try MemoryFile()
        errors = try MemoryFile()
        let text = try MemoryFile(input)

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in [text, output, errors].enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, file.descriptor, Int32(number))
        }
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        if let folder { unsafe posix_spawn_file_actions_addchdir_np(&actions, folder) }

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        // The copies live until the call has returned; the child has its own memory then.
        var argv = unsafe ([executable] + arguments).map { unsafe strdup($0) } + [nil]
        let variables = environment ?? ProcessInfo.processInfo.environment
        var envp = unsafe variables.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (argv + envp).forEach { unsafe free($0) } }
        var id: pid_t = 0
        let code = unsafe posix_spawn(&id, executable, &actions, &attributes, &argv, &envp)
        self.id = id
        guard code == 0 else {
            ended.withLock { $0 = 127 }
            throw Failure(description: unsafe "\(executable): \(String(cString: strerror(code)))")
        }
        withExtendedLifetime(text) {}
    }

    /// Starts a program of this package.
    ///
    /// Variables of the test that an exporter would read are kept from it. Built with Address Sanitizer it
    /// tells its leaks by its exit code when it ends.
    ///
    /// - Parameters:
    ///   - product: The name of the program.
    ///   - arguments: Its arguments.
    ///   - environment: Variables beside those of the test.
    ///   - shell: What a shell does in its place, with the program and its arguments as `"$0" "$@"`, such as
    ///     `exec "$0" "$@" 2>&-`; `nil` to start it without one.
    /// - Throws: `Failure` when there is no such program.
    public convenience init(
        _ product: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        shell: String? = nil
    ) throws(Failure) {
        // SwiftPM puts the products beside the test runner.
        let runner = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let path = runner.deletingLastPathComponent().appendingPathComponent(product).path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failure(description: "\(path) is not built: swift build --build-tests builds it")
        }
        var variables = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("HPCPACK_EXPORTER_")
        }
        variables["SWIFT_BACKTRACE"] = "enable=no"
        variables["ASAN_OPTIONS"] = "detect_leaks=1"
        variables.merge(environment) { _, new in new }
        if let shell {
            let words = ["-c", shell, path] + arguments
            try self.init(executable: "/bin/sh", words, environment: variables)
        } else {
            try self.init(executable: path, arguments, environment: variables)
        }
    }

    deinit {
        // The number of a process that has been waited for may be another's by now.
        guard isRunning else { return }
        kill(-id, SIGKILL)
        _ = waitpid(id, nil, 0)
    }

    /// What it wrote to standard output so far.
    public var standardOutput: String { String(decoding: outputBytes, as: UTF8.self) }

    /// What it wrote to standard output so far, byte by byte.
    public var outputBytes: [UInt8] { output.bytes }

    /// What it wrote to standard error so far.
    public var standardError: String { String(decoding: errors.bytes, as: UTF8.self) }

    /// Whether it runs.
    public var isRunning: Bool { pollExitCode() == nil }

    /// The exit code, 128 and the number of the signal that ended it, or `nil` while it runs.
    private func pollExitCode() -> Int32? {
        ended.withLock { ended in
            var status: Int32 = 0
            if ended == nil, unsafe waitpid(id, &status, WNOHANG) == id {
                ended = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
            }
            return ended
        }
    }

    /// Sends a signal.
    public func signal(_ number: Int32) { kill(id, number) }

    /// Waits for the end.
    ///
    /// - Returns: The exit code, or 128 and the number of the signal that ended it, as a shell tells it.
    /// - Throws: `Failure` when it does not end in time.
    public func exitCode(seconds: Double = 60) throws(Failure) -> Int32 {
        var code: Int32?
        _ = Deadline.wait(seconds: seconds) {
            code = pollExitCode()
            return code != nil
        }
        guard let code else { throw Failure(description: "\(name) did not end: \(standardError)") }
        return code
    }

    /// Ends it by SIGTERM.
    ///
    /// - Returns: The exit code.
    /// - Throws: `Failure` when it does not end in time.
    @discardableResult
    public func stop() throws(Failure) -> Int32 {
        if isRunning { signal(SIGTERM) }
        return try exitCode()
    }

    /// Waits for a text on either stream and reads what follows it up to white space.
    ///
    /// - Throws: `Failure` when it does not come in time.
    public func word(after text: String, seconds: Double = 120) throws(Failure) -> String {
        var found: String?
        _ = Deadline.wait(seconds: seconds) {
            // Asked first, so that what it wrote last is seen.
            let isRunning = isRunning
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
}

/// A file without a name, which goes with its last descriptor.
private final class MemoryFile: Sendable {
    let descriptor: Int32

    init(_ text: String = "") throws(ChildProcess.Failure) {
        descriptor = unsafe memfd_create("hpcpack-tests", CSPAWN_MFD_CLOEXEC)
        let bytes = Array(text.utf8)
        // Written at an offset, so that a reader begins at the start.
        guard descriptor >= 0, unsafe pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
        else {
            throw ChildProcess.Failure(description: "no file in memory: error \(errno)")
        }
    }

    deinit { close(descriptor) }

    /// All that has been written to it.
    var bytes: [UInt8] {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return [] }
        let size = Int(status.st_size)
        // Thread Sanitizer takes note when the one empty array is set to its length of none.
        guard size > 0 else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = max(0, unsafe pread(descriptor, buffer.baseAddress, size, 0))
        }
    }
}

/// What a process holds and has used, as the kernel tells in `/proc`.
public struct ProcessVitals: Sendable, Equatable {
    /// Open descriptors.
    public var descriptors = 0
    /// Threads.
    public var threads = 0
    /// Resident memory in bytes.
    public var memoryBytes = 0
    /// User and system time so far, in seconds.
    public var cpuSeconds = 0.0

    /// A process that holds nothing.
    public init() {}

    /// Looks at a process.
    ///
    /// - Parameter id: The process.
    /// - Throws: What reading `/proc` throws, as for a process that has ended.
    public init(of id: Int32) throws {
        let files = FileManager.default
        descriptors = try files.contentsOfDirectory(atPath: "/proc/\(id)/fd").count
        threads = try files.contentsOfDirectory(atPath: "/proc/\(id)/task").count
        let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let kilobytes = line?.split(separator: " ").compactMap { Int($0) }.first
        memoryBytes = (kilobytes ?? 0) * 1024
        // The fields behind the name in parentheses; the first of them is the third of proc_pid_stat(5).
        let stat = try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
        let fields = stat.split(separator: ")").last?.split(separator: " ").map(String.init) ?? []
        if fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) {
            cpuSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
    }
}
