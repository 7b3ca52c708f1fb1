/// A job as the product's job XML describes it (product documentation, "Job Schema"):
/// `<Job Name= MinCores= …><Tasks><Task CommandLine= …/></Tasks></Job>`, with or without its namespace.
///
/// Attributes that hold what the scheduler found out, and elements and attributes that are not known,
/// are passed over, so that the file of another version can be read.
struct JobFile: Sendable {
    private(set) var job: JobSettings
    private(set) var customProperties: [NameValue] = []
    private(set) var environment: [NameValue] = []
    private(set) var tasks: [Task] = []

    struct Task: Sendable {
        let task: DrivenTask
        let customProperties: [NameValue]
        let environment: [NameValue]
    }

    /// The most tasks in one file.
    static let maxTasks = 10_000

    /// - Throws: 400 when the root is no `Job`, or a known attribute has a value that is none.
    init(_ root: XMLNode) throws(APIError) {
        guard root.name == "Job" else {
            throw .badRequest("The XML must be a Job element, not '\(root.name)'.")
        }
        job = try JobSettings(
            root.attributes.compactMap { attribute in
                guard JobProperty.named(attribute.name)?.setting != nil else { return nil }
                return NameValue(name: attribute.name, value: attribute.value)
            }
        )
        job.impliesCalculation()
        try job.check(with: [:])
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
        let settings = try TaskSettings(
            node.attributes.compactMap { attribute in
                guard TaskProperty.named(attribute.name)?.setting != nil else { return nil }
                return NameValue(name: attribute.name, value: attribute.value)
            }
        )
        return Task(
            task: try settings.applied(to: DrivenTask()),
            customProperties: pairs(in: node.child("CustomProperties")),
            environment: pairs(in: node.child("EnvironmentVariables"))
        )
    }

    /// `<Term>` or `<Variable>` elements, each with a `Name` and a `Value`.
    private static func pairs(in list: XMLNode?) -> [NameValue] {
        (list?.children ?? []).prefix(NameValues.limit).compactMap { child in
            guard let name = child.child("Name")?.text, !name.isEmpty else { return nil }
            return NameValue(name: name, value: child.child("Value")?.text ?? "")
        }
    }
}
