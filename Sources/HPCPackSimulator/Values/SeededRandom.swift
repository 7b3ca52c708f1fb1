/// A deterministic random number generator (SplitMix64): the same seed gives the same numbers everywhere.
struct SeededRandom: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Returns a number from 0 up to, and without, `bound`; 0 when `bound` is not positive.
    mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(next() % UInt64(bound)) : 0
    }

    /// Returns `true` in `permille` of 1,000 cases.
    mutating func chance(_ permille: Int) -> Bool {
        below(1000) < permille
    }

    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Random values that depend only on the seed, a topic and a number, so that texts need no storage.
///
/// A million jobs keep a few packed bytes each; their names, owners and command lines are drawn
/// again whenever a row is written.
struct Draws: Sendable {
    let seed: UInt64

    func value(_ topic: Topic, _ id: Int, _ salt: Int = 0) -> UInt64 {
        let start = SeededRandom.mix(seed &+ (UInt64(topic.rawValue) &+ 1) &* 0xD6E8_FEB8_6659_FD93)
        let named = SeededRandom.mix(start ^ UInt64(truncatingIfNeeded: id))
        return SeededRandom.mix(named &+ UInt64(truncatingIfNeeded: salt) &* 0xA076_1D64_78BD_642F)
    }

    func below(_ bound: Int, _ topic: Topic, _ id: Int, _ salt: Int = 0) -> Int {
        bound > 0 ? Int(value(topic, id, salt) % UInt64(bound)) : 0
    }

    func chance(_ permille: Int, _ topic: Topic, _ id: Int, _ salt: Int = 0) -> Bool {
        below(1000, topic, id, salt) < permille
    }

    /// Returns one of `choices`, which must not be empty.
    func pick<Choice>(_ choices: [Choice], _ topic: Topic, _ id: Int, _ salt: Int = 0) -> Choice {
        choices[below(choices.count, topic, id, salt)]
    }

    /// What a value is drawn for; each topic is a stream of its own.
    enum Topic: UInt8 {
        case nodeShape, nodeGroups, nodeCondition, nodeGuid
        case jobShape, jobGroups, jobOutcome, jobTimes, jobOwner, jobName, jobDetails
        case taskShape, taskRun, taskNode, taskName
        case customProperties, environment
        case nodeHealth, nodeUsage, jobHold, nodeMembers, operationID
    }
}
