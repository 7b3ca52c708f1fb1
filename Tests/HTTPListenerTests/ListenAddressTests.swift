import Glibc
import TestSupport
import Testing

@testable import HTTPListener

/// Which of IPv4 and IPv6 an address to listen on takes.
struct ListenAddressTests {
    private func server(_ addresses: String...) throws -> HTTPServer {
        let parsed = try addresses.map { try SocketAddress(parsing: $0) }
        let server = try HTTPServer(addresses: parsed) { $0.respond(.text(200, "ok\n")) }
        try server.start()
        return server
    }

    private func answers(_ url: String) throws -> Bool { try Curl.get(url).status == 200 }

    private var hasIPv6: Bool {
        let socket = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        // A sockaddr_in6 is what AF_INET6 takes behind a sockaddr pointer.
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(socket, generic, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
            }
        }
    }

    @Test(arguments: ["[::]", "", "*"])
    func `Every interface is every one of IPv4 and IPv6`(host: String) throws {
        guard hasIPv6 else { return }
        let server = try server("\(host):0")
        let port = server.addresses[0].port
        #expect(try answers("http://127.0.0.1:\(port)") && answers("http://[::1]:\(port)"))
        server.stop(within: .zero)
        server.join()
    }

    @Test(arguments: ["0.0.0.0", "127.0.0.1"])
    func `Beside an address of IPv4 with the same port it is those of IPv6`(host: String) throws {
        guard hasIPv6 else { return }
        let port = try Loopback.freePort()
        let server = try server("[::]:\(port)", "\(host):\(port)")
        #expect(try answers("http://127.0.0.1:\(port)") && answers("http://[::1]:\(port)"))
        server.stop(within: .zero)
        server.join()
    }

    @Test func `Other addresses are what they say`() throws {
        guard hasIPv6 else { return }
        let mapped = try server("[::ffff:127.0.0.1]:0")
        #expect(try answers("http://127.0.0.1:\(mapped.addresses[0].port)"))
        let six = try server("[::1]:0")
        let port = six.addresses[0].port
        #expect(try answers("http://[::1]:\(port)") && !answers("http://127.0.0.1:\(port)"))
        let error = #expect(throws: ListenerError.self) { try server("[::1]:\(port)") }
        #expect(error?.code == .addressInUse)
        for server in [mapped, six] {
            server.stop(within: .zero)
            server.join()
        }
    }
}
