import Glibc

/// Standard output and standard error of a command-line program, for texts that are written whole.
public struct ProgramOutput: Sendable {
    private let program: String

    /// Names the program, whose name stands before its complaints.
    public init(program: String) { self.program = program }

    /// Writes a text to standard output, however slowly it is read.
    ///
    /// - Returns: Whether it was written; if not, standard error tells why, unless the reader has closed the pipe.
    @discardableResult
    public func write(_ text: some Collection<UInt8>) -> Bool {
        guard let code = Self.write(text, to: STDOUT_FILENO) else { return true }
        if code != EPIPE {
            complain("standard output cannot be written: \(unsafe String(cString: strerror(code)))")
        }
        return false
    }

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
