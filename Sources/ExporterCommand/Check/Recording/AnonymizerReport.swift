/// What an anonymizer left in and what it met, to be shown to the person who records.
struct AnonymizerReport {
    /// Values that were left in.
    struct Kept {
        var count = 0
        /// The first distinct values.
        var examples: [String] = []
    }

    /// Values that stayed, by property, or by what else they belong to.
    private(set) var kept: [String: Kept] = [:]
    /// The names of properties that stayed although they are not documented.
    private(set) var otherNames: Set<String> = []
    /// Values of documented enumerations that are not documented; they were replaced.
    private(set) var unknownWords: [String: Set<String>] = [:]
    /// Fields of answers that were left out.
    private(set) var droppedFields: Set<String> = []
    /// Fields of answers whose values were replaced.
    private(set) var replacedFields: Set<String> = []

    private static let exampleCount = 4

    /// Counts a value that stays.
    mutating func keep(_ value: String, of property: String) {
        var entry = kept[property] ?? Kept()
        entry.count += 1
        if entry.examples.count < Self.exampleCount, !entry.examples.contains(value) {
            entry.examples.append(value)
        }
        kept[property] = entry
    }

    mutating func keepName(_ name: String) { otherNames.insert(name) }

    mutating func note(unknownWord word: String, of property: String) {
        if unknownWords[property, default: []].count < 20 {
            unknownWords[property, default: []].insert(word)
        }
    }

    mutating func drop(field: String) { droppedFields.insert(field.lowercased()) }

    mutating func replace(field: String) { replacedFields.insert(field.lowercased()) }
}
