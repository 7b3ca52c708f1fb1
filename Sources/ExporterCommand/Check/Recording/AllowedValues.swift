import Basics

/// Which values of an answer a recording keeps: those of known properties that can name nothing
/// (docs/recordings.md#what-stays).
enum AllowedValues {
    /// What the values of a property are.
    enum Kind {
        /// Numbers, or versions.
        case number
        /// A date and time in the form of some culture.
        case date
        /// A .NET pattern of dates.
        case pattern
        /// Documented words, in lower case, alone or in a list.
        case words(Set<String>)
    }

    /// The kind of a property, or of an answer without properties by the template of its path; `nil` when its values
    /// may name something.
    static func kind(of property: String) -> Kind? { kinds[property.lowercased()] }

    /// Whether a name is that of a documented property.
    static func isProperty(_ name: String) -> Bool {
        let name = name.lowercased()
        return kinds[name] != nil || otherProperties.contains(name)
    }

    /// Whether a value says nothing wherever it stands.
    static func isNeutral(_ text: String) -> Bool {
        let text = text.trimmingBlanks().lowercased()
        return text.isEmpty || text == "true" || text == "false"
    }

    /// Whether a value is one that a recording keeps.
    static func allows(_ text: String, _ kind: Kind) -> Bool {
        switch kind {
        case .number: return isNumber(text)
        case .date: return false  // decided word by word: `isDateWord`
        case .pattern:
            return text.unicodeScalars.count <= 64
                && text.unicodeScalars.allSatisfy {
                    patternScalars.contains($0) || Pseudonyms.isMark($0)
                }
        case .words(let words):
            let parts = text.lowercased().split { ", ;|".contains($0) }
            return !parts.isEmpty && parts.allSatisfy { words.contains(String($0)) }
        }
    }

    /// Whether a text is a number in any spelling that a program may choose, or a version.
    static func isNumber(_ text: String) -> Bool {
        var text = text.trimmingBlanks().lowercased()[...]
        guard text.utf8.count <= 40 else { return false }
        if ["inf", "infinity", "-inf", "-infinity", "nan", "null", "n/a", "-"].contains(text) {
            return true
        }
        if let sign = text.first, sign == "+" || sign == "-" { text = text.dropFirst() }
        guard text.utf8.first?.isASCIIDigit == true else { return false }
        if text.hasPrefix("0x") {
            return text.utf8.count <= 18
                && text.utf8.dropFirst(2).allSatisfy { $0.hexadecimalDigit != nil }
        }
        return text.unicodeScalars.allSatisfy { scalar in
            ("0"..."9").contains(scalar) || ".,_'+-e ".unicodeScalars.contains(scalar)
                || Pseudonyms.isMark(scalar)
        }
    }

    /// Whether a text has the form of a date: three numbers at least, and not much else.
    static func isDateLike(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        let starts = scalars.indices.filter { index in
            isDigit(scalars[index]) && (index == 0 || !isDigit(scalars[index - 1]))
        }
        return scalars.count <= 64 && starts.count >= 3
    }

    /// Whether a run of letters in a date is one that dates are written with.
    static func isDateWord(_ word: String) -> Bool { dateWords.contains(word.lowercased()) }

