/// The properties of one kind of row: their canonical names and how their values compare.
protocol RowProperty: CaseIterable, Hashable, Sendable, RawRepresentable<String> {
    /// The property that rows are sorted by when nothing else is asked for.
    static var identity: Self { get }
}

extension RowProperty {
    /// The property called `name`, in any letter case (FACTS: Values).
    static func named(_ name: String) -> Self? {
        if let exact = Self(rawValue: name) { return exact }
        let wanted = name.lowercased()
        return allCases.first { $0.rawValue.lowercased() == wanted }
    }
}

/// The properties to write for each row, with their JSON prepared.
struct PropertySelection<Property: RowProperty>: Sendable {
    let properties: [Property]
    /// For each property, the bytes before its value.
    private let prefixes: [[UInt8]]

    init(_ properties: [Property]) {
        self.properties = properties
        prefixes = properties.enumerated().map { index, property in
            var bytes: [UInt8] = []
            bytes.append(index == 0 ? "{\"Name\":\"" : ",{\"Name\":\"")
            bytes += property.rawValue.utf8
            bytes.append("\",\"Value\":\"")
            return bytes
        }
    }

    /// What the client asks for by `properties=`.
    ///
    /// - Throws: 400 for the whole call when a name is unknown (FACTS: Properties), unless the
    ///   simulator was told to ignore such names.
    init(
        asked names: [String]?,
        defaults: [Property],
        available: [Property],
        ignoresUnknown: Bool
    ) throws(APIError) {
        guard let names else {
            self.init(defaults)
            return
        }
        var chosen: [Property] = []
        for name in names {
            guard let property = Property.named(name), available.contains(property) else {
                guard ignoresUnknown else {
                    throw .badRequest("The property '\(name)' does not exist.")
                }
                continue
            }
            if !chosen.contains(property) { chosen.append(property) }
        }
        self.init(chosen)
    }

    /// Appends `[{"Name":…,"Value":…},…]`, the values by `write`.
    func append(to out: inout [UInt8], _ write: (Property, inout [UInt8]) -> Void) {
        out.append(UInt8(ascii: "["))
        for (property, prefix) in zip(properties, prefixes) {
            out += prefix
            write(property, &out)
            out.append("\"}")
        }
        out.append(UInt8(ascii: "]"))
    }
}
