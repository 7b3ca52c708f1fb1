#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Small files, read whole.
enum FileText {
    /// A text, or the system's words for why there is none.
    enum Reading: Equatable {
        case success(String)
        case failure(String)
    }

    /// Reads a regular file; anything else might keep the reader waiting, or be gone once read.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The most bytes that are read; what follows is left.
    /// - Returns: The text, or why there is none.
    static func read(_ path: String, limit: Int = 1 << 20) -> Reading {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(unsafe String(cString: strerror(errno))) }
        defer { _ = close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            return .failure(unsafe String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            return .failure(unsafe String(cString: strerror(EISDIR)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return .failure("Not a regular file") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < limit {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe readBytes(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return .failure(unsafe String(cString: strerror(errno))) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return .success(String(decoding: bytes, as: UTF8.self))
    }
}

/// `read(2)` under a name that does not clash with `FileText.read`.
private func readBytes(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int
{
    unsafe read(descriptor, bytes, count)
}
