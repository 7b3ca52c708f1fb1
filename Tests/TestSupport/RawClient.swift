import Foundation
import Glibc

/// A client of one TCP connection to 127.0.0.1 that sends any bytes and reads what comes back.
///
/// Every wait ends: what takes longer than `patience` fails.
public final class RawClient {
    /// Why there is no connection, or no more of what was waited for.
    public struct Failure: Error, CustomStringConvertible {
        /// The sentence to show.
        public let description: String

        /// A sentence of the caller's own.
        public init(description: String) { self.description = description }

        fileprivate init(_ call: String, _ more: String = "") {
            description = unsafe "\(call): \(String(cString: strerror(errno)))\(more)"
        }
    }

    /// A response that came whole.
    public struct Response: Sendable {
        /// The status.
        public let status: Int
        /// The fields, by their names in lower case.
        public let headers: [String: String]
        /// The body.
        public let body: [UInt8]

        /// The body as a text.
        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    private var socket: Int32
    /// What has been read and is no part of an earlier response.
    public private(set) var received: [UInt8] = []
    /// The longest wait for a byte, in seconds.
    public var patience: Double

    /// Connects.
    ///
    /// - Parameters:
    ///   - port: The port on 127.0.0.1.
    ///   - receiveBuffer: The bytes that the system keeps for the client; `nil` for its default.
    ///   - patience: The longest wait for a byte, in seconds.
    /// - Throws: `Failure`.
    public init(
        port: UInt16,
        receiveBuffer: Int32? = nil,
        patience: Double = 30
    ) throws(Failure) {
        self.patience = patience
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        socket = Glibc.socket(AF_INET, kind, 0)
        guard socket >= 0 else { throw Failure("socket") }
        if var size = receiveBuffer {
            _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, 4)
        }
        var time = timeval(tv_sec: Int(patience), tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, size)
        let result = unsafe Loopback.withAddress(port) { unsafe connect(socket, $0, $1) }
        guard result == 0 else { throw Failure("connect") }
    }

    deinit { disconnect() }

    /// Closes the connection.
    public func disconnect() {
        if socket >= 0 { close(socket) }
        socket = -1
    }

