/// Turns the text of a .NET custom date-time pattern into parts.
///
/// Source: “Custom date and time format strings” of the .NET documentation: runs of one letter are one
/// specifier, quotes and backslashes make literals, `%` marks a single specifier.
struct DateTimePatternCompiler {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func compile() -> [DateTimePattern.Part]? {
        var parts: [DateTimePattern.Part] = []
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard let quoted = quoted(by: byte) else { return nil }
                Self.append(literal: quoted, to: &parts)
            case UInt8(ascii: "\\"):
                guard index + 1 < bytes.count else { return nil }
                Self.append(literal: [bytes[index + 1]], to: &parts)
                index += 2
            case UInt8(ascii: "%"):
                index += 1
            case UInt8(ascii: "/"), UInt8(ascii: ":"):
                parts.append(.separator(byte))
                index += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                guard let part = specifier() else { return nil }
                if let part = part.part { parts.append(part) }
            default:
                Self.append(literal: [byte], to: &parts)
                index += 1
            }
        }
        return Self.isComplete(parts) ? parts : nil
    }

    private mutating func quoted(by quote: UInt8) -> [UInt8]? {
        var text: [UInt8] = []
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == quote { return text }
            if byte == UInt8(ascii: "\\"), index < bytes.count {
                text.append(bytes[index])
                index += 1
            } else {
                text.append(byte)
            }
        }
        return nil
    }

    /// A specifier that was understood; it may stand for nothing in the text.
    private struct Specifier {
        let part: DateTimePattern.Part?
    }

    private mutating func specifier() -> Specifier? {
        let letter = bytes[index]
        var length = 0
        while index < bytes.count, bytes[index] == letter {
            length += 1
            index += 1
        }
        switch letter {
        case UInt8(ascii: "y"): return Specifier(part: .year(digits: length))
        case UInt8(ascii: "M"): return Specifier(part: length > 2 ? .monthName : .month)
        case UInt8(ascii: "d"): return Specifier(part: length > 2 ? .dayName : .day)
        case UInt8(ascii: "H"): return Specifier(part: .hour24)
        case UInt8(ascii: "h"): return Specifier(part: .hour12)
        case UInt8(ascii: "m"): return Specifier(part: .minute)
        case UInt8(ascii: "s"): return Specifier(part: .second)
        case UInt8(ascii: "f"), UInt8(ascii: "F"): return Specifier(part: .fraction)
        case UInt8(ascii: "t"): return Specifier(part: .designator)
        case UInt8(ascii: "z"), UInt8(ascii: "K"): return Specifier(part: .offset)
        // Any other letter stands for itself.
        default: return Specifier(part: .literal([UInt8](repeating: letter, count: length)))
        }
    }

    private static func append(literal bytes: [UInt8], to parts: inout [DateTimePattern.Part]) {
        guard !bytes.isEmpty else { return }
        if bytes.allSatisfy({ $0 == 0x20 }) {
            if parts.last != .space { parts.append(.space) }
        } else if case .literal(let before) = parts.last {
            parts[parts.count - 1] = .literal(before + bytes)
        } else {
            parts.append(.literal(bytes))
        }
    }

    private static func isComplete(_ parts: [DateTimePattern.Part]) -> Bool {
        func has(_ isIt: (DateTimePattern.Part) -> Bool) -> Bool { parts.contains(where: isIt) }
        return has { if case .year = $0 { true } else { false } }
            && has { $0 == .month || $0 == .monthName }
            && has { $0 == .day } && has { $0 == .hour24 || $0 == .hour12 } && has { $0 == .minute }
    }
}
