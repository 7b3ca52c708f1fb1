import Glibc

/// From texts to addresses and back, by the system's resolver.
enum AddressLookup {
    /// The first address of a host, IPv4 before IPv6.
    ///
    /// - Parameters:
    ///   - host: A name or a numeric address.
    ///   - isNumeric: Whether only a numeric address counts, so that nobody is asked.
    /// - Returns: The address, or `nil` when there is none.
    static func first(_ host: String, isNumeric: Bool) -> SocketAddress.Host? {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = SystemCall.stream
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_flags = isNumeric ? AI_NUMERICHOST : 0
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0, let head = unsafe list else {
            return nil
        }
        defer { unsafe freeaddrinfo(head) }
        var found: SocketAddress.Host?
        var next: UnsafeMutablePointer<addrinfo>? = unsafe head
        // The list and the addresses in it live until freeaddrinfo; each address is as long as its
        // family says, and is copied out.
        while let entry = unsafe next {
            let family = unsafe entry.pointee.ai_family
            if let address = unsafe entry.pointee.ai_addr {
                if family == AF_INET { return unsafe ipv4(UnsafeRawPointer(address)).host }
                if family == AF_INET6, found == nil {
                    found = unsafe ipv6(UnsafeRawPointer(address)).host
                }
            }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }

    /// Copies an IPv4 address out of the memory of a `sockaddr_in`.
    static func ipv4(_ memory: UnsafeRawPointer) -> SocketAddress {
        let address = unsafe memory.loadUnaligned(as: sockaddr_in.self)
        let bytes = unsafe withUnsafeBytes(of: address.sin_addr) { unsafe Array($0) }
        return SocketAddress(host: .ipv4(bytes), port: UInt16(bigEndian: address.sin_port))
    }

    /// Copies an IPv6 address out of the memory of a `sockaddr_in6`.
    static func ipv6(_ memory: UnsafeRawPointer) -> SocketAddress {
        let address = unsafe memory.loadUnaligned(as: sockaddr_in6.self)
        let bytes = unsafe withUnsafeBytes(of: address.sin6_addr) { unsafe Array($0) }
        return SocketAddress(
            host: .ipv6(bytes, scope: address.sin6_scope_id),
            port: UInt16(bigEndian: address.sin6_port)
        )
    }

    /// The shortest text of an IPv6 address (RFC 5952).
    static func text(ipv6 bytes: [UInt8]) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let size = socklen_t(buffer.count)
        guard bytes.count == 16, unsafe inet_ntop(AF_INET6, bytes, &buffer, size) != nil else {
            return "?"
        }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }
}
