import Glibc

/// The socket at which a service manager waits for notices of sd_notify(3).
public final class NotifySocket: Sendable {
    private let descriptor: Int32
    private let folder: TemporaryFolder?
    /// What the variable `NOTIFY_SOCKET` says.
    public let name: String

    /// Opens a socket.
    ///
    /// - Parameter isAbstract: Whether its name is one of the kernel rather than a path.
    /// - Throws: What keeps it from being opened.
    public init(isAbstract: Bool = false) throws {
        folder = isAbstract ? nil : try TemporaryFolder()
        name =
            folder?.path("notify") ?? "@hpcpack-tests-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(name.utf8)
        if isAbstract { path[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        let size = socklen_t(2 + path.count + (isAbstract ? 0 : 1))
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, size)
            }
        }
        guard code == 0 else {
            throw ChildProcess.Failure(description: "no socket \(name): error \(errno)")
        }
    }

    deinit { close(descriptor) }

    /// Receives the next notice.
    ///
    /// - Parameter seconds: The longest wait; 0 for what has come already.
    /// - Returns: The notice, or `nil` when none comes.
    public func next(seconds: Double) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, Int32(seconds * 1000)) == 1 else { return nil }
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
