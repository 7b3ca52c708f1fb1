import Glibc
import HTTPListener

/// GET requests to a port of this machine, each on a connection of its own.
enum LoopbackClient {
    struct Response {
        /// The status line and the headers.
        var head: String
        /// The body as it was sent.
        var body: [UInt8]
    }

    /// Sends one request.
    ///
    /// - Returns: The response, or `nil` when nobody responds at the port.
    static func get(_ port: UInt16, _ path: String, headers: [String] = []) -> Response? {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard connection >= 0 else { return nil }
        defer { close(connection) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let connected = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe connect(
                connection,
                bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count)
            )
        }
        let lines = ["GET \(path) HTTP/1.1", "Host: localhost", "Connection: close"] + headers
        let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        guard connected == 0,
            unsafe send(connection, request, request.count, Int32(MSG_NOSIGNAL)) > 0
        else { return nil }
        var response: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = unsafe recv(connection, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            response += buffer[..<count]
        }
        guard let end = response.firstRange(of: "\r\n\r\n".utf8) else { return nil }
        return Response(
            head: String(decoding: response[..<end.lowerBound], as: UTF8.self),
            body: Array(response[end.upperBound...])
        )
    }

    /// Returns a port that is free now.
    static func freePort() throws -> UInt16 {
        // The server binds the port, and frees it as nothing refers to it any more.
        let server = try HTTPServer(addresses: [SocketAddress(parsing: "127.0.0.1:0")]) { _ in }
        return server.addresses[0].port
    }
}
