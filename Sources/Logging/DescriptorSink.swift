import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes lines to a descriptor that may be closed, full, or read by nobody.
///
/// The exporter must go on serving whatever becomes of its log. A pipe whose reader stopped would
/// block write(2) for good, so a line is written only when poll(2) says that there is room: a pipe
/// with room takes a line of up to `LogLine.maximumBytes` at once. The lock keeps two threads from
/// taking the same room.
final class DescriptorSink: Sendable {
    private struct State {
        var lostLines = 0
    }

    /// How long the first line that finds no room waits for a slow reader.
    ///
    /// Lines after it do not wait until one got through again.
    private static let patienceMilliseconds: Int32 = 50

    private let descriptor: Int32
    private let state = Locked(State())

    /// A sink that borrows the descriptor and never closes it.
    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// How many lines were lost since one last got through.
    var lostLines: Int {
        state.withLock { $0.lostLines }
    }

    /// Writes one whole line, or loses it.
    func write(_ line: [UInt8]) {
        state.withLock { state in
            guard hasRoom(waiting: state.lostLines == 0 ? Self.patienceMilliseconds : 0),
                writeWhole(line)
            else {
                state.lostLines &+= 1
                return
            }
            state.lostLines = 0
        }
    }

    private func hasRoom(waiting milliseconds: Int32) -> Bool {
        var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let answer = unsafe poll(&question, 1, milliseconds)
        return answer == 1 && question.revents & Int16(POLLOUT) != 0
    }

    private func writeWhole(_ line: [UInt8]) -> Bool {
        var rest = line[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe posixWrite(descriptor, bytes.baseAddress, bytes.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0 && errno == EINTR {
                continue
            } else {
                return false
            }
        }
        return true
    }
}

/// write(2), under a name that the method `write` does not hide.
private func posixWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
