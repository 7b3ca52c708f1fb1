/// The body of a request: a list of properties, a message or a job XML, in JSON or XML.
struct RequestBody: Sendable {
    private let content: Content

    /// No body.
    static let none = RequestBody(content: .none)

    /// The most bytes of a body.
    static let maxBytes = 4 << 20
    /// The most properties in one body.
    static let maxProperties = 2000

    private init(content: Content) {
        self.content = content
    }

    private enum Content: Sendable {
        case none
        case json(JSONValue)
        case xml(XMLNode)
    }

    /// Parses the body by its content type; without one it is JSON.
    ///
    /// A body of `{}` counts as none.
    ///
    /// - Throws: 413 for a body that is too large, 415 for another media type or charset, 400 for
    ///   one that is malformed.
    init(of request: APIRequest) throws(APIError) {
        guard request.body.count <= Self.maxBytes else {
            throw APIError(
                status: 413,
                message: "The body is larger than \(Self.maxBytes) bytes."
            )
        }
        guard request.body.contains(where: { $0 > 0x20 }) else {
            content = .none
            return
        }
        let type = request.header("Content-Type") ?? "application/json"
        let charset =
            type.lowercased().split(separator: ";").dropFirst()
            .map { $0.filter { $0 != " " && $0 != "\"" } }.first { $0.hasPrefix("charset=") }
        guard let format = AnswerFormat.format(of: type[...]),
            charset == nil || charset == "charset=utf-8" || charset == "charset=us-ascii"
        else {
            throw APIError(
                status: 415,
                message: "The media type '\(type)' is not supported for this resource."
            )
        }
        do throws(MalformedText) {
            content =
                format.isXML
                ? .xml(try XMLNode(document: request.body))
                : Self.content(of: try JSONValue(request.body))
        } catch {
            throw .badRequest(error.message)
        }
    }

    private static func content(of value: JSONValue) -> Content {
        switch value {
        case .null: .none
        case .object(let members) where members.isEmpty: .none
        default: .json(value)
        }
    }

    /// Returns the properties in the body, in the order sent; the specification lets the body be empty.
    ///
    /// - Throws: 400 for another shape, or more than `maxProperties`.
    func properties() throws(APIError) -> [NameValue] {
        let pairs: [NameValue]
        switch content {
        case .none: return []
        case .json(let value): pairs = try Self.properties(value)
        case .xml(let root): pairs = try Self.properties(root)
        }
        guard pairs.count <= Self.maxProperties else {
            throw .badRequest("The body holds more than \(Self.maxProperties) properties.")
        }
        return pairs
    }

    private static func properties(_ value: JSONValue) throws(APIError) -> [NameValue] {
        guard case .array(let elements) = value else { throw wrongShape }
        var pairs: [NameValue] = []
        for element in elements {
            guard case .object(let members) = element else { throw wrongShape }
            var name: String?
            var text = ""
            for member in members {
                // Json.NET matches member names in any letter case, and ignores others.
                switch (member.name.lowercased(), member.value) {
                case ("name", .string(let value)): name = value
                case ("value", .string(let value)), ("value", .number(let value)): text = value
                case ("value", .boolean(let value)): text = value ? "True" : "False"
                case ("value", .null): text = ""
                case ("name", _), ("value", _): throw wrongShape
                default: continue
                }
            }
            guard let name, !name.isEmpty else { throw wrongShape }
            pairs.append(NameValue(name: name, value: text))
        }
        return pairs
    }

    private static func properties(_ root: XMLNode) throws(APIError) -> [NameValue] {
        guard root.name == "ArrayOfProperty" else { throw wrongShape }
        var pairs: [NameValue] = []
        for child in root.children {
            guard child.name == "Property", let name = child.child("Name")?.text, !name.isEmpty
            else { throw wrongShape }
            pairs.append(NameValue(name: name, value: child.child("Value")?.text ?? ""))
        }
        return pairs
    }

    private static var wrongShape: APIError {
        .badRequest("The body must be a list of properties, each with a Name and a Value.")
    }

