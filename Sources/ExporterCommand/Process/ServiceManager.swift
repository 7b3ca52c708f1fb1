import Glibc
import HTTPListener
import Logging

/// The service manager that waits to be told how this process fares, by the protocol of sd_notify(3).
///
/// A notice is one datagram to the socket that the variable `NOTIFY_SOCKET` names. The library for it would have to be
/// installed beside the program.
struct ServiceManager: Sendable {
    /// What a service manager is told.
    enum Notice: String {
        /// The process has begun and is not ready yet.
        case starting = "STATUS=The first round is under way"
        /// The first round has ended.
        case ready = "READY=1\nSTATUS=Serving"
        /// The process was asked to end.
        case stopping = "STOPPING=1\nSTATUS=Stopping"
    }

    /// The longest wait for a service manager that reads slowly.
    private static let longestWait = timeval(tv_sec: 2, tv_usec: 0)

    /// The path of the socket; that of an abstract one begins with a zero.
    private let path: [UInt8]
    private let logger: Logger

    /// Finds the service manager; `nil` when none waits, or at a socket of a kind that is not of this machine.
    ///
    /// - Parameters:
    ///   - environment: The whole environment.
    ///   - logger: Takes that a notice could not be sent.
    init?(environment: [String: String], logger: Logger) {
        guard var path = environment["NOTIFY_SOCKET"].map({ Array($0.utf8) }),
            let first = path.first
        else { return nil }
        guard first == UInt8(ascii: "/") || first == UInt8(ascii: "@"), path.count > 1,
            path.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        else {
            logger.warn(
                "NOTIFY_SOCKET names no socket that can be used; the service manager is told nothing"
            )
            return nil
        }
        if first == UInt8(ascii: "@") { path[0] = 0 }
        self.path = path
        self.logger = logger
    }

    /// Sends a notice; a failure is logged.
    ///
    /// - Returns: Whether it was sent.
    @discardableResult
    func send(_ notice: Notice) -> Bool {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard let socket = Descriptor(owning: socket(AF_UNIX, kind, 0)),
            send(Array(notice.rawValue.utf8), over: socket.number)
        else {
            let reason = unsafe String(cString: strerror(errno))
            logger.warn(
                "The service manager cannot be told how the exporter fares",
                ["error": reason]
            )
            return false
        }
        return true
    }

    private func send(_ bytes: [UInt8], over socket: Int32) -> Bool {
        var wait = Self.longestWait
        let waitSize = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &wait, waitSize)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // The path fits with a zero behind it, as the initializer has checked.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        // An abstract address has no zero at its end; for a path the kernel adds one.
        let length = MemoryLayout.offset(of: \sockaddr_un.sun_path).map { $0 + path.count }
        let size = socklen_t(length ?? 0)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, size)
                    == bytes.count
            }
        }
    }
}
