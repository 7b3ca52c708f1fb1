/// An element of XML in a form in which two readers can be compared.
struct PlainElement: Equatable, CustomStringConvertible {
    /// The name without its prefix.
    var name: String
    /// Name and value of each attribute, sorted; namespaces are left out, and prefixes.
    var attributes: [[String]]
    /// The elements in it.
    var children: [PlainElement] = []
    /// The text directly in it, joined.
    var text = ""

    init(name: String, attributes: [(name: String, value: String)]) {
        self.name = Self.local(name)
        self.attributes =
            attributes.filter { $0.name != "xmlns" && !$0.name.hasPrefix("xmlns:") }
            .map { [Self.local($0.name), $0.value] }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }

    var description: String {
        "<\(name) \(attributes)>\(text.debugDescription)\(children)</\(name)>"
    }

    private static func local(_ name: String) -> String {
        name.split(separator: ":").last.map(String.init) ?? name
    }
}
