/// The node groups of a prepared cluster.
enum PreparedGroups {
    static let names = ["ComputeNodes", "HeadNodes"] + (1...18).map { "Rack\($0)" }

    private static let texts = (0..<20).map { place in
        Array(place == 0 ? "".utf8 : "ComputeNodes,\(names[place])".utf8)
    }

    /// The groups that a job or node names, as a list.
    static func text(_ place: Int) -> [UInt8] { texts[(place / 3) % texts.count] }

    /// The answer to `GET /nodes/groups`.
    static var list: [UInt8] {
        var rows = RestObjects(["Id", "Name", "Description", "Managed"])
        for (place, name) in names.enumerated() {
            rows.append { column, bytes in
                switch column {
                case 0: ServerTime.append(place + 1, to: &bytes)
                case 1: bytes += name.utf8
                case 2: break
                default: bytes += "True".utf8
                }
            }
        }
        return rows.finished
    }
}
