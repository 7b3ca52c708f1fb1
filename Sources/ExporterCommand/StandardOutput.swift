import Glibc

/// Standard output and standard error for what is written there once, whole.
enum StandardOutput {
    /// Writes a text whole, however slowly it is read.
    ///
    /// - Parameters:
    ///   - text: What to write.
    ///   - descriptor: Where to.
    /// - Returns: `nil`, or the error number of the write that failed.
    static func write(_ text: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = text[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe posixWrite(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            let code = count < 0 ? errno : EIO
            switch code {
            case EINTR: continue
            case EAGAIN:
                // Whoever shares the pipe has made it non-blocking.
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&entry, 1, 1000)
            default: return code
            }
        }
        return nil
    }

    /// Writes the answer to what was asked on the command line.
    ///
    /// - Parameter text: What to write to standard output.
    /// - Returns: Whether it was written; if not, standard error tells why, except that a reader who has
    ///   seen enough needs no word.
    static func answer(_ text: [UInt8]) -> Bool {
        guard let code = write(text, to: STDOUT_FILENO) else { return true }
        if code != EPIPE {
            complain("standard output cannot be written: \(unsafe String(cString: strerror(code)))")
        }
        return false
    }

    /// Writes one line for a person to standard error; nobody is left to tell when that fails.
    static func complain(_ text: String) {
        _ = write(Array("hpcpack-exporter: \(text)\n".utf8), to: STDERR_FILENO)
    }
}

/// write(2), under a name that the method `write` does not hide.
private func posixWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
