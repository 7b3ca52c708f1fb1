/// An operation on a node as the management service keeps it (specification of HPC Pack 2019).
struct OperationLog: Sendable {
    let id: String
    let name: String
    let node: String
    /// Unix seconds.
    let time: Int64
    /// Whether it is going on.
    let isExecuting: Bool
    let messages: [String]
}

extension Cluster {
    /// Returns the last operations on each node, the latest first.
    ///
    /// They are told from the times in the rows of nodes: a node came online, went offline, or is being started
    /// or provisioned.
    func operationLogs() -> [OperationLog] {
        var logs: [OperationLog] = []
        func add(_ name: String, _ position: Int, _ time: UInt32, isExecuting: Bool = false) {
            guard time != 0, time <= now else { return }
            let node = nodes[position].name
            logs.append(
                OperationLog(
                    id: draws.guid(.operationID, position, Int(time)),
                    name: name,
                    node: node,
                    time: Int64(time),
                    isExecuting: isExecuting,
                    messages: ["\(name) \(node)"]
                )
            )
        }
        for (position, node) in nodes.enumerated() {
            add("Bring online", position, node.onlineTime)
            add("Take offline", position, node.offlineTime)
            switch deployment(ofNode: position) {
            case .starting:
                add("Start", position, node.returnTime - Self.startSeconds, isExecuting: true)
            case .provisioning:
                add(
                    "Provision",
                    position,
                    node.returnTime - Self.provisioningSeconds,
                    isExecuting: true
                )
            default: break
            }
        }
        return logs.sorted { ($0.time, $0.id) > ($1.time, $1.id) }
    }
}

extension Draws {
    /// Returns a GUID such as `df46c08e-c233-4326-9af6-00e486382d22`.
    func guid(_ topic: Topic, _ id: Int, _ salt: Int = 0) -> String {
        let digits = Array("0123456789abcdef")
        let halves = [value(topic, id, 2 * salt), value(topic, id, 2 * salt + 1)]
        var text = ""
        for digit in 0..<32 {
            if [8, 12, 16, 20].contains(digit) { text.append("-") }
            text.append(digits[Int(halves[digit / 16] >> UInt64(digit % 16 * 4) & 0xF)])
        }
        return text
    }
}
