/// One call of the control endpoint, for the endpoint itself, `--help` and the documentation.
struct ControlCall: Sendable {
    let method: String
    /// The path, `ID` standing for a number.
    let path: String
    /// The query or body, as it is written.
    let form: String
    let meaning: String

    private init(_ method: String, _ path: String, _ form: String, _ meaning: String) {
        self.method = method
        self.path = path
        self.form = form
        self.meaning = meaning
    }

    /// How the call is written.
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
            "The faults, how many requests each befell, and which are over."
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
