import Glibc

/// Standard output and standard error of a command-line program.
public struct ProgramOutput: Sendable {
    private let program: String

    /// Creates the output of a program, whose name begins each line of ``complain(_:)``.
    public init(program: String) { self.program = program }

    /// Writes a whole text to standard output, and waits where the reader is slow.
    ///
    /// - Returns: Whether it was written; if not, the reason is written to standard error, unless the reader
    ///   has closed the pipe.
    @discardableResult
    public func write(_ text: some Collection<UInt8>) -> Bool {
        guard let code = Self.write(text, to: STDOUT_FILENO) else { return true }
        if code != EPIPE {
            complain("standard output cannot be written: \(unsafe String(cString: strerror(code)))")
        }
        return false
    }

    /// Writes text unchanged to standard error; a failure is ignored.
    public func show(_ text: String) { _ = Self.write(text.utf8, to: STDERR_FILENO) }

    /// Writes one line to standard error; a failure is ignored, as there is nowhere left to report it.
    public func complain(_ text: String) {
        _ = Self.write("\(program): \(text)\n".utf8, to: STDERR_FILENO)
    }

    /// Returns the error number of the write that failed, or `nil`.
    private static func write(_ text: some Collection<UInt8>, to descriptor: Int32) -> Int32? {
        var rest = Array(text)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            let code = count < 0 ? errno : EIO
            switch code {
            case EINTR: continue
            case EAGAIN:
                // Another process that shares the pipe has made it non-blocking.
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&entry, 1, 1000)
            default: return code
            }
        }
        return nil
    }
}

/// The descriptors of standard input, output and error, which every program expects to be open.
public enum StandardDescriptors {
    /// Opens those that are closed on `/dev/null`, so that no socket or file gets their numbers.
    ///
    /// Otherwise the log could be written to whatever became descriptor 2, such as a client's connection.
    /// Standard input is opened for writing only, the others for reading only, as the C library does for
    /// set-user-ID programs: reads and writes fail, so that no output is lost without an error. Call this
    /// function before anything is opened.
    public static func fillClosed() {
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            guard fcntl(number, F_GETFD) < 0, errno == EBADF else { continue }
            let direction = number == STDIN_FILENO ? O_WRONLY : O_RDONLY
            // open(2) returns the lowest free number, which is this one: those below are open. Where there is
            // no /dev/null there is the root directory, which cannot be written to either.
            let opened = unsafe open("/dev/null", direction)
            if opened < 0 { _ = unsafe open("/", O_RDONLY) }
        }
    }
}
