/// The nodes of a prepared cluster.
enum PreparedNodes {
    private static let texts = ["Online", "Online", "Online", "Draining", "Offline"].map {
        Array($0.utf8)
    }

    /// Appends the value of a property; `nil` for one that there is not.
    static func value(_ property: Substring) -> ((Int, inout [UInt8]) -> Void)? {
        switch property {
        case "Id": return { ServerTime.append($0 + 1, to: &$1) }
        case "Name":
            return { place, bytes in
                bytes += "NODE-".utf8
                ServerTime.append(10_000 + place, to: &bytes)
            }
        case "State": return { $1 += texts[$0 % texts.count] }
        case "Reachable": return { $1 += ($0 % 50 == 7 ? "False" : "True").utf8 }
        case "NodeGroups": return { $1 += PreparedGroups.text($0) }
        case "NumCores": return { ServerTime.append(16 << ($0 % 3), to: &$1) }
        case "NumSockets": return { ServerTime.append(1 + $0 % 2, to: &$1) }
        case "MemorySize": return { ServerTime.append(65_536 << ($0 % 3), to: &$1) }
        case "Availability": return { _, bytes in bytes += "AlwaysOn".utf8 }
        case "Location": return { _, bytes in bytes += "OnPremise".utf8 }
        case "OnlineTime":
            return { ServerTime.append(1_763_000_000 + UInt32($0) * 61, to: &$1) }
        default: return nil
        }
    }
}
