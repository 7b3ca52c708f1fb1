/// The fields of a request or answer: in order, with repetitions, names compared without case.
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

    /// Puts one field in the place of all of its name; without any, appends it.
    ///
    /// - Parameters:
    ///   - name: The field's name.
    ///   - value: The field's value.
    public mutating func set(_ name: String, _ value: String) {
        guard let first = fields.firstIndex(where: { Self.areEqual($0.name, name) }) else {
            add(name, value)
            return
        }
        fields[first].value = value
        var index = fields.count - 1
        while index > first {
            if Self.areEqual(fields[index].name, name) { fields.remove(at: index) }
            index -= 1
        }
    }

    /// Removes all fields of a name.
    ///
    /// - Parameter name: The fields' name.
    public mutating func remove(_ name: String) {
        fields.removeAll { Self.areEqual($0.name, name) }
    }

    /// The value of the first field of a name, or `nil` when there is none.
    ///
    /// - Parameter name: The field's name, in any case.
    public subscript(name: String) -> String? {
        fields.first { Self.areEqual($0.name, name) }?.value
    }

    /// The values of all fields of a name, in order.
    ///
    /// - Parameter name: The fields' name, in any case.
    /// - Returns: The values, none when there is no such field.
    public func values(_ name: String) -> [String] {
        fields.compactMap { Self.areEqual($0.name, name) ? $0.value : nil }
    }

    /// The members of a comma-separated list field, over all its lines, without empty ones.
    ///
    /// RFC 9110 §5.6.1. It does not look into quoted strings, which the fields it is used for do not
    /// have.
    func list(_ name: String) -> [Substring] {
        fields.flatMap { field in
            Self.areEqual(field.name, name)
                ? field.value.utf8.split(separator: UInt8(ascii: ","))
                    .map { Self.trimmed(Substring($0)) }
                    .filter { !$0.isEmpty } : []
        }
    }

    /// Whether two texts are equal when ASCII letters are compared without case.
    static func areEqual(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
        let (left, right) = (left.utf8, right.utf8)
        return left.count == right.count
            && zip(left, right).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }

    /// A text without the spaces and tabs at its ends (RFC 9110 §5.6.3, OWS).
    static func trimmed(_ text: Substring) -> Substring {
        let isBlank: (UInt8) -> Bool = { $0 == ASCII.space || $0 == ASCII.tab }
        let utf8 = text.utf8
        guard let first = utf8.firstIndex(where: { !isBlank($0) }),
            let last = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return text[first...last]
    }
}

extension HTTPHeaders: Sequence {
    /// Walks over the fields in order.
    ///
    /// - Returns: An iterator over names and values.
    public func makeIterator() -> some IteratorProtocol<(name: String, value: String)> {
        fields.lazy.map { (name: $0.name, value: $0.value) }.makeIterator()
    }
}
