import CSockets
import Glibc

/// A socket on which clients are accepted.
final class ListeningSocket: Sendable {
    /// The outcome of an attempt to accept a client.
    enum AcceptOutcome: ~Copyable {
        /// The socket of a client, and the bytes of its address.
        case client(Descriptor, address: [UInt8])
        /// No client is waiting.
        case none
        /// This client has gone; others may be waiting.
        case aborted
        /// The process or the system has no descriptor left.
        case noDescriptors
        /// The system fails, for a while or for good.
        case failed
    }

    private let socket: Descriptor

    /// The address, with the port that the system chose.
    let address: SocketAddress

    /// The descriptor's number, for `poll`.
    var number: Int32 { socket.number }

    /// Binds an address and listens on it.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - isIPv6Only: Whether an IPv6 address leaves IPv4 alone.
    ///   - backlog: The length of the queue of clients not yet accepted.
    /// - Throws: An error that names the address and says what is wrong.
    init(_ address: SocketAddress, isIPv6Only: Bool, backlog: Int) throws(ListenerError) {
        let socket: Descriptor
        do throws(Failure) {
            socket = try Self.open(address, isIPv6Only, backlog)
        } catch {
            throw Self.error(address, error.number)
        }
        guard let port = Self.port(of: socket.number) else { throw Self.error(address, errno) }
        self.address = SocketAddress(host: address.host, port: port)
        self.socket = socket
    }

    /// Accepts the client that has waited longest.
    func accept() -> AcceptOutcome {
        let flags = SystemCall.nonBlocking | SystemCall.closeOnExec
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let (number, address) = unsafe withUnsafeMutableBytes(of: &storage) { memory in
            // The storage is large enough for either family, which the system fills in for a client.
            let name = unsafe memory.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            let number = unsafe accept4(socket.number, name, &length, flags)
            return unsafe (number, number < 0 ? [] : Self.address(name))
        }
        if let client = Descriptor(owning: number) { return .client(client, address: address) }
        switch errno {
        case EAGAIN: return .none
        case EMFILE, ENFILE: return .noDescriptors
        // accept(2): these belong to the client that was to be accepted, not to the listener.
        case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET,
            EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH, ETIMEDOUT:
            return .aborted
        default: return .failed
        }
    }

    /// The bytes of a client's address: 4 of IPv4, however it came, or 16.
    private static func address(_ name: UnsafePointer<sockaddr>?) -> [UInt8] {
        guard let name = unsafe name else { return [] }
        let family = Int32(unsafe name.pointee.sa_family)
        if family == AF_INET, case .ipv4(let bytes) = unsafe AddressLookup.ipv4(name).host {
            return bytes
        }
        guard family == AF_INET6, case .ipv6(let bytes, _) = unsafe AddressLookup.ipv6(name).host
        else { return [] }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
    }

    /// A system call that failed.
    private struct Failure: Error {
        let number: Int32
    }

    private static func error(_ address: SocketAddress, _ number: Int32) -> ListenerError {
        let code: ListenerError.Code =
            switch number {
            case EADDRINUSE: .addressInUse
            case EACCES, EPERM: .permissionDenied
            default: .system
            }
        let reason = SystemCall.text(number)
        return ListenerError(code: code, message: "cannot listen on \(address): \(reason)")
    }

    private static func open(
        _ address: SocketAddress,
        _ isIPv6Only: Bool,
        _ backlog: Int
    ) throws(Failure) -> Descriptor {
        let anyIPv4 = SocketAddress.Host.ipv4([0, 0, 0, 0])
        let anyIPv6 = SocketAddress.Host.ipv6(Array(repeating: 0, count: 16), scope: 0)
        switch address.host {
        case .ipv4: return try open(address.host, address.port, isIPv6Only: nil, backlog)
        case .ipv6: return try open(address.host, address.port, isIPv6Only: isIPv6Only, backlog)
        case .any:
            do throws(Failure) {
                return try open(anyIPv6, address.port, isIPv6Only: false, backlog)
            } catch  where [EAFNOSUPPORT, EADDRNOTAVAIL, ENOPROTOOPT].contains(error.number) {
                // The machine has no IPv6.
                return try open(anyIPv4, address.port, isIPv6Only: nil, backlog)
            }
        }
    }

