/// The load of the cluster, fitted to its size so that it is busy without falling behind.
struct Workload: Sendable {
    /// How long ended jobs are kept, in seconds (docs/hpcpack-api.md#jobs-are-purged).
    let retentionSeconds: Int
    /// The mean time between two new jobs in microseconds; 0 for no new jobs.
    let arrivalMicroseconds: UInt64
    let meanRunSeconds: Int
    let meanCores: Int
    /// The mean time between two incidents on nodes in seconds.
    let incidentSeconds: Int
    /// The number of queued jobs from which on no new ones are created.
    let queueLimit: Int
    /// The indices of compute nodes, on which a job without groups may run.
    let anyNode: [Int]

    init(jobs: Int, retentionSeconds: Int, nodes: [Node]) {
        self.retentionSeconds = retentionSeconds
        anyNode = nodes.indices.filter { nodes[$0].jobTypes == .compute }
        let cores = max(1, anyNode.reduce(0) { $0 + nodes[$1].cores })
        arrivalMicroseconds = jobs > 0 ? UInt64(retentionSeconds) * 1_000_000 / UInt64(jobs) : 0
        // Little's law: cores in use = arrivals a second × run time × cores a job = 0.7 of all.
        let coreSeconds = cores * 7 / 10 * retentionSeconds / max(1, jobs)
        let typicalCores = max(1, min(cores / 40, 24))
        meanRunSeconds = min(max(coreSeconds / typicalCores, 20), 14_400)
        meanCores = max(1, min(coreSeconds / meanRunSeconds, max(1, cores / 8)))
        incidentSeconds = max(1, 86_400 / max(1, nodes.count))
        queueLimit = max(200, nodes.count * 4)
    }

    /// Returns a time from a heavy-tailed distribution with a mean of about `mean`.
    func spread(mean: Int, draw: UInt64) -> Int {
        let percent = Self.quantiles[Int(draw % 16)]
        let jitter = 75 + Int(draw / 16 % 50)
        return max(1, mean * percent / 100 * jitter / 100)
    }

    /// Sixteen quantiles of a lognormal-like distribution with mean 1, in percent.
    private static let quantiles = [
        2, 5, 8, 12, 17, 23, 30, 38, 48, 60, 75, 95, 125, 175, 270, 600,
    ]
}

/// The texts that names, owners and command lines are drawn from.
enum Vocabulary {
    static let owners = [
        "HPC\\hpcadmin", "HPC\\alice", "HPC\\bob", "HPC\\carol", "HPC\\dmitri", "HPC\\erika",
        "HPC\\farouk", "HPC\\grace", "HPC\\jörg", "LAB\\svc-render", "LAB\\svc-nightly", "LAB\\zoë",
    ]
    static let projects = ["", "Crash 2025", "Wing \"B\"", "Risk", "Weather", "Genome", "R&D"]
    static let subjects = [
        "Mesh", "Render", "Monte Carlo", "Crash", "Forecast", "Alignment", "Training", "Sweep",
        "Nightly regression", "CFD \"coarse\"", "Ölfilm", "解析",
    ]
    static let programs = [
        "solver.exe /case %", "python train.py --run %", "\\\\share\\bin\\render.exe -frame %",
        "cmd /c \"prepare.cmd %\"", "mpiexec flow.exe -i case%.dat",
    ]
    static let templates = ["Default", "GPU", "Long running", "Überstunden"]
    static let customNames = ["CostCenter", "Campaign", "Ticket"]

    /// The groups that every HPC Pack cluster has (specification, `GET /nodes/groups`).
    static let builtInGroups = [
        NodeGroup(name: "HeadNodes", description: "The head nodes in the cluster"),
        NodeGroup(name: "ComputeNodes", description: "The compute nodes in the cluster"),
        NodeGroup(name: "WCFBrokerNodes", description: "The broker nodes in the cluster"),
    ]
    /// Groups with names that are hard on clients: spaces, quotes, slashes, ` and `, letters beyond ASCII.
    static let customGroups = [
        NodeGroup(name: "GPU Nodes", description: "Four accelerators each"),
        NodeGroup(name: "Rack #1", description: "Next to the door"),
        NodeGroup(name: "50% Share", description: "Half of it is paid by \"Physics\""),
        NodeGroup(name: "R&D/Crash", description: ""),
        NodeGroup(name: "The \"Fast\" Ones", description: "3.8 GHz"),
        NodeGroup(name: "O'Brien's+Team", description: "a\\b"),
        NodeGroup(name: "Research and Development", description: "All of it"),
        NodeGroup(name: "Göteborg", description: "Rummet på hörnet"),
        NodeGroup(name: "計算ノード", description: "東京"),
        NodeGroup(name: "Empty Shelf", description: "Nothing is here yet"),
    ]
    /// `NodeGroups` texts of jobs with their weights: some in another letter case, with groups that are not
    /// listed (`Old Cluster`), or with a group twice.
    static let jobGroups: [(text: String, weight: Int)] = [
        ("", 24), ("ComputeNodes", 30), ("GPU Nodes", 8), ("GPU NODES", 2), ("Rack #1", 5),
        ("50% Share", 4), ("R&D/Crash", 4), ("The \"Fast\" Ones", 3), ("O'Brien's+Team", 2),
        ("Research and Development", 3), ("Göteborg", 3), ("GÖTEBORG", 1), ("計算ノード", 2),
        ("ComputeNodes,Rack #1", 3), ("computenodes,GPU Nodes,Göteborg", 2), ("Old Cluster", 1),
        ("OLD cluster,ComputeNodes", 1), ("GPU Nodes,gpu nodes", 1), ("Empty Shelf", 1),
    ]
}
