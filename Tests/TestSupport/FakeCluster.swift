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
        /// The header `Date` of each answer; `nil` for none.
        public var date: String?
        /// Properties, in lower case, that make the server refuse a listing.
        public var refusedProperties: Set<String> = []
        /// Whether the properties that no document of the REST API names are refused too.
        public var refusesUndocumented = true
        /// Whether the job list pays heed to a filter by state.
        public var filtersByState = true
        /// The status of that refusal.
        public var refusalStatus = 400
        /// Answers of other calls, and others of these calls, by the path below the base address.
        public var answers: [String: ScriptedServer.Reply] = [:]
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
        server.script { [self] request in datedAnswer(request) }
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

    private func isTold(_ property: String) -> Bool {
        content.withLock { !$0.refuses(property.lowercased()) }
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
        var listed = filter.apply(rows, habit)
        if let filter = request.parameter("$filter"), filter.hasPrefix("JobState eq "),
            content.withLock({ $0.filtersByState })
        {
            let state = filter.dropFirst(12)
            listed.removeAll { row in !row.contains { $0.0 == "State" && $0.1 == state } }
        }
        let shown = listed.map { row in row.filter { isTold($0.0) } }
        return .json(RestObjects.json(shown))
    }

    private func datedAnswer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        guard let date = content.withLock({ $0.date }),
            case .response(let status, let headers, let body) = answer(request)
        else { return answer(request) }
        return .response(status, headers: headers + [("Date", date)], body: body)
    }

    private func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        let content = content.withLock { $0 }
        let path = String(request.path.dropFirst("/hpc".count))
        let asked = (request.parameter("properties") ?? "").lowercased().split(separator: ",")
        if asked.contains(where: { content.refuses(String($0)) }) {
            return .response(content.refusalStatus, body: #"{"Message":"no such property"}"#)
        }
        if let fault = content.faults.first(where: { path.hasSuffix($0.path) }) {
            return fault.reply
        }
        if let answer = content.answers[path] { return answer }
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
        case "/nodes":
            return .json(
                RestObjects.json(content.nodes.map { row in row.filter { isTold($0.0) } })
            )
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
        if parts.count == 2, parts[0] == "jobs", known {
            let row = content.jobs.first { $0.contains { $0.0 == "Id" && $0.1 == parts[1] } }
            return .json(RestObjects.properties((row ?? []).filter { isTold($0.0) }))
        }
        return .response(404, body: #"{"Message":"unknown"}"#)
    }
}

extension FakeCluster.Content {
    /// What only the product's SDK names (docs/hpcpack-api.md#properties).
    fileprivate func refuses(_ property: String) -> Bool {
        refusedProperties.contains(property)
            || refusesUndocumented
                && (property.hasSuffix("taskcount") || property.hasSuffix("resourcecount")
                    || ["currentcorecount", "pendingreason"].contains(property))
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

/// What a server does with `$filter=ChangeTimeFrom eq MM/dd/yyyy HH:mm:ss`
/// (docs/hpcpack-api.md#filters-and-times).
public struct ChangeFilter: Sendable {
    /// How the server takes the filter.
    public enum Habit: Sendable, Equatable {
        /// Rows that changed at or after the time are listed.
        case honoured
        /// All rows are listed.
        case ignored
        /// The call is refused with this status.
        case refused(Int)
        /// Rows with this state are never listed.
        case leavesOut(state: String)
    }

    /// The time asked for, as a number that sorts; `nil` without the filter.
    private let from: Int?

    /// Reads the filter of a request.
    public init(_ query: [(name: String, value: String)]) {
        let text = query.first { $0.name == "$filter" }?.value ?? ""
        from = text.hasPrefix("ChangeTimeFrom eq ") ? Self.sortable(text.dropFirst(18)) : nil
    }

    /// Whether the request has one.
    public var isPresent: Bool { from != nil }

    /// The rows that the server lists.
    public func apply(_ rows: FakeCluster.Rows, _ habit: Habit) -> FakeCluster.Rows {
        guard let from, habit != .ignored else { return rows }
        return rows.filter { row in
            func value(_ name: String) -> String? { row.first { $0.0 == name }?.1 }
            if case .leavesOut(let state) = habit, value("State") == state { return false }
            return (value("ChangeTime").flatMap { Self.sortable($0[...]) } ?? 0) >= from
        }
    }

    /// `11/24/2026 8:18:00 AM`, or the same with 24 hours, as 20261124081800.
    private static func sortable(_ text: Substring) -> Int? {
        let parts = text.split { "/ :".contains($0) }
        let numbers = parts.prefix(6).compactMap { Int($0) }
        guard numbers.count == 6 else { return nil }
        var hour = numbers[3]
        if parts.count == 7 { hour = hour % 12 + (parts[6] == "PM" ? 12 : 0) }
        let date = (numbers[2] * 100 + numbers[0]) * 100 + numbers[1]
        return ((date * 100 + hour) * 100 + numbers[4]) * 100 + numbers[5]
    }
}

/// JSON as the specification's examples write it: `[{"Properties":[{"Name":…,"Value":…}]}]`.
public enum RestObjects {
    /// Writes rows.
    public static func json(_ rows: [[(String, String)]]) -> String {
        "["
            + rows.map { "{\"Properties\":[" + $0.map(property).joined(separator: ",") + "]}" }
            .joined(separator: ",") + "]"
    }

    /// Writes the properties of one row, as the call for one object answers them.
    public static func properties(_ row: [(String, String)]) -> String {
        "[" + row.map(property).joined(separator: ",") + "]"
    }

    /// Writes a list of strings.
    public static func strings(_ values: [String]) -> String {
        "[" + values.map(quoted).joined(separator: ",") + "]"
    }

    /// Writes a string.
    public static func quoted(_ text: String) -> String {
        // Most texts need no escape, and tests write many of them.
        if !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
            return "\"" + text + "\""
        }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case let control where control.value < 0x20:
                let hexadecimal = String(control.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func property(_ pair: (String, String)) -> String {
        "{\"Name\":\(quoted(pair.0)),\"Value\":\(quoted(pair.1))}"
    }
}
