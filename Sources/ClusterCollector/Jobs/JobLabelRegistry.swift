import Basics
import Exposition
import HPCPackClient
import JSONRows

/// The index of a combination of texts in a `JobLabelRegistry`; 0 when jobs are not counted by texts.
typealias JobLabelSetID = UInt32

/// Numbers the combinations of texts (owner, project, …) that jobs have, and counts the jobs of each by state.
///
/// Jobs share few combinations, so a job keeps a number only. Which values are shown is chosen at each full read, so that
/// series do not come and go with every round.
struct JobLabelRegistry: Sendable {
    /// How values of one label are told apart and shown.
    private struct Values: Sendable {
        /// The texts as the server spelled them; 0 is the empty text.
        var texts = [""]
        /// The lowest id of the jobs that had the text.
        var lowestIDs: [Int64] = [0]
        /// The index of each text in `texts`.
        var indices: [String: UInt32] = [:]
        /// The value of each text, 0 for no text; several spellings may be one value.
        var valueOfText: [Int] = [0]
        /// The value of each text, folded if case does not matter.
        var values: [String: Int] = [:]
        /// The name of each value.
        var names = [JobBreakdown.none]
        /// Whether the value has a series of its own.
        var isShown = [true]
        var shownCount = 0
    }

    let labels: [JobLabel]
    private let limit: Int
    private var values: [Values]
    private var sets: [[UInt32]: JobLabelSetID] = [:]
    /// The texts of each combination, one for each label.
    private var textsOfSets: [[UInt32]] = []
    /// The jobs by state of each combination.
    private var counts: [Int32] = []
    private static let stateCount = JobState.allCases.count

    /// Creates an empty registry.
    ///
    /// - Parameters:
    ///   - labels: By which texts jobs are counted.
    ///   - limit: The most values of each that are shown.
    init(_ labels: [JobLabel] = [], limit: Int = 100) {
        self.labels = labels
        self.limit = limit
        values = labels.map { _ in Values() }
        _ = set(of: labels.map { _ in 0 })
    }

    /// The number of combinations.
    var count: Int { textsOfSets.count }

    // MARK: - Numbers

    /// The index of a text of a label.
    ///
    /// - Parameters:
    ///   - text: The text, without blanks around it.
    ///   - label: The index of the label.
    /// - Returns: The index; 0 for the empty text.
    mutating func index(of text: String, label: Int) -> UInt32 {
        if text.isEmpty { return 0 }
        if let index = values[label].indices[text] { return index }
        let index = UInt32(values[label].texts.count)
        values[label].indices[text] = index
        values[label].texts.append(text)
        values[label].lowestIDs.append(.max)
        let key = labels[label] == .owner ? text.lowercased() : text
        values[label].valueOfText.append(value(key, spelled: text, label: label))
        return index
    }

    private mutating func value(_ key: String, spelled text: String, label: Int) -> Int {
        if key == JobBreakdown.none { return 0 }
        if let value = values[label].values[key] { return value }
        let value = values[label].names.count
        values[label].values[key] = value
        values[label].names.append(text)
        // A new value is shown at once where there is room.
        let isShown = values[label].shownCount < limit && text != JobBreakdown.other
        values[label].isShown.append(isShown)
        if isShown { values[label].shownCount += 1 }
        return value
    }

    /// The combination of some texts, one for each label, of a job.
    mutating func set(of texts: [UInt32], job: Int64 = .max) -> JobLabelSetID {
        for (label, text) in texts.enumerated() where job < values[label].lowestIDs[Int(text)] {
            values[label].lowestIDs[Int(text)] = job
        }
        if let set = sets[texts] { return set }
        let set = JobLabelSetID(textsOfSets.count)
        sets[texts] = set
        textsOfSets.append(texts)
        counts.append(contentsOf: repeatElement(0, count: Self.stateCount))
        return set
    }

    // MARK: - Counts

    /// Adds jobs of a combination.
    mutating func add(_ state: JobState, set: JobLabelSetID, count: Int32 = 1) {
        counts[Int(set) * Self.stateCount + Int(state.rawValue)] += count
    }

    /// The jobs of a combination by state.
    private func counts(of set: Int) -> ArraySlice<Int32> {
        counts[set * Self.stateCount..<(set + 1) * Self.stateCount]
    }

    // MARK: - Choice