    private static func open(
        _ host: SocketAddress.Host,
        _ port: UInt16,
        isIPv6Only: Bool?,
        _ backlog: Int
    ) throws(Failure) -> Descriptor {
        let name = bytes(host, port)
        let family = isIPv6Only == nil ? AF_INET : AF_INET6
        guard let opened = SystemCall.openSocket(family) else { throw Failure(number: errno) }
        // Connections of an earlier run in TIME_WAIT must not keep the port from a new one.
        SystemCall.setOption(opened.number, SOL_SOCKET, SO_REUSEADDR, 1)
        // The clients' sockets inherit these. A response is written in one piece, and waiting to fill a
        // packet would only delay its end. The system would copy up to 4 MB for each client that reads
        // slowly; a queue of 256 KiB is as fast and costs a fraction. Keep-alive probes find a client that
        // vanishes while it waits for a late response.
        SystemCall.setOption(opened.number, SystemCall.tcp, TCP_NODELAY, 1)
        SystemCall.setOption(opened.number, SystemCall.tcp, TCP_NOTSENT_LOWAT, 256 * 1024)
        SystemCall.setOption(opened.number, SOL_SOCKET, SO_KEEPALIVE, 1)
        SystemCall.setOption(opened.number, SystemCall.tcp, TCP_KEEPIDLE, 60)
        SystemCall.setOption(opened.number, SystemCall.tcp, TCP_KEEPINTVL, 15)
        SystemCall.setOption(opened.number, SystemCall.tcp, TCP_KEEPCNT, 4)
        if let isIPv6Only {
            let value: Int32 = isIPv6Only ? 1 : 0
            guard SystemCall.setOption(opened.number, SystemCall.ipv6, IPV6_V6ONLY, value) else {
                throw Failure(number: errno)
            }
        }
        let bound = unsafe name.withUnsafeBytes { memory in
            // bytes(_:_:) made these bytes from the address structure of the family.
            unsafe bind(
                opened.number,
                memory.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(memory.count)
            )
        }
        guard bound == 0, listen(opened.number, Int32(clamping: backlog)) == 0 else {
            throw Failure(number: errno)
        }
        return opened
    }

    /// The bytes of the system's structure for an address.
    private static func bytes(_ host: SocketAddress.Host, _ port: UInt16) -> [UInt8] {
        switch host {
        case .ipv6(let address, let scope):
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = port.bigEndian
            name.sin6_scope_id = scope
            unsafe withUnsafeMutableBytes(of: &name.sin6_addr) {
                unsafe $0.copyBytes(from: address)
            }
            return unsafe withUnsafeBytes(of: name) { unsafe Array($0) }
        case .ipv4(let address):
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &name.sin_addr) { unsafe $0.copyBytes(from: address) }
            return unsafe withUnsafeBytes(of: name) { unsafe Array($0) }
        case .any:
            return []
        }
    }

    /// The port to which a socket is bound.
    private static func port(of socket: Int32) -> UInt16? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutableBytes(of: &storage) { memory -> UInt16? in
            guard let base = memory.baseAddress else { return nil }
            let name = unsafe base.assumingMemoryBound(to: sockaddr.self)
            guard unsafe getsockname(socket, name, &length) == 0 else { return nil }
            // The storage is large enough for either family, which the system has just filled in.
            return unsafe Int32(name.pointee.sa_family) == AF_INET
                ? AddressLookup.ipv4(UnsafeRawPointer(base)).port
                : AddressLookup.ipv6(UnsafeRawPointer(base)).port
        }
    }
}
