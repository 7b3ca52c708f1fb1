import Basics
import Glibc

/// Writes lines to a descriptor, and loses them rather than blocks when it is closed, full, or not read.
///
/// The log must never block the exporter. A write to a pipe that is not read would block for ever, so a line
/// is written only when poll(2) reports room: a pipe has room for a line of `LogLine.maximumBytes` then.
/// Other processes may write to the same pipe in between, so the write itself does not block either, where
/// Linux allows to choose that for this process alone. The lock keeps threads of this process from writing in
/// between.
final class DescriptorSink: Sendable {
    private struct State {
        var lostLines = 0
        /// Whether the last line was written in part, so that the next one must begin with a newline.
        var lastLineIsPartial = false
    }

    /// How bytes are written without blocking.
    private enum WriteMethod {
        /// By send(2) with `MSG_DONTWAIT`.
        case socket
        /// By write(2) to a non-blocking descriptor of our own for the same pipe or terminal.
        case reopened(Int32)
        /// By write(2) to the descriptor itself: a file, which does not block.
        case direct
    }

    /// How long a line waits for room; only when the line before it was not lost.
    private static let waitMilliseconds: Int32 = 50

    private let descriptor: Int32
    private let method: WriteMethod
    private let state = Mutex(State())

    /// Creates a sink that writes to a descriptor, and never closes it.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        method = Self.method(for: descriptor)
    }

    deinit {
        if case .reopened(let own) = method { _ = close(own) }
    }

    /// The number of lines that were lost since the last one that was written.
    var lostLines: Int {
        state.withLock { $0.lostLines }
    }

    /// Writes one line, or loses it.
    func write(_ line: [UInt8]) {
        state.withLock { state in
            guard hasRoom(waiting: state.lostLines == 0 ? Self.waitMilliseconds : 0) else {
                state.lostLines &+= 1
                return
            }
            let bytes = state.lastLineIsPartial ? [UInt8(ascii: "\n")] + line : line
            let written = writeWithoutBlocking(bytes)
            if written > 0 { state.lastLineIsPartial = written < bytes.count }
            if written < bytes.count {
                state.lostLines &+= 1
            } else {
                state.lostLines = 0
            }
        }
    }

    /// Returns the method that does not block for a descriptor.
    ///
    /// `O_NONBLOCK` is a flag of the open file description, which other processes share. Opening the pipe or
    /// terminal again creates a description of our own. A file is not opened again: it would be overwritten
    /// from its start.
    private static func method(for descriptor: Int32) -> WriteMethod {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return .direct }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: return .socket
        case S_IFIFO, S_IFCHR:
            let flags = O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
            let own = unsafe open("/proc/self/fd/\(descriptor)", flags)
            return own < 0 ? .direct : .reopened(own)
        default: return .direct
        }
    }

    private func hasRoom(waiting milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, milliseconds) == 1 && entry.revents & Int16(POLLOUT) != 0
    }

    /// Writes as much as there is room for.
    ///
    /// - Returns: The number of bytes written.
    func writeWithoutBlocking(_ line: [UInt8]) -> Int {
        var rest = line[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                switch method {
                case .socket:
                    unsafe send(
                        descriptor,
                        bytes.baseAddress,
                        bytes.count,
                        Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
                    )
                case .reopened(let own): unsafe posixWrite(own, bytes.baseAddress, bytes.count)
                case .direct: unsafe posixWrite(descriptor, bytes.baseAddress, bytes.count)
                }
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count == 0 || errno != EINTR {
                break
            }
        }
        return line.count - rest.count
    }
}

/// write(2), under a name that the method `write` does not hide.
private func posixWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
