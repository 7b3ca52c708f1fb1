/// Writes an array of rows, each a list of named properties (REST API: RestObject).
struct RestObjects {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "[")]
    /// What stands before each property's value.
    private let heads: [[UInt8]]

    /// Begins a list whose rows have these properties, in this order.
    init(_ names: [Substring]) {
        heads = names.enumerated().map { place, name in
            Array(((place == 0 ? "" : ",") + "{\"Name\":\"\(name)\",\"Value\":\"").utf8)
        }
    }

    /// Appends a row.
    ///
    /// - Parameter value: Appends the value of the property at a place; it holds nothing to escape.
    mutating func append(_ value: (Int, inout [UInt8]) -> Void) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes += "{\"Properties\":[".utf8
        for place in heads.indices {
            bytes += heads[place]
            value(place, &bytes)
            bytes += "\"}".utf8
        }
        bytes += "]}".utf8
    }

    /// The list with its end.
    var finished: [UInt8] { bytes + [UInt8(ascii: "]")] }
}
