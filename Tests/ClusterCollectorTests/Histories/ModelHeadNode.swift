import Basics
import Foundation
import TestSupport

/// The REST face of the model: answers GETs by the specification and by the behavior of its seed.
final class ModelHeadNode: Sendable {
    /// What a round does to the server beside events.
    struct Disturbance: Sendable {
        /// Events by the number of the request before whose answer they happen.
        var events: [(request: Int, event: HistoryEvent)] = []
        /// The request at which the service starts anew: its answer breaks off and every token is lost.
        var restart: Int?
        /// The path that fails throughout the round.
        var outage: String?
    }

    /// What the round has cost so far.
    struct Cost: Sendable {
        var requests: [String: Int] = [:]
        var rows: [String: Int] = [:]
        /// The properties of the last listing of jobs.
        var jobProperties: Set<String> = []
    }

    struct State: Sendable {
        var cluster: ModelCluster
        var listings: [String: ModelListing] = [:]
        var nextToken = 1
        var requests = 0
        var losses: [String: Int] = [:]
        var disturbance = Disturbance()
        var cost = Cost()
    }

    /// What the server's threads and the history share.
    private final class Shared: Sendable {
        let state: Mutex<State>
        init(_ state: State) { self.state = Mutex(state) }
    }

    private let shared: Shared
    let server: ScriptedServer

    init(_ cluster: ModelCluster) {
        shared = Shared(State(cluster: cluster))
        server = ScriptedServer { _ in .raw([]) }
        server.script(handler)
    }

    /// Answers requests, for scripts that put something in front.
    var handler: @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply {
        { [shared] request in shared.state.withLock { $0.answer(request) } }
    }

    /// The cluster as it is now.
    var cluster: ModelCluster { shared.state.withLock { $0.cluster } }

    /// Changes the cluster between two rounds.
    func change(_ body: (inout ModelCluster) -> Void) {
        shared.state.withLock { body(&$0.cluster) }
    }

    /// Begins a round.
    func begin(_ disturbance: Disturbance) {
        server.forget()
        shared.state.withLock { state in
            state.disturbance = disturbance
            state.requests = 0
            state.losses = [:]
            state.cost = Cost()
            state.cluster.isReading = true
            state.cluster.wasDisturbed = false
        }
    }

    /// Changes what goes wrong while a round is under way.
    func disturb(_ disturbance: Disturbance) {
        shared.state.withLock { state in
            state.disturbance = disturbance
            state.requests = 0
            state.losses = [:]
        }
    }

    /// Ends a round; events whose request never came happen now.
    func end() -> Cost {
        shared.state.withLock { state in
            for (_, event) in state.disturbance.events { state.cluster.apply(event) }
            state.disturbance = Disturbance()
            state.cluster.isReading = false
            return state.cost
        }
    }
}

extension ModelHeadNode.State {
    /// Answers one request.
    mutating func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        requests += 1
        while let place = disturbance.events.firstIndex(where: { $0.request <= requests }) {
            cluster.apply(disturbance.events.remove(at: place).event)
        }
        let path = String(request.path.dropFirst("/hpc".count))
        let parts = path.split(separator: "/").map(String.init)
        cost.requests[Self.kind(parts), default: 0] += 1
        if let outage = disturbance.outage, path.hasSuffix(outage) {
            return .response(500, body: #"{"Message":"at Microsoft.Hpc"}"#)
        }
        let reply = answer(parts, request)
        if let restart = disturbance.restart, requests >= restart {
            disturbance.restart = nil
            listings = [:]
            return Self.broken(reply)
        }
        return reply
    }

    /// The first half of an answer, then a reset.
    private static func broken(_ reply: ScriptedServer.Reply) -> ScriptedServer.Reply {
        guard case .response(let status, _, let body) = reply else { return .reset([]) }
        let head = "HTTP/1.1 \(status) Half\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return .reset(Array(head.utf8) + body.utf8.prefix(body.utf8.count / 2))
    }

    private static func kind(_ parts: [String]) -> String {
        switch (parts.count, parts.first ?? "", parts.last ?? "") {
        case (3, "jobs", "tasks"): "tasks"
        case (2, "jobs", let id) where id != "templates": "job"
        case (3, "nodes", _): "members"
        default: parts.joined(separator: "/")
        }
    }

    private mutating func answer(
        _ parts: [String],
        _ request: ScriptedServer.Request
    ) -> ScriptedServer.Reply {
        let unknown = ScriptedServer.Reply.response(
            cluster.behavior.unknownIDStatus,
            body: #"{"Message":"The specified item does not exist."}"#
        )
        switch parts.joined(separator: "/") {
        case "cluster/version": return .json(RestObjects.quoted(cluster.version))
        case "cluster/activeHeadNode": return .json(RestObjects.quoted(cluster.headNode))
        case "cluster/info/dateTimeFormat":
            return .json(RestObjects.quoted(cluster.behavior.culture.pattern))
        case "jobs/templates":
            return .json(RestObjects.strings((0..<cluster.templates).map { "T\($0)" }))
        case "nodes/groups":
            return .json(
                RestObjects.json(cluster.groups.map { [("Name", $0), ("Description", "")] })
            )
        case "nodes": return list(request, .nodes)
        case "jobs": return list(request, .jobs)
        default: break
        }
        if parts.count == 3, parts[0] == "nodes", parts[1] == "groups" {
            return members(of: parts[2].removingPercentEncoding ?? parts[2]) ?? unknown
        }
        guard parts.count >= 2, parts[0] == "jobs", let id = Int(parts[1]),
            let job = cluster.jobs[id]
        else { return unknown }
        if parts.count == 3, parts[2] == "tasks" { return list(request, .tasks(job)) }
        guard parts.count == 2 else { return unknown }
        let row = RestObjects.json([cluster.row(job).properties])
        // `[{"Properties":[…]}]` without the object: an array of properties (docs/hpcpack-api.md#operations).
        return .json(String(row.dropFirst("[{\"Properties\":".count).dropLast(2)))
    }

    private func members(of group: String) -> ScriptedServer.Reply? {
        guard cluster.groups.contains(where: { $0.lowercased() == group.lowercased() }) else {
            return nil
        }
        let members = cluster.nodes.filter {
            $0.groups.contains { $0.lowercased() == group.lowercased() }
        }
        return .json(RestObjects.strings(members.map(\.name)))
    }
}
