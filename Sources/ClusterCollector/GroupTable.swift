import Basics
import Exposition

/// Numbers for node groups and for the sets of groups that nodes and jobs name.
///
/// Names match without regard to case. A group's label carries the spelling of the group list; one that is
/// missing from the list is spelled as first seen (METRICS, rule 4). A number never changes its meaning.
final class GroupTable: Sendable {
    /// A group.
    typealias Group = Int
    /// A set of groups; 0 is the empty set.
    typealias GroupSet = UInt32

    /// What the table knows at one moment.
    struct View: Sendable {
        /// The label of each group.
        fileprivate(set) var labels: [LabelValue] = []
        /// The name of each group, as its label has it.
        fileprivate(set) var names: [String] = []
        /// The groups of the group list; `nil` while no list was read.
        fileprivate(set) var listed: [Group]?
        /// The members of each set.
        fileprivate(set) var sets: [[Group]] = [[]]
    }

    private struct State {
        var view = View()
        var groups: [String: Group] = [:]
        var setsByMembers: [[Group]: GroupSet] = [[]: 0]

        mutating func group(_ name: String) -> Group {
            let key = name.lowercased()
            if let group = groups[key] { return group }
            let group = view.labels.count
            view.labels.append(LabelValue(name))
            view.names.append(name)
            groups[key] = group
            return group
        }
    }

    private let state = Mutex(State())

    /// What the table knows now.
    var view: View { state.withLock { $0.view } }

    /// Takes in a group list.
    func setList(_ names: [String]) {
        state.withLock { state in
            var listed: [Group] = []
            for name in names {
                let group = state.group(name)
                guard !listed.contains(group) else { continue }
                state.view.labels[group] = LabelValue(name)
                state.view.names[group] = name
                listed.append(group)
            }
            state.view.listed = listed
        }
    }

    /// The set that a `NodeGroups` value names: separated by commas, `""` for none (FACTS: Values).
    ///
    /// A group that is named twice counts once.
    func set(naming text: String) -> GroupSet {
        let names = text.split(separator: ",").map { String($0.trimmingBlanks()) }.filter {
            !$0.isEmpty
        }
        return state.withLock { state in
            let members = Swift.Set(names.map { state.group($0) }).sorted()
            return Self.intern(members, &state)
        }
    }

    /// The set with these members.
    func set(of groups: [Group]) -> GroupSet {
        let members = Swift.Set(groups).sorted()
        return state.withLock { Self.intern(members, &$0) }
    }

    /// The number of a group by its name.
    func group(_ name: String) -> Group { state.withLock { $0.group(name) } }

    private static func intern(_ members: [Group], _ state: inout State) -> GroupSet {
        if let set = state.setsByMembers[members] { return set }
        let set = GroupSet(state.view.sets.count)
        state.view.sets.append(members)
        state.setsByMembers[members] = set
        return set
    }
}
