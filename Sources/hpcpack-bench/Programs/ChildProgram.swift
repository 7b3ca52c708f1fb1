import Glibc

/// A child process, with one of its outputs read and its input held open.
///
/// It is killed when nothing refers to it any more.
final class ChildProgram {
    /// The output that is read; the other goes to `/dev/null`.
    enum Output {
        case none, standardOutput, standardError
    }

    /// How a process ended.
    struct Result {
        var exitCode: Int32
        /// User and system time, in seconds.
        var cpu: Double
    }

    let id: pid_t
    private var reader: Int32
    private var writer: Int32
    /// What was read, and is part of no line yet.
    private var text: [UInt8] = []
    private var result: Result?

    /// Starts a program, which is looked up in `PATH`.
    init(_ path: String, _ arguments: [String], reading output: Output = .none) throws {
        let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        var input: [Int32] = [-1, -1]
        var read: [Int32] = [-1, -1]
        guard null >= 0, unsafe pipe(&input) == 0, unsafe pipe(&read) == 0 else {
            throw BenchError("no descriptors are left")
        }
        for end in input + read { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        let out = output == .standardOutput ? read[1] : null
        let error = output == .standardError ? read[1] : null
        for (number, descriptor) in [input[0], out, error].enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map {
            unsafe strdup($0)
        }
        unsafe words.append(nil)
        var process = pid_t()
        let code = unsafe posix_spawnp(&process, path, &actions, nil, words, environ)
        unsafe words.forEach { unsafe free($0) }
        unsafe posix_spawn_file_actions_destroy(&actions)
        for end in [null, input[0], read[1]] { close(end) }
        id = process
        writer = input[1]
        reader = read[0]
        guard code == 0 else {
            result = Result(exitCode: 127, cpu: 0)
            throw BenchError("\(path) cannot be started: error \(code)")
        }
    }

    deinit {
        stop(by: SIGKILL)
        close(reader)
    }

    /// Runs a program to its end, which must be a success.
    ///
    /// - Returns: Its CPU time, in seconds.
    @discardableResult
    static func run(_ path: String, _ arguments: [String]) throws -> Double {
        let result = try ChildProgram(path, arguments).wait()
        guard result.exitCode == 0 else {
            let command = ([path] + arguments.prefix(8)).joined(separator: " ")
            throw BenchError("\(command) ended with \(result.exitCode)")
        }
        return result.cpu
    }

    /// User and system time so far, in seconds.
    var cpu: Double { get throws { try CPUClock(of: id).seconds } }

    func signal(_ number: Int32) {
        // After the end of the process its id may be another's.
        if result == nil { kill(id, number) }
    }

    /// Reads the output up to the first line that contains one of `texts`, and returns that line.
    func readLine(containing texts: String...) throws -> String {
        while true {
            if let end = text.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: text[..<end], as: UTF8.self)
                text.removeSubrange(...end)
                if texts.contains(where: line.contains) { return line }
            } else if try !readMore() {
                throw BenchError("a program ended before it wrote \"\(texts[0])\"")
            }
        }
    }

    /// Reads the output to its end.
    func readToEnd() throws -> String {
        while try readMore() {}
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads what there is of the output; waits for it, but not longer than two minutes.
    ///
    /// - Returns: Whether there was any.
    private func readMore() throws -> Bool {
        var entry = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, 120_000) > 0 else {
            throw BenchError("a program wrote nothing for two minutes")
        }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe read(reader, &bytes, bytes.count)
        if count > 0 { text += bytes[..<count] }
        return count > 0
    }

    /// Ends the process, and waits until it has ended.
    func stop(by number: Int32 = SIGTERM) {
        signal(number)
        if writer >= 0 { close(writer) }
        writer = -1
        wait()
    }

    /// Waits until the process has ended.
    @discardableResult
    func wait() -> Result {
        if let result { return result }
        var status: Int32 = 0
        var resources = rusage()
        while unsafe wait4(id, &status, 0, &resources) < 0, errno == EINTR {}
        let times = [resources.ru_utime, resources.ru_stime]
        let ended = Result(
            exitCode: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F,
            cpu: times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        )
        result = ended
        return ended
    }
}
