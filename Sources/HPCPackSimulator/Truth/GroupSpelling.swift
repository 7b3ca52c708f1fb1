/// Which name a group is counted under.
struct GroupSpelling {
    private var names: [String: String] = [:]

    init(listed: [String]) {
        for name in listed { names[name.lowercased()] = name }
    }

    /// The distinct names for a `NodeGroups` text; one not seen before keeps the spelling it has.
    mutating func groups(in text: String) -> [String] {
        var found: [String] = []
        for part in text.split(separator: ",") {
            let folded = part.lowercased()
            let name = names[folded, default: String(part)]
            names[folded] = name
            if !found.contains(name) { found.append(name) }
        }
        return found
    }
}
