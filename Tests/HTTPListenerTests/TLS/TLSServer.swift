import Foundation
import HTTPListener
import TLSListener
import TestSupport

/// An HTTPS server on a free loopback port that ends with the test, and its authority in a file.
final class TLSServer {
    let server: HTTPServer
    let folder: URL
    var port: UInt16 { server.addresses[0].port }
    var authority: String { folder.appendingPathComponent("ca.pem").path }

    init(
        limits: ListenerLimits = .init(),
        names: [String] = ["localhost", "127.0.0.1"],
        context: TLSContext? = nil,
        handler: @escaping @Sendable (HTTPExchange) -> Void = {
            $0.respond(.text(200, "\($0.request.method) \($0.request.path)\n"))
        }
    ) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let context = try context ?? TLSContext(selfSignedFor: names)
        try Data(context.authorityPEM ?? []).write(to: folder.appendingPathComponent("ca.pem"))
        server = try HTTPServer(
            addresses: [SocketAddress(parsing: "127.0.0.1:0")],
            limits: limits,
            transport: { context.makeTransport($0, handshakeTimeout: limits.headTimeout) },
            handler: handler
        )
        try server.start()
    }

    deinit {
        server.stop(within: .zero)
        server.join()
        try? FileManager.default.removeItem(at: folder)
    }

    /// How many sockets of this process have the server's port.
    ///
    /// One listens, and there is one for each client that is served. Other tests open descriptors
    /// meanwhile, so that the number of all of them says nothing.
    var openSockets: Int {
        (0..<Int32(4096)).count { descriptor in
            var name = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = unsafe withUnsafeMutablePointer(to: &name) { name in
                unsafe name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                    unsafe getsockname(descriptor, name, &length)
                }
            }
            return result == 0 && name.sin_family == AF_INET && name.sin_port == port.bigEndian
        }
    }

    func client(_ version: Int32? = nil) throws -> TLSClient {
        let client =
            try version.map { try TLSClient(port: port, version: $0) }
            ?? TLSClient(port: port)
        try client.shakeHands()
        return client
    }

    /// Runs curl, which shares nothing with the server but OpenSSL.
    func curl(_ arguments: [String]) throws -> InstalledTool.Outcome {
        try InstalledTool("curl", package: "curl").run(["-sS", "-m", "20"] + arguments)
    }
}
