import Basics
import Exposition

/// The index of a node group in the registry.
typealias NodeGroupID = Int

/// The index of a set of node groups in the registry; 0 is the empty set.
typealias NodeGroupSetID = UInt32

/// Assigns indices to node groups, and to the sets of groups that nodes and jobs name.
///
/// Names match without regard to case. A group's label carries the spelling of the group list; a group that is
/// missing from the list is spelled as first seen (rule 4 of docs/metrics.md#rules). An index never changes its
/// meaning.
final class NodeGroupRegistry: Sendable {
    /// The content of the registry at one moment.
    struct Snapshot: Sendable {
        /// The label of each group.
        fileprivate(set) var labels: [LabelValue] = []
        /// The name of each group, spelled as in its label.
        fileprivate(set) var names: [String] = []
        /// The groups of the group list; `nil` until a list was read.
        fileprivate(set) var listed: [NodeGroupID]?
        /// The members of each set.
        fileprivate(set) var sets: [[NodeGroupID]] = [[]]
        /// How often a name has come or changed.
        fileprivate(set) var nameChanges: UInt64 = 0
        /// All groups in the order in which their series are sorted.
        fileprivate(set) var order: [NodeGroupID] = []
    }

    private struct State {
        var snapshot = Snapshot()
        var groups: [String: NodeGroupID] = [:]
        /// The value of `nameChanges` for which the groups were sorted.
        private var sortedNames: UInt64 = 0
        var setsByMembers: [[NodeGroupID]: NodeGroupSetID] = [[]: 0]

        mutating func group(_ name: String) -> NodeGroupID {
            let key = name.lowercased()
            if let group = groups[key] { return group }
            let group = snapshot.labels.count
            snapshot.labels.append(LabelValue(name))
            snapshot.names.append(name)
            snapshot.nameChanges += 1
            groups[key] = group
            return group
        }

        /// Sorts the groups if a name has come or changed.
        mutating func sort() {
            guard sortedNames != snapshot.nameChanges else { return }
            sortedNames = snapshot.nameChanges
            let labels = snapshot.labels
            snapshot.order = labels.indices.sorted { labels[$0].precedes(labels[$1]) }
        }

        mutating func set(of groups: some Sequence<NodeGroupID>) -> NodeGroupSetID {
            let members = Set(groups).sorted()
            if let set = setsByMembers[members] { return set }
            let set = NodeGroupSetID(snapshot.sets.count)
            snapshot.sets.append(members)
            setsByMembers[members] = set
            return set
        }
    }

    private let state = Mutex(State())

    /// The content of the registry now.
    var snapshot: Snapshot {
        state.withLock { state in
            state.sort()
            return state.snapshot
        }
    }

    /// Replaces the group list.
    func update(list names: [String]) {
        state.withLock { state in
            var listed: [NodeGroupID] = []
            for name in names {
                let group = state.group(name)
                guard !listed.contains(group) else { continue }
                if state.snapshot.names[group] != name {
                    state.snapshot.labels[group] = LabelValue(name)
                    state.snapshot.names[group] = name
                    state.snapshot.nameChanges += 1
                }
                listed.append(group)
            }
            state.snapshot.listed = listed
        }
    }

    /// The set named by a `NodeGroups` value: names separated by commas, `""` for none
    /// (docs/hpcpack-api.md#values).
    ///
    /// A group that is named twice counts once.
    func set(naming text: String) -> NodeGroupSetID {
        let names = text.split(separator: ",").map { String($0.trimmingBlanks()) }.filter {
            !$0.isEmpty
        }
        return set(naming: names)
    }

    /// The set of the groups with these names.
    func set(naming names: [String]) -> NodeGroupSetID {
        state.withLock { state in state.set(of: names.map { state.group($0) }) }
    }

    /// The set with the given members.
    func set(of groups: [NodeGroupID]) -> NodeGroupSetID { state.withLock { $0.set(of: groups) } }

    /// The index of a group.
    func group(_ name: String) -> NodeGroupID { state.withLock { $0.group(name) } }
}
