/// The query of a request, decoded.
struct HeadNodeQuery {
    private var values: [Substring: String] = [:]

    init(_ query: String?) {
        for pair in (query ?? "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            values[sides[0]] = Self.decoded(sides.count > 1 ? sides[1] : "")
        }
    }

    subscript(name: Substring) -> String? { values[name] }

    /// The time of `$filter=ChangeTimeFrom eq …`, in Unix seconds.
    var changedFrom: UInt32? {
        guard let filter = values["$filter"], filter.hasPrefix("ChangeTimeFrom eq ") else {
            return nil
        }
        return ServerTime.read(filter.dropFirst(18))
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(rest.prefix(2)) ?? "", radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
