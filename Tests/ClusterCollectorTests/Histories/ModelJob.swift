/// A task of the model, or the master of a sweep.
struct ModelTask: Sendable {
    var task: Int
    /// 0 for a task that is no instance of a sweep.
    var instance = 0
    var state = "Queued"
    var change = 0
    /// For the master of a sweep: how many instances it makes, and how many exist already.
    var sweep = 0
    var expanded = 0
    /// Whether the filter keeps quiet about the last change.
    var isHidden = false
}

/// A job of the model.
struct ModelJob: Sendable {
    static let terminal = ["Finished", "Failed", "Canceled"]
    /// States in which tasks change without the job's row changing (docs/architecture.md#collection).
    static let moving = ["Running", "Finishing", "Canceling"]

    var id: Int
    var state = "Configuring"
    /// As `NodeGroups` names them: in any case, perhaps one twice.
    var groups: [String] = []
    /// Unix seconds; 0 for never.
    var submit = 0
    var start = 0
    var end = 0
    var change = 0
    var created = 0
    var requeues = 0
    var tasks: [ModelTask] = []
    var nextTask = 1

    /// The last change, for servers whose filter is blind for some kinds.
    var lastKind = ChangeKind.submit
    /// How many changes there were.
    var changes = 0
    /// Changed since the last quiet read of jobs: what a reader makes of a further change during a
    /// listing depends on the page, so there is none.
    var isDirty = true
    /// Left alone until the next quiet read, for the same reason.
    var isLocked = false
    /// The last change cannot be told by the filter, so the job is left alone until a full read.
    var isFrozen = false
    /// The last change of its tasks cannot be told by the filter.
    var hidesTasks = false
    /// Tasks that are gone and that only a full read of tasks finds gone, by state.
    var ghostTasks: [String: Int] = [:]

    var isTerminal: Bool { Self.terminal.contains(state) }
    var isActive: Bool { !isTerminal }

    /// The tasks as a listing shows them: instances instead of their masters (docs/hpcpack-api.md#properties).
    func shownTasks(mastersShow: Bool) -> [ModelTask] {
        tasks.filter { $0.sweep == 0 || mastersShow && $0.expanded == 0 }
    }
}

/// A node of the model.
struct ModelNode: Sendable {
    var id: Int
    var name: String
    var state = "Online"
    var isReachable = true
    var cores = 8
    /// `nil` where the API tells nothing.
    var sockets: Int?
    var memory: Int?
    var availability = "AlwaysOn"
    var location = ""
    var online = 0
    var groups: [String] = []
}
