import Glibc

/// The descriptors 0, 1 and 2, which every program expects to be open.
public enum StandardDescriptors {
    /// Fills those that are closed, so that no socket or file gets their numbers.
    ///
    /// Else the log would go to whatever became descriptor 2, such as a client's connection. A filled one
    /// is opened the wrong way round, as the C library does for programs with rights of their own: reading
    /// or writing fails, so that output is not taken for written. Call it before anything is opened.
    public static func fillClosed() {
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            guard fcntl(number, F_GETFD) < 0, errno == EBADF else { continue }
            let direction = number == STDIN_FILENO ? O_WRONLY : O_RDONLY
            // The lowest free number is taken, and those below are open. A root without devices has a
            // folder at least, which nobody can write to either.
            let opened = unsafe open("/dev/null", direction)
            if opened < 0 { _ = unsafe open("/", O_RDONLY) }
        }
    }
}
