import Basics

/// The properties of one kind of row: each case is named like its property.
protocol RowProperty: CaseIterable, Hashable, Sendable, RawRepresentable<String> {
    /// The property that rows are sorted by, unless a client asks for another.
    static var identity: Self { get }
    /// The properties that stand in no list of the REST API, only in sources of the product's SDK: a client
    /// gets them when it asks for them by name (docs/hpcpack-api.md#properties).
    static var unconfirmed: Set<Self> { get }
}

extension RowProperty {
    static var unconfirmed: Set<Self> { [] }

    /// The properties of a whole row.
    static var documented: [Self] { allCases.filter { !unconfirmed.contains($0) } }

    /// The name in the API, such as `NodeGroups`.
    var apiName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// Returns the property called `name`, in any letter case (docs/hpcpack-api.md#values).
    static func named(_ name: String) -> Self? {
        if let exact = Self(rawValue: name.prefix(1).lowercased() + name.dropFirst()) {
            return exact
        }
        let wanted = name.lowercased()
        return allCases.first { $0.rawValue.lowercased() == wanted }
    }
}

/// The properties to write for each row, with the JSON before each value prepared.
struct PropertySelection<Property: RowProperty>: Sendable {
    let properties: [Property]
    /// For each property, the bytes before its value.
    private let prefixes: [[UInt8]]

    init(_ properties: [Property]) {
        self.properties = properties
        prefixes = properties.enumerated().map { index, property in
            var bytes: [UInt8] = []
            bytes.append(index == 0 ? "{\"Name\":\"" : ",{\"Name\":\"")
            bytes += property.apiName.utf8
            bytes.append("\",\"Value\":\"")
            return bytes
        }
    }

    /// Creates the selection that a client asks for with `properties=`.
    ///
    /// - Throws: 400 for the whole call when a name is unknown (docs/hpcpack-api.md#properties), unless
    ///   the simulator is configured to ignore such names.
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

    /// Appends `[{"Name":…,"Value":…},…]` with the values that `write` appends.
    func append(to out: inout [UInt8], _ write: (Property, inout [UInt8]) -> Void) {
        out.append(UInt8(ascii: "["))
        for (property, prefix) in zip(properties, prefixes) {
            out += prefix
            write(property, &out)
            out.append("\"}")
        }
        out.append(UInt8(ascii: "]"))
    }

    /// Returns the answer with the properties of one row.
    func response(_ write: (Property, inout [UInt8]) -> Void) -> APIResponse {
        var json: [UInt8] = []
        append(to: &json, write)
        return APIResponse(json: json)
    }
}

/// Writes property values as the API does: all as strings, booleans as `True` and `False`.
struct ValueWriter: Sendable {
    let cluster: Cluster
    let dates: DotNetDatePattern
    let neverTimes: SimulatorConfiguration.NeverTimes
    /// The first job of the queue that may start as soon as there are resources.
    let firstWaiting: Job?

    /// Appends a time; one that was never set is empty or in year 1 (docs/hpcpack-api.md#values), which `id`
    /// decides when the server is configured to mix them.
    func append(_ unix: UInt32, of id: Int, to out: inout [UInt8]) {
        if unix != 0 {
            dates.append(CivilTime(unixSeconds: Int(unix)), to: &out)
        } else if neverTimes == .yearOne || (neverTimes == .mixed && id % 2 == 1) {
            dates.append(.never, to: &out)
        }
    }

    func append(_ flag: Bool, to out: inout [UInt8]) {
        out.append(flag ? "True" : "False")
    }

    func append(_ text: String, to out: inout [UInt8]) {
        out.appendEscaped(text.utf8)
    }
}
