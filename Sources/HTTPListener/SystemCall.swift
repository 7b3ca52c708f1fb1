import Glibc

/// What the rest of the module needs of the C library in Swift's types.
enum SystemCall {
    #if canImport(Glibc)
        static let stream = Int32(SOCK_STREAM.rawValue)
        static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
        static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
        static let tcp = Int32(IPPROTO_TCP)
        static let ipv6 = Int32(IPPROTO_IPV6)
        static let noSignal = Int32(MSG_NOSIGNAL)
        static let writeSide = Int32(SHUT_WR)
    #else
        static let stream = SOCK_STREAM
        static let nonBlocking = SOCK_NONBLOCK
        static let closeOnExec = SOCK_CLOEXEC
        static let tcp = IPPROTO_TCP
        static let ipv6 = IPPROTO_IPV6
        static let noSignal = MSG_NOSIGNAL
        static let writeSide = SHUT_WR
    #endif

    /// The system's words for an error number.
    ///
    /// - Parameter number: The value of `errno`.
    /// - Returns: Such as `Address already in use`.
    static func text(_ number: Int32) -> String {
        // strerror gives a text that lives until this thread's next call of it; it is copied here.
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }

    /// Opens a TCP socket that blocks nobody and that no child process inherits.
    ///
    /// - Returns: The socket, or `nil` with the reason in `errno`.
    static func openSocket(_ family: Int32) -> Descriptor? {
        Descriptor(owning: socket(family, stream | nonBlocking | closeOnExec, 0))
    }

    /// Sets an option of a socket that holds a number.
    ///
    /// - Returns: Whether the system took it.
    @discardableResult
    static func setOption(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32) -> Bool {
        var value = value
        return unsafe setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
            == 0
    }
}
