/// Names and values in the order in which they were first set; names match in any letter case.
struct NameValues: Sendable {
    private(set) var pairs: [NameValue] = []
    private var positions: [String: Int] = [:]

    /// The most pairs in one list.
    static let limit = 2000

    func value(_ name: String) -> NameValue? {
        positions[name.lowercased()].map { pairs[$0] }
    }

    mutating func set(_ pair: NameValue) {
        if let place = positions[pair.name.lowercased()] {
            pairs[place].value = pair.value
        } else {
            positions[pair.name.lowercased()] = pairs.count
            pairs.append(pair)
        }
    }
}

/// A name with its value: a property, a custom property or an environment variable.
struct NameValue: Sendable, Equatable {
    let name: String
    var value: String
}