    /// Whether a scalar is a decimal digit of some script.
    static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.numericType == .decimal
    }

    private static let patternScalars = Set("yMdHhmstfFKzgG/:.,-'\"\\; ".unicodeScalars)

    /// Designators of the halves of the day, months and days of the week of English, and marks of time zones.
    private static let dateWords: Set<String> = [
        "a", "p", "m", "am", "pm", "t", "z", "utc", "gmt", "st", "nd", "rd", "th",
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
        "january", "february", "march", "april", "june", "july", "august", "september", "october",
        "november", "december", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday",
        "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        "上午", "下午", "午前", "午後", "오전", "오후", "年", "月", "日", "时", "時", "分", "秒", "년", "월",
        "일", "ص", "م", "ق", "ظ", "ب", "π", "μ", "пп", "дп", "dop", "odp", "fm", "em", "de", "du",
        "sa", "ch", "pg", "ptg", "öö", "ös", "г",
    ]

    private static let states = words(
        """
        Configuring Submitted Validating ExternalValidation Queued Running Finishing Finished Failed Canceled
        Canceling Dispatching NA Offline Draining Online Unknown Provisioning Starting Rejected Removing NotDeployed
        Stopping
        """
    )

    private static let kinds: [String: Kind] = {
        var kinds: [String: Kind] = [:]
        func add(_ kind: Kind, _ names: String) { for name in words(names) { kinds[name] = kind } }
        add(
            .number,
            """
            Id TaskId JobId ParentJobId JobTaskId InstanceId ExitCode ExpandedPriority Progress RequeueCount MinCores
            MaxCores MinNodes MaxNodes MinSockets MaxSockets MinMemory MaxMemory Runtime NumCores NumSockets NumGpus
            CpuSpeed MemorySize Cores Sockets Gpus HpcPackVersion IdleResourceCount OfflineResourceCount
            PlannedCoreCount CurrentCoreCount CurrentNodeCount CurrentSocketCount WaitTime TaskCount
            ConfiguringTaskCount SubmittedTaskCount ValidatingTaskCount QueuedTaskCount DispatchingTaskCount
            RunningTaskCount FinishingTaskCount FinishedTaskCount FailedTaskCount CanceledTaskCount CancelingTaskCount
            NumberOfCalls NumberOfOutstandingCalls CallDuration CallsPerSecond FailJobOnFailureCount
            ExecutionFailureRetryCount AutoRequeueCount JobValidExitCodes TaskValidExitCodes TaskIds TaskInstanceIds
            StartValue EndValue IncrementValue HPCCpuUsage HPCCoresInUse /cluster/version
            """
        )
        add(
            .date,
            """
            CreateTime SubmitTime StartTime EndTime ChangeTime OnlineTime OfflineTime LastPingTime HoldUntil
            ChangeTimeFrom
            """
        )
        add(.pattern, "/cluster/info/dateTimeFormat")
        add(.words(states), "State PreviousState JobState NodeState TaskState TaskStates")
        add(.words(words("AlwaysOn Available Occupied")), "Availability")
        add(
            .words(
                words(
                    """
                    OnPremise Azure AzureVM AzureEmbedded AzureEmbeddedVM UnmanagedResource Linux AzureBatch
                    NonDomainJoined
                    """
                )
            ),
            "Location"
        )
        add(.words(words("Lowest BelowNormal Normal AboveNormal Highest")), "Priority")
        add(.words(words("Basic ParametricSweep NodePrep NodeRelease Service")), "Type")
        add(.words(words("Core Socket Node Gpu")), "UnitType")
        add(.words(words("Intersect Uniform Union")), "NodeGroupOp")
        add(.words(words("Batch Admin Service Broker")), "JobType")
        add(.words(words("OK Warning Error Transitional Unapproved")), "Health")
        add(.words(words("User Administrator JobAdministrator JobOperator")), "/cluster/userRoles")
        add(
            .words(
                words(
                    """
                    None NotEnoughResource HigherPriorityJob JobSubmittedEarlier DependencyNotDone
                    RequiredNodesNotAvailable AcitivationFilter ActivationFilter NoBrokerNode HeldByAdmin HeldByUser
                    NoAvailableResourceInRequestedNodeGroup
                    """
                )
            ),
            "PendingReason"
        )
        return kinds
    }()

    /// Documented properties whose texts are replaced.
    private static let otherProperties = words(
        """
        Properties Name Value Message Owner UserName Project NodeGroups JobTemplate Pool ErrorMessage NodeGroup RequestedNodes
        AllocatedNodes AllocatedCoreIds CommandLine RequestedNodeGroup DnsSuffix AzureServiceName Guid Description
        NodeName Metrics Template Groups Roles ActiveServiceRoles FailureReason ServiceName EnvironmentVariables
        CustomProperties DependsOn StdInFilePath StdOutFilePath StdErrFilePath WorkDirectory UserBlob Output Reachable
        MoveToOffline RunUntilCanceled CanPreempt Preemptable HasRuntime ExitIfPossible OnAzure Managed IsExclusive
        FailOnTaskFailure IsRerunnable
        """
    )

    private static func words(_ text: String) -> Set<String> {
        Set(text.lowercased().split { $0 == " " || $0 == "\n" }.map(String.init))
    }
}
