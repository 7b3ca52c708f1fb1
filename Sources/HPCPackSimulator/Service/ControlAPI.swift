/// The answers of the control API: the true counts, the clock and the faults.
enum ControlAPI {
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
            // All or none: an invalid line changes nothing.
            var plan = simulation.faultPlan
            do throws(ConfigurationError) {
                for line in lines { try plan.add(Fault(String(line)), at: real) }
            } catch {
                throw .badRequest(error.description)
            }
            simulation.faultPlan = plan
        case "DELETE":
            let parts = request.path.split(separator: "/")
            let id = parts.count > 1 ? Int(parts[1]) ?? 0 : nil
            guard simulation.faultPlan.remove(id) else {
                throw .notFound("There is no fault \(parts.last ?? "").")
            }
        default: break
        }
        return APIResponse(json: simulation.faultPlan.json(at: real))
    }

    /// Returns the answer to every change.
    private static func state(of simulation: Simulation) -> APIResponse {
        let json = JSONWriter.bytes {
            $0.object {
                $0.member("now") { $0.integer(Int64(simulation.headNode.cluster.now)) }
                $0.member("paused") { $0.boolean(simulation.clock.isPaused) }
                $0.member("speed") { $0.number(simulation.clock.speed) }
                $0.member("activeHeadNode") { $0.string(simulation.headNode.cluster.headNode) }
            }
        }
        return APIResponse(json: json)
    }
}

/// A call of the control API, for its routing, `--help` and the documentation.
struct ControlCall: Sendable {
    let method: String
    /// The path, `ID` standing for a number.
    let path: String
    /// The syntax of the query or the body.
    let form: String
    let meaning: String

    private init(_ method: String, _ path: String, _ form: String, _ meaning: String) {
        self.method = method
        self.path = path
        self.form = form
        self.meaning = meaning
    }

    /// The syntax of the call.
    var usage: String { "\(method) \(path)\(form)" }

    /// Every call.
    static let all: [ControlCall] = [
        .init(
            "GET",
            "/truth",
            "[?allTasks=false]",
            "What is true now, counted by brute force; allTasks=false leaves out the tasks of jobs "
                + "that have ended, which take long in a large cluster."
        ),
        .init("GET", "/events", "", "What happened to jobs since the mark."),
        .init("POST", "/mark", "", "Forget what happened to jobs so far."),
        .init("POST", "/pause", "", "Stop simulated time."),
        .init("POST", "/resume", "", "Let it go on."),
        .init("POST", "/advance", "?seconds=N", "Let simulated time pass at once."),
        .init("POST", "/speed", "?value=N", "Simulated seconds in a second."),
        .init(
            "GET",
            "/faults",
            "",
            "The faults, how many requests each has hit, and which are over."
        ),
        .init("POST", "/faults", " (a fault a line in the body)", "Add faults, all or none."),
        .init("DELETE", "/faults", "", "End all faults."),
        .init("DELETE", "/faults/ID", "", "End one fault."),
        .init(
            "POST",
            "/lose-tokens",
            "[?head-node=N]",
            "Forget the page tokens of one head node, or of all."
        ),
        .init("GET", "/head-nodes", "", "The head nodes: names, addresses, alive, active."),
        .init(
            "POST",
            "/failover",
            "[?head-node=N]",
            "Make another head node the active one, the next without a number; page tokens are lost."
        ),
        .init(
            "POST",
            "/die",
            "[?head-node=N][&for=DURATION]",
            "A head node, the first without a number, resets all connections and takes none, for a "
                + "time or until told to return."
        ),
        .init("POST", "/return", "[?head-node=N]", "A head node that died returns."),
    ]

    /// The methods of each path.
    static let methods: [String: [String]] = Dictionary(
        grouping: all,
        by: \.path
    ).mapValues { $0.map(\.method) }
}