    /// Chooses anew which values are shown: those with most jobs that have not ended, ties by name.
    ///
    /// - Parameter respells: Whether each value takes the spelling of the job with the lowest id.
    mutating func choose(respells: Bool) {
        for label in labels.indices {
            if respells { respell(label) }
            var active = [Int](repeating: 0, count: values[label].names.count)
            var all = active
            for set in textsOfSets.indices {
                let value = values[label].valueOfText[Int(textsOfSets[set][label])]
                for state in JobState.allCases {
                    let count = Int(self.counts[set * Self.stateCount + Int(state.rawValue)])
                    all[value] += count
                    if !state.isTerminal { active[value] += count }
                }
            }
            let names = values[label].names
            let candidates = names.indices.dropFirst().filter {
                all[$0] > 0 && names[$0] != JobBreakdown.other
            }
            let chosen = candidates.sorted { (active[$1], names[$0]) < (active[$0], names[$1]) }
                .prefix(limit)
            for value in names.indices.dropFirst() { values[label].isShown[value] = false }
            for value in chosen { values[label].isShown[value] = true }
            values[label].shownCount = chosen.count
        }
    }

    private mutating func respell(_ label: Int) {
        var lowest = [Int64](repeating: .max, count: values[label].names.count)
        for text in values[label].texts.indices.dropFirst() {
            let value = values[label].valueOfText[text]
            guard value > 0, values[label].lowestIDs[text] < lowest[value] else { continue }
            lowest[value] = values[label].lowestIDs[text]
            values[label].names[value] = values[label].texts[text]
        }
    }

    /// Drops combinations that no job has any more, when they are many.
    ///
    /// - Returns: The new index of each combination that a job has; `nil` when nothing was dropped.
    mutating func compact() -> [JobLabelSetID]? {
        let used = textsOfSets.indices.filter { set in counts(of: set).contains { $0 != 0 } }
        guard textsOfSets.count > 2 * used.count + 1000 else { return nil }
        var kept = JobLabelRegistry(labels, limit: limit)
        var indices = [JobLabelSetID](repeating: 0, count: textsOfSets.count)
        for set in used {
            let texts = labels.indices.map { label -> UInt32 in
                let text = Int(textsOfSets[set][label])
                let index = kept.index(of: values[label].texts[text], label: label)
                // The names of the values stay as they were.
                let value = kept.values[label].valueOfText[Int(index)]
                kept.values[label].names[value] =
                    values[label].names[values[label].valueOfText[text]]
                return index
            }
            let new = kept.set(of: texts)
            indices[set] = new
            let start = Int(new) * Self.stateCount
            kept.counts.replaceSubrange(start..<start + Self.stateCount, with: counts(of: set))
        }
        self = kept
        return indices
    }

    // MARK: - Breakdowns

    /// The jobs by each label.
    ///
    /// - Parameter allocated: The cores that are allocated to the jobs of each combination; `nil` when they are not known.
    /// - Returns: A breakdown for each label.
    func breakdowns(allocated: [JobLabelSetID: Int]?) -> [JobBreakdown] {
        labels.indices.map { label in
            let values = values[label]
            var entries: [Int: JobBreakdown.Entry] = [:]
            for set in textsOfSets.indices {
                let counts = counts(of: set)
                guard counts.contains(where: { $0 != 0 }) else { continue }
                let value = values.valueOfText[Int(textsOfSets[set][label])]
                let slot = values.isShown[value] ? value : -1
                let name = slot < 0 ? JobBreakdown.other : values.names[value]
                let cores = allocated?[JobLabelSetID(set)] ?? 0
                entries[slot, default: JobBreakdown.Entry(name: name)].add(counts, cores)
            }
            return JobBreakdown(label: labels[label], entries: Array(entries.values))
        }
    }
}

/// The jobs by the values of one label.
struct JobBreakdown: Sendable {
    /// The value of jobs that have none.
    static let none = "(none)"
    /// The value of jobs whose own value is not shown.
    static let other = "(other)"

    /// One value.
    struct Entry: Sendable {
        let value: LabelValue
        private(set) var jobs = StateCounts<JobState>()
        private(set) var allocatedCores = 0

        fileprivate init(name: String) { value = LabelValue(name) }

        fileprivate mutating func add(_ counts: ArraySlice<Int32>, _ cores: Int) {
            for (state, count) in zip(JobState.allCases, counts) { jobs[state] += Int(count) }
            allocatedCores += cores
        }
    }

    let label: JobLabel
    /// The values that jobs have, in no order.
    let entries: [Entry]
}

/// Finds the combination of texts of each row of a listing.
struct JobLabelReader {
    private let registry: JobStore
    private var caches: [TextCache]
    private let columns: [Int]

    init(_ store: JobStore) {
        registry = store
        columns = store.labels.labels.map(\.column.rawValue)
        caches = columns.indices.map { label in
            TextCache { text in
                store.labels.index(of: String(text.trimmingBlanks()), label: label)
            }
        }
    }

    /// The combination of a row, and of the job that it describes.
    mutating func set(_ row: borrowing Row, job: Int64) -> JobLabelSetID {
        if columns.isEmpty { return 0 }
        var texts: [UInt32] = []
        texts.reserveCapacity(columns.count)
        for label in columns.indices { texts.append(caches[label][row.bytes(columns[label])]) }
        return registry.labels.set(of: texts, job: job)
    }
}
