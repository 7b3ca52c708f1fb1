/// The properties of `/nodes` (FACTS: Properties).
enum NodeProperty: String, RowProperty {
    case id = "Id"
    case name = "Name"
    case state = "State"
    case reachable = "Reachable"
    case availability = "Availability"
    case location = "Location"
    case numCores = "NumCores"
    case numSockets = "NumSockets"
    case memorySize = "MemorySize"
    case cpuSpeed = "CpuSpeed"
    case dnsSuffix = "DnsSuffix"
    case guid = "Guid"
    case nodeGroups = "NodeGroups"
    case onlineTime = "OnlineTime"
    case offlineTime = "OfflineTime"
    case moveToOffline = "MoveToOffline"
    case jobType = "JobType"
    case azureServiceName = "AzureServiceName"

    static var identity: Self { .id }
}
