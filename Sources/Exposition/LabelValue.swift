/// A label value, escaped once so that writing it is a copy.
public struct LabelValue: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The value as it stands between the quotes.
    let run: PaddedBytes

    /// Escapes a value.
    ///
    /// - Parameter text: Any text.
    public init(_ text: String) {
        var escaped: [UInt8] = []
        Escaping.append(text, quotes: true, to: &escaped)
        run = PaddedBytes(escaped)
    }

    /// Escapes a literal.
    public init(stringLiteral value: StaticString) { self.init("\(value)") }

    /// Whether the series with this value stand before those with the other one, as a page is sorted.
    public func precedes(_ other: LabelValue) -> Bool { run < other.run }

    /// Whether there is nothing to show: such a label is left out.
    var isEmpty: Bool { run.count == 0 }
}

/// The escapes of the text format 0.0.4.
enum Escaping {
    /// Appends a text by runs.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - quotes: Whether double quotes are escaped, as they are in label values but not in HELP.
    ///   - bytes: Grows by the escaped text.
    static func append(_ text: String, quotes: Bool, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += [byte, byte]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\"") where quotes: bytes += [UInt8(ascii: "\\"), byte]
            default: bytes.append(byte)
            }
        }
    }
}
