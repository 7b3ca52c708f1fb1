import Basics
import Flags
import Glibc

/// The file of a recording: it appears whole, readable by its owner only, and takes the place of none.
struct RecordingFile {
    /// Why a recording cannot be written.
    struct Failure: Error, CustomStringConvertible {
        /// The reason, mostly in the system's words.
        let description: String

        init(_ description: String) { self.description = description }

        init(errno code: Int32) { self.init(unsafe String(cString: strerror(code))) }
    }

    let path: String
    private var temporaryPath: String { path + ".partial" }

    /// Checks that the file can be written, before anything is asked for it.
    ///
    /// - Throws: `Failure` when it exists, or none can be made in its folder.
    init(path: String) throws(Failure) {
        self.path = path
        var status = stat()
        guard unsafe lstat(path, &status) != 0 else { throw Failure("it exists already") }
        guard errno == ENOENT else { throw Failure(errno: errno) }
        _ = close(try open())
        _ = unsafe unlink(temporaryPath)
    }

    /// Writes the file.
    func write(_ bytes: [UInt8]) throws(Failure) {
        let descriptor = try open()
        var failure: Failure?
        var rest = bytes[...]
        while !rest.isEmpty, failure == nil {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count == 0 || errno != EINTR {
                failure = Failure(errno: count == 0 ? EIO : errno)
            }
        }
        if failure == nil, fsync(descriptor) != 0, errno != EINVAL {
            failure = Failure(errno: errno)
        }
        if close(descriptor) != 0, failure == nil { failure = Failure(errno: errno) }
        if failure == nil { failure = publish() }
        guard let failure else { return }
        _ = unsafe unlink(temporaryPath)
        throw failure
    }

    /// Gives the temporary file its name, unless another file has got it meanwhile.
    private func publish() -> Failure? {
        // Unlike a rename, a link never takes the place of another file.
        if unsafe link(temporaryPath, path) == 0 {
            _ = unsafe unlink(temporaryPath)
            return nil
        }
        guard errno != EEXIST else { return Failure("it exists already") }
        // A file system without links.
        guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else {
            return Failure(errno: errno)
        }
        guard unsafe access(path, F_OK) != 0 else { return Failure("it exists already") }
        return unsafe rename(temporaryPath, path) == 0 ? nil : Failure(errno: errno)
    }

    private func open() throws(Failure) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = unsafe Glibc.open(temporaryPath, flags, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? Failure("\(temporaryPath.printable()) is left over; delete it")
                : Failure(errno: errno)
        }
        // Whatever the umask is.
        _ = fchmod(descriptor, 0o600)
        return descriptor
    }
}
