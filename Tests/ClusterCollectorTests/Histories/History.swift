import TestSupport

/// What happens from one round to the next, and while the round reads.
struct HistoryRound: Sendable {
    /// What happens before the round.
    var events: [HistoryEvent] = []
    /// What happens to the server while it is read.
    var disturbance = ModelHeadNode.Disturbance()
    /// Whether the exporter is started anew before the round.
    var restartsExporter = false
    /// Whether the round must read everything.
    var isFull = false
}

/// A whole history, which is run the same way each time.
struct History: Sendable {
    var seed: UInt64
    var behavior: ServerBehavior
    var rounds: [HistoryRound]

    /// Draws a history.
    ///
    /// - Parameters:
    ///   - seed: The same seed leads to the same history.
    ///   - count: How many rounds.
    init(seed: UInt64, rounds count: Int) {
        var random = SeededRandom(seed)
        self.seed = seed
        behavior = ServerBehavior(&random)
        behavior.drawFurther(seed: seed)
        rounds = []
        let calm = random.chance(of: 3)
        for number in 0..<count {
            var round = HistoryRound()
            round.events = (0..<(number == 0 ? 40 : random.pick([0, 1, 2, 5, 9]))).map { _ in
                Self.event(&random)
            }
            if number == 0 {
                for _ in 0..<6 {
                    round.events.append(HistoryEvent(kind: .node, seed: random.next()))
                }
            }
            round.isFull = random.chance(of: 4)
            if random.chance(of: 40) { round.restartsExporter = true }
            if random.chance(of: 6) { round.disturbance.restart = random.number(2...25) }
            if !calm, random.chance(of: 4) {
                round.disturbance.events = (0..<random.number(1...5)).map { _ in
                    (random.number(4...22), Self.event(&random))
                }.sorted { $0.0 < $1.0 }
            } else if random.chance(of: 12) {
                round.disturbance.outage = random.pick([
                    "/jobs", "/nodes", "/nodes/groups", "/tasks", "/cluster/info/dateTimeFormat",
                    "/jobs/templates",
                ])
            }
            rounds.append(round)
        }
    }

    private static let kinds: [HistoryEvent.Kind] = [
        .submit, .submit, .submit, .flash, .step, .step, .step, .step, .step, .step, .finish, .fail,
        .fail, .cancel, .requeue, .requeue, .bounce, .purge, .move, .touch, .churn, .churn, .churn,
        .odd, .node, .group, .cluster, .clock,
    ]

    private static func event(_ random: inout SeededRandom) -> HistoryEvent {
        HistoryEvent(
            kind: random.pick(kinds),
            seed: random.next() >> 44,
            wait: random.pick([0, 0, 0, 1, 2, 30, 300, random.number(0...40_000)])
        )
    }

    /// How many events and disturbances there are.
    var size: Int { rounds.reduce(0) { $0 + $1.size } }
}

extension HistoryRound {
    var size: Int {
        events.count + disturbance.events.count + (disturbance.restart == nil ? 0 : 1)
            + (disturbance.outage == nil ? 0 : 1) + (restartsExporter ? 1 : 0)
    }
}

extension History: CustomStringConvertible {
    /// Everything that is needed to read what happens, a line for each round.
    var description: String {
        "seed \(seed); \(behavior)\n"
            + rounds.enumerated().map { number, round in
                var line = "round \(number):"
                if round.restartsExporter { line += " exporter restarts;" }
                for event in round.events { line += " \(event)" }
                if round.isFull { line += "; full" }
                for (request, event) in round.disturbance.events {
                    line += "; before request \(request): \(event)"
                }
                if let restart = round.disturbance.restart {
                    line += "; service restarts at request \(restart)"
                }
                if let outage = round.disturbance.outage { line += "; 500 for \(outage)" }
                return line
            }.joined(separator: "\n")
    }
}
