import Glibc

/// The contents of a small regular file.
public struct FileContents: Sendable {
    /// The bytes of the file.
    public let bytes: [UInt8]
    /// Whether users other than the owner and the group of the file may read or write it.
    public let isExposed: Bool

    /// Why a file could not be read.
    public struct Failure: Error, Equatable, CustomStringConvertible {
        /// The reason, mostly in the system's words, such as `No such file or directory`.
        public let description: String

        init(_ description: String) { self.description = description }

        init(errno code: Int32) { self.init(unsafe String(cString: strerror(code))) }
    }

    /// The bytes as text, with U+FFFD for what is not UTF-8.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Reads a regular file; reading a FIFO or a device could block, or consume what is read.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - limit: The largest size in bytes.
    /// - Throws: `Failure` when the file cannot be opened or read, is not regular, or is larger than `limit`.
    public init(path: String, limit: Int = 1 << 20) throws(Failure) {
        // O_NONBLOCK: opening a FIFO must not wait for a writer.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure(errno: errno) }
        defer { _ = close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Failure(errno: errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw Failure(errno: EISDIR) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure("Not a regular file") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count <= limit {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(errno: errno) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard bytes.count <= limit else { throw Failure("Larger than \(limit >> 10) KiB") }
        self.bytes = bytes
        isExposed = status.st_mode & (S_IROTH | S_IWOTH) != 0
    }
}
