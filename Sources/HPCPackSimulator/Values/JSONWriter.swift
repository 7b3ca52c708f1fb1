/// Writes nested JSON without building a tree, commas placed by itself.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    mutating func object(_ members: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        members(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    mutating func member(_ name: String, _ value: (inout JSONWriter) -> Void) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        bytes.append(jsonString: name)
        bytes.append(UInt8(ascii: ":"))
        value(&self)
    }

    mutating func array<Element>(
        _ elements: [Element],
        _ write: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        for (position, element) in elements.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// An object whose members are the entries, sorted by key.
    mutating func dictionary<Value>(
        _ entries: [String: Value],
        _ write: (inout JSONWriter, Value) -> Void
    ) {
        object { out in
            for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
                out.member(key) { write(&$0, value) }
            }
        }
    }

    mutating func counts(_ counts: [String: Int]) {
        dictionary(counts) { $0.integer(Int64($1)) }
    }

    mutating func string(_ text: String) {
        bytes.append(jsonString: text)
    }

    /// A number; nil is `null`.
    mutating func integer(_ value: Int64?) {
        if let value { bytes.append(decimal: Int(value)) } else { bytes.append("null") }
    }

    mutating func number(_ value: Double) {
        bytes += "\(value)".utf8
    }

    mutating func boolean(_ value: Bool) {
        bytes.append(value ? "true" : "false")
    }
}
