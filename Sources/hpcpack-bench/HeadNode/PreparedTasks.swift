/// The tasks of one job of a prepared cluster: they changed one after the other, a minute apart.
struct PreparedTasks {
    private static let finished = Array("Finished".utf8)
    private static let running = Array("Running".utf8)

    let job: Int
    let count: Int
    /// When the last of them changed, in Unix seconds.
    let newest: UInt32

    /// The places of those that changed at `from` or later.
    func changed(from: UInt32) -> Range<Int> {
        guard from > 0 else { return 0..<count }
        guard from <= newest else { return count..<count }
        return max(0, count - 1 - Int(newest - from) / 60)..<count
    }

    private func change(_ place: Int) -> UInt32 { newest - UInt32(count - 1 - place) * 60 }

    /// Appends the value of a property; `nil` for one that there is not.
    func value(_ property: Substring) -> ((Int, inout [UInt8]) -> Void)? {
        switch property {
        case "TaskId":
            return { place, bytes in
                ServerTime.append(job, to: &bytes)
                bytes.append(UInt8(ascii: "."))
                ServerTime.append(place + 1, to: &bytes)
            }
        case "JobTaskId": return { ServerTime.append($0 + 1, to: &$1) }
        case "InstanceId": return { _, bytes in bytes.append(UInt8(ascii: "0")) }
        case "State": return { $1 += $0 + 4 < count ? Self.finished : Self.running }
        case "ChangeTime": return { ServerTime.append(change($0), to: &$1) }
        default: return nil
        }
    }
}
