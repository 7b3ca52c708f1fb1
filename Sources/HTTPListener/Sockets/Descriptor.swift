import Glibc

/// An owned file descriptor, closed when the value's lifetime ends.
package struct Descriptor: ~Copyable, Sendable {
    /// The number, valid as long as this value lives.
    package let number: Int32

    /// Takes ownership of a descriptor; `nil` for a negative number, which stands for an error.
    ///
    /// - Parameter number: The descriptor, which nobody else closes.
    package init?(owning number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    deinit {
        // The descriptor is gone even when close is interrupted, so there is nothing to retry.
        _ = close(number)
    }
}

/// The C library's constants and calls in Swift's types.
enum SystemCall {
    static let stream = Int32(SOCK_STREAM.rawValue)
    static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
    static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
    static let tcp = Int32(IPPROTO_TCP)
    static let ipv6 = Int32(IPPROTO_IPV6)
    static let noSignal = Int32(MSG_NOSIGNAL)
    static let writeSide = Int32(SHUT_WR)

    /// Returns the system's text for an error number, such as `Address already in use`.
    static func text(_ number: Int32) -> String {
        // The text lives until this thread's next call of strerror; it is copied here.
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }

    /// Opens a non-blocking TCP socket that child processes do not inherit.
    ///
    /// - Returns: The socket, or `nil` with the reason in `errno`.
    static func openSocket(_ family: Int32) -> Descriptor? {
        Descriptor(owning: socket(family, stream | nonBlocking | closeOnExec, 0))
    }

    /// Sets an option of a socket that is a number.
    ///
    /// - Returns: Whether the system accepted it.
    @discardableResult
    static func setOption(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32) -> Bool {
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe setsockopt(socket, level, name, &value, size) == 0
    }
}
