import Basics

/// The fields of a request or response: in order, with repetitions, names compared ignoring case.
public struct HTTPHeaders: Sendable, Equatable {
    /// One field line.
    struct Field: Sendable, Equatable {
        let name: String
        var value: String
    }

    private(set) var fields: [Field] = []

    /// Creates an empty list.
    public init() {}

    /// Creates a list of fields.
    ///
    /// - Parameter fields: Names and values, in the order in which they are sent.
    public init(_ fields: [(String, String)]) {
        self.fields = fields.map { Field(name: $0.0, value: $0.1) }
    }

    /// Appends a field and keeps those of the same name.
    ///
    /// - Parameters:
    ///   - name: The field's name.
    ///   - value: The field's value.
    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Replaces all fields of a name by one; without any, appends it.
    ///
    /// - Parameters:
    ///   - name: The field's name.
    ///   - value: The field's value.
    public mutating func set(_ name: String, _ value: String) {
        guard let first = fields.firstIndex(where: { $0.name.equalsIgnoringCase(name) }) else {
            return add(name, value)
        }
        let rest = fields[(first + 1)...].filter { !$0.name.equalsIgnoringCase(name) }
        fields[first].value = value
        fields.replaceSubrange((first + 1)..., with: rest)
    }

    /// Removes all fields of a name.
    ///
    /// - Parameter name: The fields' name.
    public mutating func remove(_ name: String) {
        fields.removeAll { $0.name.equalsIgnoringCase(name) }
    }

    /// The value of the first field of a name, or `nil` when there is none.
    ///
    /// - Parameter name: The field's name, in any case.
    public subscript(name: String) -> String? {
        fields.first { $0.name.equalsIgnoringCase(name) }?.value
    }

    /// The values of all fields of a name, in order.
    ///
    /// - Parameter name: The fields' name, in any case.
    /// - Returns: The values, none when there is no such field.
    public func values(_ name: String) -> [String] {
        fields.compactMap { $0.name.equalsIgnoringCase(name) ? $0.value : nil }
    }

    /// The members of a comma-separated list field, over all its lines, without empty ones.
    ///
    /// RFC 9110 §5.6.1. Commas in quoted strings, which the fields it is used for do not have, split too.
    func listMembers(_ name: String) -> [Substring] {
        values(name).flatMap { value in
            value.utf8.split(separator: UInt8(ascii: ","))
                .map { Substring($0).trimmingBlanks() }
                .filter { !$0.isEmpty }
        }
    }

    /// Whether `Connection` has an option, ASCII case aside (RFC 9110 §7.6.1).
    func hasConnectionOption(_ option: String) -> Bool {
        listMembers("Connection").contains { $0.equalsIgnoringCase(option) }
    }
}

extension HTTPHeaders: Sequence {
    /// Returns an iterator over names and values in order.
    public func makeIterator() -> some IteratorProtocol<(name: String, value: String)> {
        fields.lazy.map { (name: $0.name, value: $0.value) }.makeIterator()
    }
}
