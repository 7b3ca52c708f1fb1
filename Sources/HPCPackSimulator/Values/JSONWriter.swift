/// Writes nested JSON without building a tree, and sets the commas.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    /// Returns a document that `write` fills.
    static func bytes(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        write(&writer)
        return writer.bytes
    }

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
        _ elements: some Sequence<Element>,
        _ write: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        for element in elements {
            if bytes.last != UInt8(ascii: "[") { bytes.append(UInt8(ascii: ",")) }
            write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes an object whose members are the entries, sorted by key.
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

    /// Writes names and values as the API does.
    mutating func pairs(_ pairs: [NameValue]) {
        array(pairs) { out, pair in
            out.object {
                $0.member("Name") { $0.string(pair.name) }
                $0.member("Value") { $0.string(pair.value) }
            }
        }
    }

    mutating func counts(_ counts: [String: Int]) {
        dictionary(counts) { $0.integer(Int64($1)) }
    }

    /// Writes a text, or `null` for `nil`.
    mutating func string(_ text: String?) {
        if let text { bytes.append(jsonString: text) } else { bytes.append("null") }
    }

    /// Writes a number, or `null` for `nil`.
    mutating func integer(_ value: Int64?) {
        if let value { bytes.append(decimal: Int(value)) } else { bytes.append("null") }
    }

    /// Writes a number, or `null` for `nil`.
    mutating func number(_ value: Double?) {
        bytes += (value.map { "\($0)" } ?? "null").utf8
    }

    mutating func boolean(_ value: Bool) {
        bytes.append(value ? "true" : "false")
    }
}

/// JSON appended as bytes (RFC 8259).
extension [UInt8] {
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    /// Appends a number, with leading zeros up to `width` digits.
    mutating func append(decimal value: Int, width: Int = 1) {
        let digits = String(value.magnitude).utf8
        if value < 0 { append(UInt8(ascii: "-")) }
        if digits.count < width {
            append(contentsOf: repeatElement(UInt8(ascii: "0"), count: width - digits.count))
        }
        append(contentsOf: digits)
    }

    /// Appends the inside of a JSON string.
    mutating func appendEscaped(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20:
                append(contentsOf: "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: append(byte)
            }
        }
    }

    /// Appends a whole JSON string, quotes included.
    mutating func append(jsonString text: String) {
        append(UInt8(ascii: "\""))
        appendEscaped(text.utf8)
        append(UInt8(ascii: "\""))
    }
}
