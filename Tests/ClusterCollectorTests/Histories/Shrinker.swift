/// Makes what fails small: leaves parts out as long as the rest still fails.
enum Shrinker {
    /// The smallest list that it finds by leaving out ever smaller pieces (delta debugging).
    ///
    /// - Parameters:
    ///   - items: A list that fails.
    ///   - fails: Whether a list fails still.
    /// - Returns: A list that fails, of which no single item can be left out.
    static func minimal<Item>(_ items: [Item], fails: ([Item]) throws -> Bool) rethrows -> [Item] {
        var items = items
        var piece = max(1, items.count / 2)
        while true {
            var place = 0
            var hasShrunk = false
            while place < items.count {
                var shorter = items
                shorter.removeSubrange(place..<min(items.count, place + piece))
                if try fails(shorter) {
                    items = shorter
                    hasShrunk = true
                } else {
                    place += piece
                }
            }
            if piece > 1 { piece /= 2 } else if !hasShrunk { return items }
        }
    }

    /// The smallest history that fails: fewer events, then fewer rounds, then plainer behavior.
    static func minimal(_ history: History, fails: (History) throws -> Bool) rethrows -> History {
        var history = history
        while true {
            let size = history.size + history.rounds.count
            let parts = try minimal(history.parts) { try fails(history.keeping($0)) }
            history = history.keeping(parts)
            history.rounds = try minimal(history.rounds) { rounds in
                var shorter = history
                shorter.rounds = rounds
                return try fails(shorter)
            }
            for simplify in ServerBehavior.simpler {
                var plainer = history
                simplify(&plainer.behavior)
                guard plainer.behavior.description != history.behavior.description else { continue }
                if try fails(plainer) { history = plainer }
            }
            if history.size + history.rounds.count == size { return history }
        }
    }
}

extension History {
    /// One thing in one round that may be left out.
    enum Part: Hashable {
        case event(round: Int, Int)
        case disturbance(round: Int, Int)
        case restart(round: Int)
        case outage(round: Int)
        case exporterRestart(round: Int)
    }

    var parts: [Part] {
        rounds.enumerated().flatMap { number, round -> [Part] in
            round.events.indices.map { .event(round: number, $0) }
                + round.disturbance.events.indices.map { .disturbance(round: number, $0) }
                + (round.disturbance.restart == nil ? [] : [.restart(round: number)])
                + (round.disturbance.outage == nil ? [] : [.outage(round: number)])
                + (round.restartsExporter ? [.exporterRestart(round: number)] : [])
        }
    }

    /// The history with these parts only.
    func keeping(_ parts: [Part]) -> History {
        let parts = Set(parts)
        var history = self
        for (number, round) in rounds.enumerated() {
            history.rounds[number].events = round.events.enumerated().filter {
                parts.contains(.event(round: number, $0.offset))
            }.map(\.element)
            history.rounds[number].disturbance.events = round.disturbance.events.enumerated().filter
            { parts.contains(.disturbance(round: number, $0.offset)) }.map(\.element)
            if !parts.contains(.restart(round: number)) {
                history.rounds[number].disturbance.restart = nil
            }
            if !parts.contains(.outage(round: number)) {
                history.rounds[number].disturbance.outage = nil
            }
            if !parts.contains(.exporterRestart(round: number)) {
                history.rounds[number].restartsExporter = false
            }
        }
        return history
    }
}

extension ServerBehavior {
    /// Steps to a plain server, one habit each.
    static let simpler: [@Sendable (inout ServerBehavior) -> Void] = [
        { $0.culture = ServerBehavior().culture }, { $0.start = ServerBehavior().start },
        { $0.rowsPerRead = 1000 },
        { $0.serverRows = 1000 }, { $0.order = .id }, { $0.sorts = false },
        { $0.paging = .snapshot }, { $0.tokenHeader = ServerBehavior().tokenHeader },
        { $0.endsWithEmptyPage = false }, { $0.unsetIsYearOne = false },
        { $0.shufflesProperties = false }, { $0.nameCase = 0 }, { $0.lostTokenStatus = 400 },
        { $0.losesTokens = false }, { $0.unknownIDStatus = 404 }, { $0.jobFilter = .honest },
        { $0.taskFilter = .honest }, { $0.unstamped = [] }, { $0.jobChangeTime = .told },
        { $0.taskChangeTime = .told }, { $0.nodeGroups = .told }, { $0.requeueClearsTimes = true },
        { $0.requeueSubmitsAnew = false }, { $0.clockSteps = false }, { $0.mastersShow = false },
        { $0.allTasks = false }, { $0.concurrency = 1 },
        { $0.fullInterval = ServerBehavior().fullInterval },
    ]
}
