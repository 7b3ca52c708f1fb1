import Foundation

/// A client that sends any bytes over a loopback socket and reads what comes back.
///
/// Every wait ends: a read that takes longer than `patience` fails.
final class RawClient {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private var socket: Int32
    private(set) var received: [UInt8] = []
    var patience: TimeInterval = 10

    init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failure(description: "socket: \(errno)") }
        self.socket = socket
        if var size = receiveBuffer {
            _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, 4)
        }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &name) { name in
            unsafe name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe connect(socket, name, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            throw Failure(description: "connect: \(unsafe String(cString: strerror(errno)))")
        }
    }

    deinit { disconnect() }

    func disconnect() {
        if socket >= 0 { close(socket) }
        socket = -1
    }

    /// Ends the connection with a reset.
    func abort() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            socket,
            SOL_SOCKET,
            SO_LINGER,
            &option,
            socklen_t(MemoryLayout<linger>.size)
        )
        disconnect()
    }

    func endOutput() { shutdown(socket, Int32(SHUT_WR)) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends all bytes; a server that has hung up makes it fail.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes { memory in
                unsafe Glibc.send(socket, memory.baseAddress, memory.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { throw Failure(description: "send: \(errno)") }
            rest = rest.dropFirst(sent)
        }
    }

    /// Reads what is there, waiting for the first byte.
    ///
    /// - Returns: `false` at the end of the stream.
    @discardableResult
    func read(within time: TimeInterval? = nil, atMost most: Int = 65_536) throws -> Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, Int32((time ?? patience) * 1000)) > 0 else {
            throw Failure(description: "nothing came; so far: \(text.prefix(400))")
        }
        var buffer = [UInt8](repeating: 0, count: most)
        let count = unsafe recv(socket, &buffer, buffer.count, 0)
        guard count >= 0 else {
            throw Failure(description: unsafe "recv: \(String(cString: strerror(errno)))")
        }
        received += buffer[..<count]
        return count > 0
    }

    /// Everything up to the end of the stream.
    func readToEnd() throws -> String {
        while try read() {}
        return text
    }

    /// What has been read and not been taken as a response.
    var text: String { String(decoding: received, as: UTF8.self) }

    struct Response {
        let status: Int
        let headers: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Reads one response, framed by Content-Length.
    func response(toHead isHead: Bool = false) throws -> Response {
        let end = Array("\r\n\r\n".utf8)
        var headEnd: Int?
        repeat {
            headEnd = received.firstRange(of: end)?.upperBound
            if headEnd == nil, try !read() {
                throw Failure(description: "the stream ended in a head: \(text.prefix(400))")
            }
        } while headEnd == nil
        let head = String(decoding: received[..<(headEnd ?? 0)], as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() where !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        received.removeFirst(headEnd ?? 0)
        let length = isHead ? 0 : Int(headers["content-length"] ?? "0") ?? 0
        while received.count < length {
            guard try read() else { throw Failure(description: "the stream ended in a body") }
        }
        let body = Array(received[..<length])
        received.removeFirst(length)
        let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        return Response(status: status, headers: headers, body: body)
    }

    func get(_ path: String = "/", _ fields: String = "") throws -> Response {
        try send("GET \(path) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
        return try response()
    }
}
