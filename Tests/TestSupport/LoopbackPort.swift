import Glibc

/// TCP ports for programs that cannot tell which port the system chose for them.
public enum LoopbackPort {
    /// No port is to be had.
    public struct Unavailable: Error {}

    /// A port of 127.0.0.1 that was free a moment ago.
    ///
    /// Another program may take it before the caller does, so the caller must be ready to ask again.
    ///
    /// - Returns: The port.
    /// - Throws: `Unavailable` when the system gives none.
    public static func free() throws(Unavailable) -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Unavailable() }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let size = length
        // A sockaddr_in is what AF_INET takes behind a sockaddr pointer, and `length` is its size.
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(socket, generic, size) == 0
                    && getsockname(socket, generic, &length) == 0
            }
        }
        guard bound else { throw Unavailable() }
        return UInt16(bigEndian: address.sin_port)
    }
}
