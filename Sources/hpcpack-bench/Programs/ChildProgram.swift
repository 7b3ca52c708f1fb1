import Glibc

/// A program that runs as a child, with one of its outputs read and its input held open.
///
/// It is killed when nothing refers to it any more.
final class ChildProgram {
    /// Which output is read; the other goes nowhere.
    enum Output {
        case none, standardOutput, standardError
    }

    /// What a program that has ended came to.
    struct Usage {
        var exitCode: Int32
        /// User and system time, in seconds.
        var cpu: Double
    }

    let id: pid_t
    private var reader: Int32 = -1
    private var writer: Int32 = -1
    private var text: [UInt8] = []
    private var usage: Usage?

    /// Starts a program.
    ///
    /// - Throws: `BenchError` when it cannot be started.
    init(_ path: String, _ arguments: [String], reading output: Output = .none) throws(BenchError) {
        let nowhere = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        var input: [Int32] = [-1, -1]
        var read: [Int32] = [-1, -1]
        guard nowhere >= 0, unsafe pipe(&input) == 0, unsafe pipe(&read) == 0 else {
            throw BenchError("no descriptors are left")
        }
        for end in input + read { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, input[0], 0)
        let out = output == .standardOutput ? read[1] : nowhere
        let err = output == .standardError ? read[1] : nowhere
        unsafe posix_spawn_file_actions_adddup2(&actions, out, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, err, 2)
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map {
            unsafe strdup($0)
        }
        unsafe words.append(nil)
        var process = pid_t()
        let code = unsafe posix_spawnp(&process, path, &actions, nil, words, environ)
        unsafe words.forEach { unsafe free($0) }
        unsafe posix_spawn_file_actions_destroy(&actions)
        for end in [nowhere, input[0], read[1]] { close(end) }
        id = process
        writer = input[1]
        reader = read[0]
        guard code == 0 else {
            usage = Usage(exitCode: 127, cpu: 0)
            throw BenchError("\(path) cannot be started: error \(code)")
        }
    }

    deinit {
        stop(by: SIGKILL)
        close(reader)
        closeInput()
    }

    private func closeInput() {
        if writer >= 0 { close(writer) }
        writer = -1
    }

    /// User and system time so far, in seconds.
    var cpu: Double { get throws(BenchError) { try CPUClock(of: id).seconds } }

    /// Sends a signal.
    func signal(_ number: Int32) {
        // After its end the number may be another's.
        if usage == nil { kill(id, number) }
    }

    /// Waits for a line of the output that holds a text.
    ///
    /// - Returns: The line.
    /// - Throws: `BenchError` when the output ends, or nothing comes for a minute.
    @discardableResult
    func line(with wanted: String) throws(BenchError) -> Substring {
        while true {
            if let end = text.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: text[..<end], as: UTF8.self)
                text.removeSubrange(...end)
                if line.contains(wanted) { return line[...] }
                continue
            }
            guard try readMore() else {
                throw BenchError("a program ended before it said \"\(wanted)\"")
            }
        }
    }

    /// Reads the output to its end.
    func rest() throws(BenchError) -> String {
        while try readMore() {}
        defer { text = [] }
        return String(decoding: text, as: UTF8.self)
    }

    private func readMore() throws(BenchError) -> Bool {
        var entry = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, 120_000) > 0 else {
            throw BenchError("a program is silent for two minutes")
        }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe read(reader, &bytes, bytes.count)
        if count > 0 { text += bytes[..<count] }
        return count > 0
    }

    /// Ends the program and waits for it.
    func stop(by number: Int32 = SIGTERM) {
        signal(number)
        closeInput()
        _ = wait()
    }

    /// Waits for the end.
    @discardableResult
    func wait() -> Usage {
        if let usage { return usage }
        var status: Int32 = 0
        var resources = rusage()
        while unsafe wait4(id, &status, 0, &resources) < 0, errno == EINTR {}
        func seconds(_ time: timeval) -> Double {
            Double(time.tv_sec) + Double(time.tv_usec) / 1e6
        }
        let ended = Usage(
            exitCode: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F,
            cpu: seconds(resources.ru_utime) + seconds(resources.ru_stime)
        )
        usage = ended
        return ended
    }

    /// Runs a program to its end.
    ///
    /// - Returns: Its CPU time, in seconds.
    /// - Throws: `BenchError` when it fails.
    static func cpu(_ path: String, _ arguments: [String]) throws(BenchError) -> Double {
        let usage = try ChildProgram(path, arguments).wait()
        guard usage.exitCode == 0 else {
            throw BenchError(
                "\(path) \(arguments.prefix(8).joined(separator: " ")) ended with \(usage.exitCode)"
            )
        }
        return usage.cpu
    }
}
