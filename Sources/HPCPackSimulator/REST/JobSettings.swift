/// The properties of a job that a client sends, checked as a whole before any is set.
struct JobSettings: Sendable {
    private(set) var values: [JobProperty: String] = [:]

    /// - Parameter pairs: names in any letter case; one that comes twice has its last value.
    /// - Throws: 400 for an unknown name, a property that only the scheduler sets, or a value that
    ///   is none.
    init(_ pairs: [NameValue]) throws(APIError) {
        for pair in pairs {
            // Taken, and kept nowhere.
            if pair.name.lowercased() == "password" { continue }
            guard let property = JobProperty.named(pair.name) else {
                throw .badRequest("The property '\(pair.name)' does not exist.")
            }
            guard let setting = property.setting else {
                throw .badRequest("The property '\(property.rawValue)' is read-only.")
            }
            guard let value = setting.canonical(pair.value) else {
                throw .badRequest(
                    "The value '\(pair.value)' is not valid for the property "
                        + "'\(property.rawValue)'."
                )
            }
            values[property] = value
        }
    }

    /// A minimum that is set turns off its calculation, unless that is set too; so does a maximum.
    mutating func impliesCalculation() {
        let bounds: [(JobProperty, [JobProperty])] = [
            (.autoCalculateMin, [.minCores, .minSockets, .minNodes]),
            (.autoCalculateMax, [.maxCores, .maxSockets, .maxNodes]),
        ]
        for (flag, properties) in bounds where values[flag] == nil {
            if properties.contains(where: { values[$0] != nil }) { values[flag] = "False" }
        }
    }

    /// Whether minimum and maximum agree, with what is set already.
    ///
    /// - Throws: 400 when a minimum is above its maximum.
    func check(with known: [JobProperty: String]) throws(APIError) {
        let bounds: [(JobProperty, JobProperty)] = [
            (.minCores, .maxCores), (.minSockets, .maxSockets), (.minNodes, .maxNodes),
        ]
        func value(_ property: JobProperty) -> Int? {
            (values[property] ?? known[property]).flatMap { Int($0) }
        }
        for (low, high) in bounds {
            guard let minimum = value(low), let maximum = value(high) else { continue }
            guard minimum <= maximum else {
                throw .badRequest("\(low.rawValue) is greater than \(high.rawValue).")
            }
        }
    }
}

extension Cluster {
    /// Sets properties of a driven job.
    ///
    /// - Throws: 400 for a job template that does not exist, or too many different node groups.
    mutating func set(_ settings: JobSettings, ofJobAt position: Int) throws(APIError) {
        var job = jobs[position]
        var rest = settings.values
        if let text = rest.removeValue(forKey: .jobTemplate) {
            let wanted = text.lowercased()
            guard let template = templates.firstIndex(where: { $0.lowercased() == wanted })
            else { throw .badRequest("The job template '\(text)' does not exist.") }
            job.template = UInt8(template)
        }
        if let text = rest.removeValue(forKey: .nodeGroups) {
            guard groupLists.texts.count < Self.maxGroupTexts || groupLists.knows(text) else {
                throw .badRequest("There are too many different lists of node groups.")
            }
            job.groups = UInt16(groupListPosition(of: text))
        }
        if let text = rest.removeValue(forKey: .runUntilCanceled) {
            job.runsUntilCanceled = text == "True"
        }
        let queued = job.state == .queued
        if queued { dequeue(job) }
        if let text = rest.removeValue(forKey: .priority) {
            let names = ["Lowest", "BelowNormal", "Normal", "AboveNormal", "Highest"]
            job.expandedPriority = UInt16(1000 * (names.firstIndex(of: text) ?? 2))
        }
        if let text = rest.removeValue(forKey: .expandedPriority), let number = UInt16(text) {
            job.expandedPriority = number
        }
        job.changeTime = now
        jobs[position] = job
        if queued { enqueue(job) }
        let before = driven[job.id]?.bytes ?? 0
        driven[job.id]?.keep(rest)
        drivenBytes += (driven[job.id]?.bytes ?? 0) - before
        if let hold = rest[.holdUntil].flatMap({ UInt32($0) }), hold > now {
            events.schedule(.placement, at: hold)
        }
        planPlacement()
    }
}
