import Basics
import Glibc

/// An address to listen on: one interface or all of them, and a port.
///
/// `":10052"` is every interface, over IPv6 and IPv4 where the machine has both; `"127.0.0.1:0"` and
/// `"[::1]:9090"` are one address each, port 0 being any free one; `"[::]:80"` is every interface over
/// IPv6 and IPv4, as other exporters take it, and `"0.0.0.0:80"` over IPv4 only; `"localhost:80"` and other names
/// are looked up at once.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// The interfaces of an address.
    enum Host: Sendable, Hashable {
        /// All, over IPv6 and IPv4.
        case any
        /// The one with this IPv4 address, in network order.
        case ipv4([UInt8])
        /// The one with this IPv6 address, in network order, and its scope.
        case ipv6([UInt8], scope: UInt32)
    }

    let host: Host

    /// The port; 0 stands for any free one.
    public let port: UInt16

    init(host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Parses an address.
    ///
    /// - Parameter text: The address, as `host:port`, `[IPv6]:port` or `:port`.
    /// - Throws: An error that says what is wrong with the text, or that the name has no address.
    public init(parsing text: String) throws(ListenerError) {
        let bytes = text.utf8
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else {
            throw Self.error(text, "has no port; write it like \":10052\" or \"127.0.0.1:10052\"")
        }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty else { throw Self.error(text, "has no port after the colon") }
        guard digits.utf8.allSatisfy(\.isASCIIDigit), let port = UInt16(digits) else {
            throw Self.error(text, "has a port that is not a number from 0 to 65535")
        }
        let host = text[..<colon]
        self.init(host: try Self.host(host, in: text), port: port)
    }

    private static func host(
        _ host: Substring,
        in text: String
    ) throws(ListenerError) -> Host {
        if host.isEmpty || host == "*" { return .any }
        if host.utf8.first == UInt8(ascii: "[") {
            guard host.utf8.last == UInt8(ascii: "]") else {
                throw error(text, "has no ] after the IPv6 address")
            }
            let literal = String(host.dropFirst().dropLast())
            guard literal.utf8.contains(UInt8(ascii: ":")),
                let found = AddressLookup.first(literal, isNumeric: true)
            else { throw error(text, "has no IPv6 address between the brackets") }
            return found
        }
        guard !host.utf8.contains(UInt8(ascii: ":")) else {
            throw error(text, "needs brackets around its IPv6 address, like \"[::1]:10052\"")
        }
        // RFC 6761 §6.3: this name never needs a lookup.
        if host.equalsIgnoringCase("localhost") { return .ipv4([127, 0, 0, 1]) }
        if let found = AddressLookup.first(String(host), isNumeric: true) { return found }
        guard !host.utf8.allSatisfy({ $0.isASCIIDigit || $0 == UInt8(ascii: ".") }) else {
            throw error(text, "has a malformed IPv4 address")
        }
        guard host.utf8.allSatisfy(\.isHostNameCharacter),
            let found = AddressLookup.first(String(host), isNumeric: false)
        else {
            throw ListenerError(
                code: .unknownHost,
                message: "the listen address \"\(text)\" has a host that cannot be resolved"
            )
        }
        return found
    }

    /// Whether a socket for this address leaves IPv4 alone: unless it is `[::]` without an IPv4 address of the same
    /// port beside it, or an IPv4 address in the form of IPv6 (RFC 4291 §2.5.5.2).
    func isIPv6Only(beside addresses: [SocketAddress]) -> Bool {
        guard case .ipv6(let bytes, _) = host else { return true }
        if bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] { return false }
        guard bytes.allSatisfy({ $0 == 0 }) else { return true }
        return port != 0
            && addresses.contains { other in
                if case .ipv4 = other.host { return other.port == port }
                return false
            }
    }

    private static func error(_ text: String, _ what: String) -> ListenerError {
        ListenerError(code: .addressSyntax, message: "the listen address \"\(text)\" \(what)")
    }

    /// The address in the form that ``init(parsing:)`` accepts.
    public var description: String {
        switch host {
        case .any: ":\(port)"
        case .ipv4: "\(hostText):\(port)"
        case .ipv6: "[\(hostText)]:\(port)"
        }
    }

    /// A host and port at which a client on this machine reaches the address, for a URL.
    public var localAuthority: String {
        switch host {
        case .any, .ipv4([0, 0, 0, 0]): "localhost:\(port)"
        case .ipv6(let bytes, _) where bytes.allSatisfy({ $0 == 0 }): "[::1]:\(port)"
        default: description
        }
    }

    /// The address without port and brackets; empty for all interfaces.
    private var hostText: String {
        switch host {
        case .any: return ""
        case .ipv4(let bytes): return bytes.map(String.init).joined(separator: ".")
        case .ipv6(let bytes, let scope):
            return AddressLookup.text(ipv6: bytes) + (scope == 0 ? "" : "%\(scope)")
        }
    }
}

/// Conversions between texts and addresses by the system's resolver.
enum AddressLookup {
    /// Returns the first address of a host, IPv4 before IPv6.
    ///
    /// - Parameters:
    ///   - host: A name or a numeric address.
    ///   - isNumeric: Whether only a numeric address counts, so that no name server is asked.
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
