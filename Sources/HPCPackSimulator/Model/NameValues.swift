/// Names and values in the order in which they were first set; names match in any letter case.
struct NameValues: Sendable {
    private(set) var pairs: [NameValue] = []
    private var positions: [String: Int] = [:]
    /// How long all texts are, in bytes.
    private(set) var bytes = 0

    /// The most pairs in one list.
    static let limit = 2000

    func value(_ name: String) -> NameValue? {
        positions[name.lowercased()].map { pairs[$0] }
    }

    mutating func set(_ pair: NameValue) {
        if let place = positions[pair.name.lowercased()] {
            bytes += pair.value.utf8.count - pairs[place].value.utf8.count
            pairs[place].value = pair.value
        } else {
            positions[pair.name.lowercased()] = pairs.count
            bytes += pair.name.utf8.count + pair.value.utf8.count
            pairs.append(pair)
        }
    }
}

/// A name with its value: a property, a custom property or an environment variable.
struct NameValue: Sendable, Equatable {
    let name: String
    var value: String
}
