#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where the password comes from; it is never shown, only used.
public enum PasswordSource: Sendable, CustomStringConvertible, CustomReflectable {
    /// The path of a file, read again when it changes and after a 401.
    case file(String)
    /// The password itself, from the environment.
    case fixed(String)

    /// Names the source and never the secret.
    public var description: String {
        switch self {
        case .file(let path): "file \(path)"
        case .fixed: "environment"
        }
    }

    /// Keeps the secret out of `dump` and of interpolated aggregates.
    public var customMirror: Mirror { Mirror(reflecting: description) }

    /// Why a password could not be read, as one sentence.
    public struct Unreadable: Error, CustomStringConvertible {
        /// What failed, and where.
        public let description: String
    }

    /// Reads the password; one line feed (or CRLF) at the end of a file is not part of it.
    ///
    /// - Returns: The password as UTF-8 text.
    /// - Throws: `Unreadable` when the file cannot be read, is empty or is absurdly large.
    public func read() throws(Unreadable) -> String {
        switch self {
        case .fixed(let password): return password
        case .file(let path): return try Self.readFile(path)
        }
    }

    /// A mark that changes when the file does; `nil` for a fixed password or a file that is not there.
    func fingerprint() -> [Int]? {
        guard case .file(let path) = self else { return nil }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return [
            Int(status.st_mtim.tv_sec), status.st_mtim.tv_nsec, Int(status.st_size),
            Int(status.st_ino),
        ]
    }

    private static func readFile(_ path: String) throws(Unreadable) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { _ = close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= 64 << 10 {
            let count = readBytes(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        guard bytes.count <= 64 << 10 else {
            throw Unreadable(description: "the password file \(path) holds more than 64 KiB")
        }
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard !bytes.isEmpty else {
            throw Unreadable(description: "the password file \(path) is empty")
        }
        guard let password = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Unreadable(description: "the password file \(path) is not UTF-8 text")
        }
        return password
    }

    private static func unreadable(_ path: String, _ code: Int32) -> Unreadable {
        let reason = unsafe String(cString: strerror(code))
        return Unreadable(description: "the password file \(path) cannot be read: \(reason)")
    }
}

/// `read(2)` under a name that does not clash with `PasswordSource.read()`.
private func readBytes(_ descriptor: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
    unsafe buffer.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, min(count, $0.count))
    }
}
