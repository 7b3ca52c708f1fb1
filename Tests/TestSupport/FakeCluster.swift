import Basics

/// A cluster of a few lines behind a `ScriptedServer`, with a fault for any of its listings.
public final class FakeCluster: Sendable {
    /// Rows as name and value pairs.
    public typealias Rows = [[(String, String)]]

    /// What the cluster holds.
    public struct Content: Sendable {
        /// The .NET pattern of times.
        public var dateTimeFormat = "M/d/yyyy h:mm:ss tt"
        /// The names of the group list.
        public var groups = ["ComputeNodes", "GPU Nodes", "Empty"]
        /// The nodes of each group, for servers whose node rows do not tell.
        public var members: [String: [String]] = [:]
        /// The node list.
        public var nodes: Rows = []
        /// The job list.
        public var jobs: Rows = []
        /// The tasks of each job, by its id.
        public var tasks: [String: Rows] = [:]
        /// The names of the job templates.
        public var templates = ["Default"]
        /// The name of the active head node.
        public var activeHeadNode = "HEAD1"
        /// What the job list does with a filter by change time.
        public var jobFilter = ChangeFilter.Habit.honoured
        /// What the task lists do with it.
        public var taskFilter = ChangeFilter.Habit.honoured
        /// What goes wrong: a part of the path, and the answer in its place.
        public var faults: [(path: String, reply: ScriptedServer.Reply)] = []

        /// An empty cluster with three groups.
        public init() {}
    }

    private let content: Mutex<Content>
    /// The server in front.
    public let server: ScriptedServer

    /// Starts a server with a cluster.
    public init(_ content: Content = Content()) {
        self.content = Mutex(content)
        server = ScriptedServer { _ in .raw([]) }
        server.script { [self] request in answer(request) }
    }

    /// How the cluster answers, for scripts that answer some requests themselves.
    public var handler: @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply {
        { [self] request in answer(request) }
    }

    /// Changes what the cluster holds.
    public func change(_ body: (inout Content) -> Void) { content.withLock { body(&$0) } }

    /// Lets every request whose path ends so go wrong; `nil` heals everything.
    public func fail(_ path: String, _ reply: ScriptedServer.Reply?) {
        content.withLock { content in
            content.faults = reply.map { [(path, $0)] } ?? []
        }
    }

    private func list(
        _ rows: Rows,
        _ request: ScriptedServer.Request,
        _ habit: ChangeFilter.Habit
    ) -> ScriptedServer.Reply {
        let filter = ChangeFilter(request.query)
        if filter.isPresent, case .refused(let status) = habit {
            return .response(status, body: #"{"Message":"The filter is not supported."}"#)
        }
        return .json(RestObjects.json(filter.apply(rows, habit)))
    }

    private func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        let content = content.withLock { $0 }
        let path = String(request.path.dropFirst("/hpc".count))
        if let fault = content.faults.first(where: { path.hasSuffix($0.path) }) {
            return fault.reply
        }
        switch path {
        case "/cluster/version": return .json("\"5.3.6420.0\"")
        case "/cluster/activeHeadNode": return .json(RestObjects.quoted(content.activeHeadNode))
        case "/cluster/info/dateTimeFormat":
            return .json(RestObjects.quoted(content.dateTimeFormat))
        case "/jobs/templates": return .json(RestObjects.strings(content.templates))
        case "/nodes/groups":
            return .json(
                RestObjects.json(content.groups.map { [("Name", $0), ("Description", "")] })
            )
        case "/nodes": return .json(RestObjects.json(content.nodes))
        case "/jobs":
            return list(content.jobs, request, content.jobFilter)
        default: break
        }
        let parts = path.split(separator: "/").map { String($0).removingPercentEscapes }
        if parts.count == 3, parts[0] == "nodes", parts[1] == "groups",
            let members = content.members[parts[2]]
        {
            return .json(RestObjects.strings(members))
        }
        let known = content.jobs.contains {
            $0.contains { $0.0 == "Id" && parts.count > 1 && $0.1 == parts[1] }
        }
        if parts.count == 3, parts[0] == "jobs", parts[2] == "tasks", known {
            return list(content.tasks[parts[1]] ?? [], request, content.taskFilter)
        }
        if parts.count == 2, parts[0] == "jobs", known { return .json("[]") }
        return .response(404, body: #"{"Message":"unknown"}"#)
    }
}

extension String {
    fileprivate var removingPercentEscapes: String {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"),
                let value = UInt8(String(Substring(rest.prefix(2))), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
