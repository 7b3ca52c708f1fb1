/// The control endpoint's answers: the truth, and the hand on the clock.
enum ControlFace {
    static func answer(
        _ request: APIRequest,
        _ simulation: inout Simulation,
        at real: Double
    ) -> APIResponse {
        do throws(APIError) {
            let query = try QueryParameters(request.query)
            let method = methods[request.path]
            guard let method else { throw .notFound("There is \(paths).") }
            guard request.method == method else {
                throw APIError(
                    status: 405,
                    message: "\(request.path) takes \(method).",
                    headers: [("Allow", method)]
                )
            }
            return try answer(request.path, query, &simulation, real)
        } catch {
            return APIResponse(error)
        }
    }

    private static let methods = [
        "/truth": "GET", "/events": "GET", "/mark": "POST", "/pause": "POST", "/resume": "POST",
        "/advance": "POST", "/speed": "POST", "/lose-tokens": "POST",
    ]

    private static var paths: String {
        methods.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
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
        default: simulation.headNode.tokens.loseAll()
        }
        return state(of: simulation)
    }

    /// What every change is answered with.
    private static func state(of simulation: Simulation) -> APIResponse {
        var out = JSONWriter()
        out.object {
            $0.member("now") { $0.integer(Int64(simulation.headNode.cluster.now)) }
            $0.member("paused") { $0.boolean(simulation.clock.isPaused) }
            $0.member("speed") { $0.number(simulation.clock.speed) }
        }
        return APIResponse(json: out.bytes)
    }
}
