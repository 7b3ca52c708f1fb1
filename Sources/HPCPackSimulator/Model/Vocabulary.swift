/// The words that names, owners and command lines are drawn from.
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
    /// Groups as people name them; a client must survive every one of them.
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
    /// `NodeGroups` texts of jobs and how often each is drawn; `GPU NODES` is another letter case,
    /// `Old Cluster` is not listed any more, and one text names a group twice.
    static let jobGroups: [(text: String, weight: Int)] = [
        ("", 24), ("ComputeNodes", 30), ("GPU Nodes", 8), ("GPU NODES", 2), ("Rack #1", 5),
        ("50% Share", 4), ("R&D/Crash", 4), ("The \"Fast\" Ones", 3), ("O'Brien's+Team", 2),
        ("Research and Development", 3), ("Göteborg", 3), ("GÖTEBORG", 1), ("計算ノード", 2),
        ("ComputeNodes,Rack #1", 3), ("computenodes,GPU Nodes,Göteborg", 2), ("Old Cluster", 1),
        ("OLD cluster,ComputeNodes", 1), ("GPU Nodes,gpu nodes", 1), ("Empty Shelf", 1),
    ]
}
