/// The properties of tasks and subtasks (FACTS: Properties).
enum TaskProperty: String, RowProperty {
    case taskId = "TaskId"
    case name = "Name"
    case state = "State"
    case previousState = "PreviousState"
    case type = "Type"
    case commandLine = "CommandLine"
    case exitCode = "ExitCode"
    case parentJobId = "ParentJobId"
    case jobTaskId = "JobTaskId"
    case instanceId = "InstanceId"
    case instanceValue = "InstanceValue"
    case createTime = "CreateTime"
    case submitTime = "SubmitTime"
    case startTime = "StartTime"
    case endTime = "EndTime"
    case changeTime = "ChangeTime"
    case requeueCount = "RequeueCount"
    case requestedNodeGroup = "RequestedNodeGroup"
    case requiredNodes = "RequiredNodes"
    case allocatedNodes = "AllocatedNodes"
    case errorCode = "ErrorCode"
    case errorMessage = "ErrorMessage"
    case unitType = "UnitType"
    case minCores = "MinCores"
    case maxCores = "MaxCores"
    case minSockets = "MinSockets"
    case maxSockets = "MaxSockets"
    case minNodes = "MinNodes"
    case maxNodes = "MaxNodes"
    case isParametric = "IsParametric"
    case startValue = "StartValue"
    case endValue = "EndValue"
    case incrementValue = "IncrementValue"
    case isExclusive = "IsExclusive"
    case isRerunnable = "IsRerunnable"
    case isServiceConcluded = "IsServiceConcluded"
    case failJobOnFailure = "FailJobOnFailure"
    case dependsOn = "DependsOn"
    case hasRuntime = "HasRuntime"
    case runtimeSeconds = "RuntimeSeconds"
    case workDirectory = "WorkDirectory"
    case stdInFilePath = "StdInFilePath"
    case stdOutFilePath = "StdOutFilePath"
    case stdErrFilePath = "StdErrFilePath"
    case output = "Output"
    case pendingReason = "PendingReason"
    case validExitCodes = "ValidExitCodes"

    static var identity: Self { .taskId }

    /// What a listing gives when no properties are asked for (specification,
    /// `GET /jobs/{jobId}/tasks`).
    static let listed: [Self] = [
        .taskId, .name, .state, .commandLine, .exitCode, .parentJobId, .jobTaskId, .instanceId,
    ]
}
