import Basics
import Glibc

/// Writes lines to a descriptor that may be closed, full, or read by nobody.
///
/// The exporter must go on serving whatever becomes of its log. A pipe whose reader stopped would
/// block write(2) for good, so a line is written only when poll(2) says that there is room: a pipe
/// with room takes a line of up to `LogLine.maximumBytes` at once. Since other processes may share the
/// pipe and take the room first, the write itself does not wait either, wherever Linux can be told so
/// for this process alone. The lock keeps two threads from taking the same room.
final class DescriptorSink: Sendable {
    private struct State {
        var lostLines = 0
        /// Whether the last line was cut, so that the next must not continue it.
        var isTorn = false
    }

    /// How the descriptor is written to.
    private enum Way {
        /// send(2), told with each call not to wait.
        case socket
        /// write(2) to a description of the pipe or terminal of its own, which never waits.
        case reopened(Int32)
        /// write(2) to the descriptor as it is: a file, which has room until the disk is full.
        case plain
    }

    /// How long the first line that finds no room waits for a slow reader.
    ///
    /// Lines after it do not wait until one got through again.
    private static let patienceMilliseconds: Int32 = 50

    private let descriptor: Int32
    private let way: Way
    private let state = Mutex(State())

    /// A sink that borrows the descriptor and never closes it.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        way = Self.way(descriptor)
    }

    deinit {
        if case .reopened(let own) = way { _ = close(own) }
    }

    /// How many lines were lost since one last got through.
    var lostLines: Int {
        state.withLock { $0.lostLines }
    }

    /// Writes one whole line, or loses it.
    func write(_ line: [UInt8]) {
        state.withLock { state in
            guard hasRoom(waiting: state.lostLines == 0 ? Self.patienceMilliseconds : 0) else {
                state.lostLines &+= 1
                return
            }
            let bytes = state.isTorn ? [UInt8(ascii: "\n")] + line : line
            let written = writeNow(bytes)
            if written > 0 { state.isTorn = written < bytes.count }
            if written < bytes.count {
                state.lostLines &+= 1
            } else {
                state.lostLines = 0
            }
        }
    }

    /// Finds the way to write that never waits.
    ///
    /// The flag O_NONBLOCK belongs to what all holders of a pipe or terminal share; setting it here would
    /// surprise them. Opening the same thing anew gives flags of one's own. That must not be done to a file,
    /// where it would begin to write at the start again.
    private static func way(_ descriptor: Int32) -> Way {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return .plain }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: return .socket
        case S_IFIFO, S_IFCHR:
            let flags = O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
            let own = unsafe open("/proc/self/fd/\(descriptor)", flags)
            return own < 0 ? .plain : .reopened(own)
        default: return .plain
        }
    }

    private func hasRoom(waiting milliseconds: Int32) -> Bool {
        var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let answer = unsafe poll(&question, 1, milliseconds)
        return answer == 1 && question.revents & Int16(POLLOUT) != 0
    }

    /// Writes as much as there is room for, without waiting; returns how many bytes that was.
    func writeNow(_ line: [UInt8]) -> Int {
        var rest = line[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                switch way {
                case .socket:
                    unsafe send(
                        descriptor,
                        bytes.baseAddress,
                        bytes.count,
                        Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
                    )
                case .reopened(let own): unsafe posixWrite(own, bytes.baseAddress, bytes.count)
                case .plain: unsafe posixWrite(descriptor, bytes.baseAddress, bytes.count)
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
