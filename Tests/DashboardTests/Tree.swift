import Foundation

/// A value of parsed JSON or YAML, read by path; what is missing reads as nil, never as a crash.
enum Tree: Sendable, Equatable, Decodable {
    case missing
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case list([Tree])
    case object([String: Tree])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let list = try? value.decode([Tree].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: Tree].self))
        }
    }

    init(json: Data) throws {
        self = try JSONDecoder().decode(Tree.self, from: json)
    }

    subscript(key: String) -> Tree {
        if case .object(let members) = self { members[key] ?? .missing } else { .missing }
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
    var list: [Tree] { if case .list(let list) = self { list } else { [] } }
    var keys: [String] { if case .object(let members) = self { members.keys.sorted() } else { [] } }
    var strings: [String] { list.compactMap(\.string) }
    var isMissing: Bool { self == .missing }
}
