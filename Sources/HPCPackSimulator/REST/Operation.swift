/// The 37 operations of the specification, by their titles there.
enum Operation: String, CaseIterable, Sendable {
    case getVersion = "Get HPC Pack Version"
    case getActiveHeadNode = "Get Active Head Node Name"
    case getDateTimeFormat = "Get DateTime Format"
    case getNodes = "Get Node List"
    case getNode = "Get Node by Name"
    case getNodeGroups = "Get Node Group List"
    case getNodeGroupMembers = "Get Node Group Members"
    case getJobs = "Get Job List"
    case createJob = "Create Job"
    case createJobFromXML = "Create Job From XML"
    case getJob = "Get Job"
    case setJob = "Set Job Properties"
    case getJobCustomProperties = "Get Job Custom Properties"
    case setJobCustomProperties = "Set Job Custom Properties"
    case getJobEnvironment = "Get Job Environment Variables"
    case setJobEnvironment = "Set Job Environment Variables"
    case submitJob = "Submit Job"
    case cancelJob = "Cancel Job"
    case finishJob = "Finish Job"
    case requeueJob = "Requeue Job"
    case getTasks = "Get Task List"
    case addTask = "Add Task"
    case getTask = "Get Task"
    case setTask = "Set Task Properties"
    case getTaskCustomProperties = "Get Task Custom Properties"
    case setTaskCustomProperties = "Set Task Custom Properties"
    case getTaskEnvironment = "Get Task Environment Variables"
    case setTaskEnvironment = "Set Task Environment Variables"
    case cancelTask = "Cancel Task"
    case finishTask = "Finish Task"
    case requeueTask = "Requeue Task"
    case getSubtask = "Get Subtask"
    case setSubtask = "Set Subtask Properties"
    case cancelSubtask = "Cancel Subtask"
    case finishSubtask = "Finish Subtask"
    case requeueSubtask = "Requeue Subtask"
    case getJobTemplates = "Get Job Templates"

    /// The method and the path below the base path, as the specification writes them.
    var line: String {
        switch self {
        case .getVersion: "GET /cluster/version"
        case .getActiveHeadNode: "GET /cluster/activeHeadNode"
        case .getDateTimeFormat: "GET /cluster/info/dateTimeFormat"
        case .getNodes: "GET /nodes"
        case .getNode: "GET /nodes/{name}"
        case .getNodeGroups: "GET /nodes/groups"
        case .getNodeGroupMembers: "GET /nodes/groups/{name}"
        case .getJobs: "GET /jobs"
        case .createJob: "POST /jobs"
        case .createJobFromXML: "POST /jobs/jobFile"
        case .getJob: "GET /jobs/{jobId}"
        case .setJob: "PUT /jobs/{jobId}"
        case .getJobCustomProperties: "GET /jobs/{jobId}/customProperties"
        case .setJobCustomProperties: "POST /jobs/{jobId}/customProperties"
        case .getJobEnvironment: "GET /jobs/{jobId}/envVariables"
        case .setJobEnvironment: "POST /jobs/{jobId}/envVariables"
        case .submitJob: "POST /jobs/{jobId}/submit"
        case .cancelJob: "POST /jobs/{jobId}/cancel"
        case .finishJob: "POST /jobs/{jobId}/finish"
        case .requeueJob: "POST /jobs/{jobId}/requeue"
        case .getTasks: "GET /jobs/{jobId}/tasks"
        case .addTask: "POST /jobs/{jobId}/tasks"
        case .getTask: "GET /jobs/{jobId}/tasks/{taskId}"
        case .setTask: "PUT /jobs/{jobId}/tasks/{taskId}"
        case .getTaskCustomProperties: "GET /jobs/{jobId}/tasks/{taskId}/customProperties"
        case .setTaskCustomProperties: "POST /jobs/{jobId}/tasks/{taskId}/customProperties"
        case .getTaskEnvironment: "GET /jobs/{jobId}/tasks/{taskId}/envVariables"
        case .setTaskEnvironment: "POST /jobs/{jobId}/tasks/{taskId}/envVariables"
        case .cancelTask: "POST /jobs/{jobId}/tasks/{taskId}/cancel"
        case .finishTask: "POST /jobs/{jobId}/tasks/{taskId}/finish"
        case .requeueTask: "POST /jobs/{jobId}/tasks/{taskId}/requeue"
        case .getSubtask: "GET /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}"
        case .setSubtask: "PUT /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}"
        case .cancelSubtask: "POST /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}/cancel"
        case .finishSubtask: "POST /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}/finish"
        case .requeueSubtask: "POST /jobs/{jobId}/tasks/{taskId}/subtasks/{subtaskId}/requeue"
        case .getJobTemplates: "GET /jobs/templates"
        }
    }

    /// What an answer with status 200 holds.
    var answer: AnswerShape {
        switch self {
        case .getVersion, .getActiveHeadNode, .getDateTimeFormat: .text
        case .getNodes, .getNodeGroups, .getJobs, .getTasks: .objects
        case .getNodeGroupMembers, .getJobTemplates: .texts
        case .createJob, .createJobFromXML, .addTask: .number
        default: .properties
        }
    }

    /// Whether the path names a task.
    var isOfTask: Bool {
        line.contains("{taskId}")
    }

    /// Whether the path names a subtask.
    var isOfSubtask: Bool {
        switch self {
        case .getSubtask, .setSubtask, .cancelSubtask, .finishSubtask, .requeueSubtask: true
        default: false
        }
    }
}
