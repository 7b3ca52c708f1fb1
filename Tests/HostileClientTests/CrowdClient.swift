import Foundation

/// One client of a crowd: a loopback socket that does as it pleases.
///
/// Every wait ends: connecting, sending and receiving give up after `patience`.
final class CrowdClient {
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ call: String) { description = unsafe "\(call): \(String(cString: strerror(errno)))" }
    }

    /// How a stream ended.
    enum Ending: Equatable {
        /// The server closed it in good order.
        case closed
        /// The server reset it.
        case reset
        /// It has not ended in time.
        case open
    }

    private var socket: Int32

    /// Connects.
    ///
    /// - Parameters:
    ///   - port: The server's port on 127.0.0.1.
    ///   - receiveBuffer: The size of the socket's receive buffer, for clients that do not read.
    ///   - patience: The longest wait of one call, in seconds.
    /// - Throws: The system's reason.
    init(port: UInt16, receiveBuffer: Int32? = nil, patience: Int = 20) throws(Failure) {
        socket = Glibc.socket(
            AF_INET,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        guard socket >= 0 else { throw Failure("socket") }
        var time = timeval(tv_sec: patience, tv_usec: 0)
        let length = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, length)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, length)
        if var size = receiveBuffer {
            _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, 4)
        }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &name) { name in
            unsafe name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe connect(socket, name, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure("connect") }
    }

    deinit { close() }

    /// Closes the socket.
    func close() {
        if socket >= 0 { Glibc.close(socket) }
        socket = -1
    }

    /// Ends the connection with a reset.
    func abort() {
        var option = linger(l_onoff: 1, l_linger: 0)
        let length = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, length)
        close()
    }

    /// Ends the sending.
    func endOutput() { shutdown(socket, Int32(SHUT_WR)) }

    /// Sends a text.
    ///
    /// - Returns: Whether all of it went; a server may hang up at any time.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Sends bytes.
    ///
    /// - Returns: Whether all of them went.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { memory in
                unsafe Glibc.send(
                    socket,
                    memory.baseAddress?.advanced(by: sent),
                    memory.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Asks for a page.
    @discardableResult
    func ask(_ path: String, _ fields: String = "") -> Bool {
        send("GET \(path) HTTP/1.1\r\nHost: crowd\r\n\(fields)\r\n")
    }

    /// Receives what is there, waiting for the first byte.
    ///
    /// - Parameter count: The most bytes to take.
    /// - Returns: The bytes, or how the stream stands if there are none.
    func receive(atMost count: Int = 65_536) -> (bytes: [UInt8], ending: Ending) {
        var buffer = [UInt8](repeating: 0, count: count)
        let received = unsafe recv(socket, &buffer, count, 0)
        if received > 0 { return (Array(buffer[..<received]), .open) }
        if received == 0 { return ([], .closed) }
        return ([], errno == EAGAIN ? .open : .reset)
    }

    /// Receives up to the end of the stream.
    func receiveAll() -> (text: String, ending: Ending) {
        var all: [UInt8] = []
        while true {
            let (bytes, ending) = receive()
            all += bytes
            if bytes.isEmpty { return (String(decoding: all, as: UTF8.self), ending) }
        }
    }

    /// Whether the server has ended the connection, as far as can be seen without waiting.
    var isEnded: Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, 0) > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 { continue }
            return count == 0 || errno != EAGAIN
        }
    }
}

/// An answer that came whole.
struct Answer {
    let status: Int
    let headers: [String: String]
    let bodyBytes: Int

    /// Reads one answer, framed by `Content-Length`; the body is counted and dropped.
    ///
    /// - Throws: The text of what is wrong.
    init(from client: CrowdClient, leftover: inout [UInt8]) throws(Refused) {
        let end = Array("\r\n\r\n".utf8)
        var input = leftover
        var headEnd: Int?
        while headEnd == nil {
            headEnd = input.firstRange(of: end)?.upperBound
            if headEnd != nil { break }
            let (bytes, ending) = client.receive()
            guard !bytes.isEmpty else {
                throw Refused("\(ending) in a head: \(String(decoding: input, as: UTF8.self))")
            }
            input += bytes
        }
        let lines = String(decoding: input[..<(headEnd ?? 0)], as: UTF8.self)
            .components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() where !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Refused("a field without a colon: \(line)") }
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        guard let length = headers["content-length"].flatMap({ Int($0) }) else {
            throw Refused("no length: \(lines[0])")
        }
        self.headers = headers
        bodyBytes = length
        let rest = input.count - (headEnd ?? 0)
        leftover = Array(input[((headEnd ?? 0) + min(rest, length))...])
        var due = length - min(rest, length)
        while due > 0 {
            let (bytes, ending) = client.receive(atMost: min(due, 1 << 20))
            guard !bytes.isEmpty else { throw Refused("\(ending) in a body, \(due) bytes early") }
            due -= bytes.count
        }
    }

    struct Refused: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
}
