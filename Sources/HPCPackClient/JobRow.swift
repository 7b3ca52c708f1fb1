import JSONRows

/// One job of the job list, as far as the exporter looks.
public struct JobRow: Sendable, Equatable {
    /// The job's id.
    public var id: Int64
    /// The job's state; `unknown` for a value that is not documented.
    public var state: JobState
    /// When the job was submitted, in Unix seconds; 0 when that is not known.
    public var submitTime: UInt32
    /// When the job started, in Unix seconds; 0 when it has not.
    public var startTime: UInt32
    /// When the job ended, in Unix seconds; 0 when it has not.
    public var endTime: UInt32
    /// When the job last changed, in Unix seconds; 0 when that is not known.
    public var changeTime: UInt32

    /// Makes a row.
    public init(
        id: Int64,
        state: JobState,
        submitTime: UInt32 = 0,
        startTime: UInt32 = 0,
        endTime: UInt32 = 0,
        changeTime: UInt32 = 0
    ) {
        self.id = id
        self.state = state
        self.submitTime = submitTime
        self.startTime = startTime
        self.endTime = endTime
        self.changeTime = changeTime
    }
}

/// The columns of a job listing.
public enum JobColumn: Int, CaseIterable, Sendable {
    case id, state, nodeGroups, submitTime, startTime, endTime, changeTime

    static let set = ColumnSet([
        "Id", "State", "NodeGroups", "SubmitTime", "StartTime", "EndTime", "ChangeTime",
    ])
    static let ladder = PropertyLadder(
        set.names,
        ["Id", "State", "NodeGroups", "SubmitTime", "StartTime", "EndTime"],
        ["Id", "State", "NodeGroups", "SubmitTime"],
        ["Id", "State", "NodeGroups"],
        ["Id", "State"]
    )
}