    /// Returns the message in the body, or an empty text when there is none.
    ///
    /// - Throws: 400 for another shape or a message that is too long.
    func message() throws(APIError) -> String {
        let text: String
        switch content {
        case .none: return ""
        case .json(.string(let value)): text = value
        case .xml(let root) where root.name == "string" && root.children.isEmpty:
            text = root.text
        default: throw .badRequest("The body must be a string: the message.")
        }
        guard text.count <= Self.maxMessage else {
            throw .badRequest("The message is longer than \(Self.maxMessage) characters.")
        }
        return text
    }

    /// The most characters of a message (product documentation, `IScheduler::CancelJob`).
    static let maxMessage = 320

    /// Returns the job XML in the body, which is a string that holds it, or the XML itself.
    ///
    /// - Throws: 400 when there is none, or when it is malformed.
    func jobXML() throws(APIError) -> XMLNode {
        let text: String
        switch content {
        case .json(.string(let value)): text = value
        case .xml(let root) where root.name == "string": text = root.text
        case .xml(let root): return root
        default: throw .badRequest("The body must be a string: the XML of a job.")
        }
        do throws(MalformedText) {
            return try XMLNode(document: Array(text.utf8))
        } catch {
            throw .badRequest(error.message)
        }
    }
}

/// A job in the product's job XML (product documentation, "Job Schema"):
/// `<Job Name= MinCores= …><Tasks><Task CommandLine= …/></Tasks></Job>`, with or without its namespace.
///
/// Attributes that only the scheduler sets, and unknown elements and attributes, are ignored, so that the
/// file of another version can be read.
package struct JobFile: Sendable {
    private(set) var job: [JobProperty: String]
    private(set) var customProperties: [NameValue] = []
    private(set) var environment: [NameValue] = []
    private(set) var tasks: [Task] = []

    struct Task: Sendable {
        let task: ClientTask
        let customProperties: [NameValue]
        let environment: [NameValue]
    }

    /// How many tasks the file describes.
    package var taskCount: Int { tasks.count }

    /// The most tasks in one file.
    package static let maxTasks = 10_000

    /// Reads a job.
    ///
    /// - Throws: 400 when the root is not `Job`, or an attribute has a value that is not valid.
    package init(_ root: XMLNode) throws(APIError) {
        guard root.name == "Job" else {
            throw .badRequest("The XML must be a Job element, not '\(root.name)'.")
        }
        job = try [JobProperty: String](sent: Self.settable(JobProperty.self, of: root)).completed()
        customProperties = Self.pairs(in: root.child("CustomProperties"))
        environment = Self.pairs(in: root.child("EnvironmentVariables"))
        for list in root.children where list.name == "Tasks" {
            for child in list.children where child.name == "Task" {
                guard tasks.count < Self.maxTasks else {
                    throw .badRequest("The job has more than \(Self.maxTasks) tasks.")
                }
                tasks.append(try Self.task(child))
            }
        }
    }

    private static func task(_ node: XMLNode) throws(APIError) -> Task {
        let settings = try settable(TaskProperty.self, of: node).settings(of: TaskProperty.self)
        return Task(
            task: try ClientTask().applying(settings),
            customProperties: pairs(in: node.child("CustomProperties")),
            environment: pairs(in: node.child("EnvironmentVariables"))
        )
    }

    /// Returns the attributes that are properties that a client may set.
    private static func settable<Property: SettableProperty>(
        _: Property.Type,
        of node: XMLNode
    ) -> [NameValue] {
        node.attributes.filter { Property.named($0.name)?.setting != nil }
            .map { NameValue(name: $0.name, value: $0.value) }
    }

    /// Returns the names and values of `<Term>` or `<Variable>` elements.
    private static func pairs(in list: XMLNode?) -> [NameValue] {
        (list?.children ?? []).prefix(NameValues.limit).compactMap { child in
            guard let name = child.child("Name")?.text, !name.isEmpty else { return nil }
            return NameValue(name: name, value: child.child("Value")?.text ?? "")
        }
    }
}
