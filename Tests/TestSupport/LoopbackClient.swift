import Glibc

/// One connection to 127.0.0.1, byte by byte, for what an HTTP client would not do.
public final class LoopbackClient: Sendable {
    /// Nobody listens there.
    public struct Refused: Error {}

    private let socket: Int32

    /// Connects.
    ///
    /// - Parameters:
    ///   - port: The port on 127.0.0.1.
    ///   - receiveBuffer: The bytes that the system keeps for the client; `nil` for its default.
    ///   - seconds: How long a read may wait.
    /// - Throws: `Refused`.
    public init(_ port: UInt16, receiveBuffer: Int32? = nil, seconds: Int = 30) throws(Refused) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        guard socket >= 0 else { throw Refused() }
        if var bytes = receiveBuffer {
            let size = socklen_t(MemoryLayout<Int32>.size)
            _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, size)
        }
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // A sockaddr_in is what AF_INET takes behind a sockaddr pointer, and `length` is its size.
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, length)
            }
        }
        guard result == 0 else {
            close(socket)
            throw Refused()
        }
    }

    deinit { close(socket) }

    /// Sends a text whole.
    public func send(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads until the server closes, or until the patience is over.
    public func receiveAll() -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(socket, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a number of bytes, or fewer when the server closes or the patience is over.
    public func receive(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var chunk = [UInt8](repeating: 0, count: count - bytes.count)
            let got = unsafe recv(socket, &chunk, chunk.count, 0)
            guard got > 0 else { break }
            bytes += chunk[..<got]
        }
        return bytes
    }

    /// Makes the connection end with a reset when the value goes.
    public func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout.size(ofValue: linger))
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, size)
    }

    /// Asks for a page on a connection of its own.
    ///
    /// - Parameters:
    ///   - port: The port on 127.0.0.1.
    ///   - target: The path.
    ///   - method: The method.
    ///   - fields: More header lines, each with its line end.
    /// - Returns: The whole answer.
    /// - Throws: `Refused`.
    public static func ask(
        _ port: UInt16,
        _ target: String,
        method: String = "GET",
        fields: String = ""
    ) throws(Refused) -> String {
        let client = try LoopbackClient(port)
        client.send("\(method) \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(fields)\r\n")
        return client.receiveAll()
    }
}
