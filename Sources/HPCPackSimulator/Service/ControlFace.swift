/// The control endpoint's answers: the truth, the hand on the clock, and what goes wrong.
enum ControlFace {
    static func answer(
        _ request: APIRequest,
        _ simulation: inout Simulation,
        at real: Double
    ) -> APIResponse {
        do throws(APIError) {
            let query = try QueryParameters(request.query)
            let name = path(of: request)
            guard let methods = ControlCall.methods[name] else {
                throw .notFound("There is \(paths).")
            }
            guard methods.contains(request.method) else {
                let allowed = methods.joined(separator: ", ")
                throw APIError(
                    status: 405,
                    message: "\(name) takes \(allowed).",
                    headers: [("Allow", allowed)]
                )
            }
            if name.hasPrefix("/faults") { return try faults(request, &simulation, real) }
            return try answer(name, query, &simulation, real)
        } catch {
            return APIResponse(error)
        }
    }

    private static var paths: String { ControlCall.all.map(\.usage).joined(separator: ", ") }

    private static func path(of request: APIRequest) -> String {
        let parts = request.path.split(separator: "/")
        return parts.count == 2 && parts[0] == "faults" ? "/faults/ID" : request.path
    }

    private static func answer(
        _ path: String,
        _ query: QueryParameters,
        _ simulation: inout Simulation,
        _ real: Double
    ) throws(APIError) -> APIResponse {
        simulation.catchUp(at: real)
        switch path {
        case "/truth":
            let all = try query.boolean("alltasks") ?? true
            return APIResponse(json: simulation.truth(countsAllTasks: all, at: real).json)
        case "/events": return APIResponse(json: simulation.headNode.cluster.log.json)
        case "/mark":
            let now = simulation.headNode.cluster.now
            simulation.headNode.cluster.log = EventLog(mark: now)
        case "/pause": simulation.clock.setPaused(true, at: real)
        case "/resume": simulation.clock.setPaused(false, at: real)
        case "/advance":
            guard let seconds = try query.integer("seconds"), (0...31_622_400).contains(seconds)
            else {
                throw .badRequest("/advance needs seconds=N, 0 to 31622400 (a year).")
            }
            simulation.clock.skip(Double(seconds), at: real)
            simulation.catchUp(at: real)
        case "/speed":
            guard let speed = query.text("value").flatMap(Double.init),
                (0...100_000).contains(speed)
            else {
                throw .badRequest("/speed needs value=N, 0 to 100000 simulated seconds a second.")
            }
            simulation.clock.setSpeed(speed, at: real)
        case "/lose-tokens": simulation.loseTokens(ofHeadNode: try query.integer("head-node"))
        case "/failover":
            let cluster = simulation.headNode.cluster
            let active = cluster.headNodes.firstIndex(of: cluster.headNode) ?? 0
            let next = (active + 1) % cluster.headNodes.count + 1
            try simulation.failOver(to: try query.integer("head-node") ?? next)
        default: throw .notFound("This simulator has no sockets, so \(path) makes no sense.")
        }
        return state(of: simulation)
    }

    /// `GET`, `POST` (a fault a line in the body) and `DELETE /faults`, and `DELETE /faults/ID`.
    private static func faults(
        _ request: APIRequest,
        _ simulation: inout Simulation,
        _ real: Double
    ) throws(APIError) -> APIResponse {
        switch request.method {
        case "POST":
            guard let text = String(validating: request.body, as: UTF8.self) else {
                throw .badRequest("The body is not UTF-8.")
            }
            let lines = text.split { $0.isNewline }
            guard !lines.isEmpty else {
                throw .badRequest("POST /faults needs a fault a line in its body; see --help.")
            }
            // All or none: a line that makes no sense changes nothing.
            var plan = simulation.faults
            do throws(ConfigurationError) {
                for line in lines { try plan.add(Fault(String(line)), at: real) }
            } catch {
                throw .badRequest(error.description)
            }
            simulation.faults = plan
        case "DELETE":
            let parts = request.path.split(separator: "/")
            let id = parts.count > 1 ? Int(parts[1]) ?? 0 : nil
            guard simulation.faults.remove(id) else {
                throw .notFound("There is no fault \(parts.last ?? "").")
            }
        default: break
        }
        return APIResponse(json: simulation.faults.json(at: real))
    }

    /// What every change is answered with.
    private static func state(of simulation: Simulation) -> APIResponse {
        var out = JSONWriter()
        out.object {
            $0.member("now") { $0.integer(Int64(simulation.headNode.cluster.now)) }
            $0.member("paused") { $0.boolean(simulation.clock.isPaused) }
            $0.member("speed") { $0.number(simulation.clock.speed) }
            $0.member("activeHeadNode") { $0.string(simulation.headNode.cluster.headNode) }
        }
        return APIResponse(json: out.bytes)
    }
}
