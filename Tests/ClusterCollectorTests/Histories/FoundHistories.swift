/// Histories that once led to a wrong number, as small as they could be made.
struct FoundHistory: Sendable, CustomStringConvertible {
    let description: String
    let history: History

    init(
        _ description: String,
        _ behavior: (inout ServerBehavior) -> Void,
        _ rounds: [HistoryRound]
    ) {
        self.description = description
        var history = History(seed: 0, rounds: 0)
        history.behavior = ServerBehavior()
        behavior(&history.behavior)
        history.rounds = rounds
        self.history = history
    }

    private static func round(
        _ events: [(HistoryEvent.Kind, UInt64)],
        full: Bool = false,
        during: [(Int, HistoryEvent.Kind, UInt64)] = []
    ) -> HistoryRound {
        HistoryRound(
            events: events.map { HistoryEvent(kind: $0.0, seed: $0.1) },
            disturbance: ModelHeadNode.Disturbance(
                events: during.map { ($0.0, HistoryEvent(kind: $0.1, seed: $0.2)) }
            ),
            isFull: full
        )
    }

    static let all = [
        FoundHistory(
            "tasks of a waiting job changed on a server whose job rows carry no ChangeTime",
            { $0.jobChangeTime = .left },
            [
                HistoryRound(events: [HistoryEvent(kind: .submit, seed: 121, wait: 300)]),
                round([]), round([(.churn, 639_670)]),
            ]
        ),
        FoundHistory(
            "tasks of a waiting job changed in the second of the first read, which left its row as it was",
            { _ in },
            [
                HistoryRound(events: [HistoryEvent(kind: .submit, seed: 121, wait: 300)]),
                round([(.churn, 639_670)]), round([]),
            ]
        ),
        FoundHistory(
            "the tasks of an ended job rested on a filter that leaves rows out",
            { ($0.start, $0.taskFilter, $0.allTasks) = (1_330_526_236, .lossy, true) },
            [
                round([(.submit, 4352), (.step, 248_861), (.step, 1_007_675)]),
                round([(.step, 706_684), (.step, 293_699)]), round([], full: true),
            ]
        ),
        FoundHistory(
            "a group went between the group list and the call for its members",
            { $0.nodeGroups = .left },
            [
                round([(.node, 310_477)]),
                round([], during: (1...8).map { ($0 + 6, .group, UInt64($0)) }),
                round([]),
            ]
        ),
    ]
}