    /// Ends the connection with a reset.
    public func abort() {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, size)
        disconnect()
    }

    /// Says that nothing more is sent.
    public func endOutput() { shutdown(socket, Int32(SHUT_WR)) }

    /// Sends a text.
    ///
    /// - Throws: `Failure` when the server has hung up or does not read.
    public func send(_ text: String) throws(Failure) { try send(Array(text.utf8)) }

    /// Sends all bytes.
    ///
    /// - Throws: `Failure` when the server has hung up or does not read.
    public func send(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes { memory in
                unsafe Glibc.send(socket, memory.baseAddress, memory.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { throw Failure("send") }
            rest = rest.dropFirst(sent)
        }
    }

    /// Sends a request without a body.
    ///
    /// - Parameters:
    ///   - target: The path.
    ///   - fields: More header lines, each with its line end.
    ///   - method: The method.
    /// - Throws: `Failure`.
    public func request(
        _ target: String = "/",
        _ fields: String = "",
        method: String = "GET"
    ) throws(Failure) {
        try send("\(method) \(target) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
    }

    /// Reads what is there, waiting for the first byte.
    ///
    /// - Returns: `false` at the end of the stream.
    /// - Throws: `Failure` when nothing comes, or at a reset.
    @discardableResult
    public func read(within time: Double? = nil, atMost most: Int = 65_536) throws(Failure) -> Bool
    {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, Int32((time ?? patience) * 1000)) > 0 else {
            throw Failure(description: "nothing came; so far: \(text.prefix(400))")
        }
        var buffer = [UInt8](repeating: 0, count: most)
        let count = unsafe recv(socket, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure("recv", "; so far: \(text.prefix(400))") }
        received += buffer[..<count]
        return count > 0
    }

    /// Reads until so many bytes are there, or the stream ends.
    ///
    /// - Returns: What has been received, as much of it as was asked for.
    /// - Throws: `Failure`.
    @discardableResult
    public func read(count: Int) throws(Failure) -> ArraySlice<UInt8> {
        while received.count < count, try read(atMost: count - received.count) {}
        return received.prefix(count)
    }

    /// Reads everything up to the end of the stream.
    ///
    /// - Throws: `Failure` when the server does not end it in good order.
    @discardableResult
    public func readToEnd() throws(Failure) -> String {
        while try read() {}
        return text
    }

    /// What has been read and is no part of an earlier response, as a text.
    public var text: String { String(decoding: received, as: UTF8.self) }

    /// Whether the server has ended the connection, as far as can be seen without waiting; what came is dropped.
    public var isEnded: Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 { continue }
            return count == 0 || errno != EAGAIN
        }
    }

    /// Reads one response, framed by `Content-Length`.
    ///
    /// - Parameter isHead: Whether it answers a HEAD request.
    /// - Returns: The response.
    /// - Throws: `Failure` when it is malformed or does not come whole.
    public func response(toHead isHead: Bool = false) throws(Failure) -> Response {
        let end = Array("\r\n\r\n".utf8)
        var headEnd = received.firstRange(of: end)?.upperBound
        while headEnd == nil {
            guard try read() else {
                throw Failure(description: "the stream ended in a head: \(text.prefix(400))")
            }
            headEnd = received.firstRange(of: end)?.upperBound
        }
        let head = String(decoding: received[..<(headEnd ?? 0)], as: UTF8.self)
        received.removeFirst(headEnd ?? 0)
        let lines = head.components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else {
                throw Failure(description: "a field without a colon: \(line)")
            }
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let length = isHead ? 0 : Int(headers["content-length"] ?? "0") ?? 0
        while received.count < length {
            guard try read(atMost: 1 << 20) else {
                throw Failure(description: "the stream ended in a body")
            }
        }
        let body = Array(received[..<length])
        received.removeFirst(length)
        let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        return Response(status: status, headers: headers, body: body)
    }

    /// Asks for a page and reads the response.
    ///
    /// - Parameters:
    ///   - target: The path.
    ///   - fields: More header lines, each with its line end.
    /// - Returns: The response.
    /// - Throws: `Failure`.
    public func get(_ target: String = "/", _ fields: String = "") throws(Failure) -> Response {
        try request(target, fields)
        return try response()
    }

    /// Asks for a page on a connection of its own.
    ///
    /// - Parameters:
    ///   - port: The port on 127.0.0.1.
    ///   - target: The path.
    ///   - fields: More header lines, each with its line end.
    ///   - method: The method.
    /// - Returns: The whole answer, head and body.
    /// - Throws: `Failure`.
    public static func ask(
        _ port: UInt16,
        _ target: String,
        fields: String = "",
        method: String = "GET"
    ) throws(Failure) -> String {
        let client = try RawClient(port: port)
        try client.request(target, "Connection: close\r\n\(fields)", method: method)
        return try client.readToEnd()
    }
}

/// TCP ports of 127.0.0.1.
public enum Loopback {
    /// Calls a function of the system with an address of 127.0.0.1.
    static func withAddress<Result>(
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // A sockaddr_in is what AF_INET takes behind a sockaddr pointer, and `length` is its size.
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, length)
            }
        }
    }

    /// A port that was free a moment ago, for programs that cannot tell which port the system chose for them.
    ///
    /// Another program may take it before the caller does, so the caller must be ready to ask again.
    ///
    /// - Returns: The port.
    /// - Throws: `RawClient.Failure` when the system gives none.
    public static func freePort() throws(RawClient.Failure) -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw RawClient.Failure("socket") }
        defer { close(socket) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard unsafe withAddress(0, { unsafe bind(socket, $0, $1) }) == 0 else {
            throw RawClient.Failure("bind")
        }
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(socket, $0, &length)
            }
        }
        guard result == 0 else { throw RawClient.Failure("getsockname") }
        return UInt16(bigEndian: address.sin_port)
    }
}
