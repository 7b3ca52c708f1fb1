import HPCPackClient
import Testing

@testable import ClusterCollector

struct TaskStatesTests {
    private static func key(_ task: UInt32, _ instance: UInt32? = nil) -> UInt64 {
        TaskRow(task: task, instance: instance, state: .queued).key
    }

    private static func task(_ key: UInt64, _ state: TaskState) -> TaskListing.Task {
        TaskListing.Task(key: key, state: state, changeTime: 0)
    }

    @Test func `Merging in any number of steps is the same as merging at once`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var whole: [UInt64: TaskState] = [:]
            var states = TaskStates()
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                var step: [UInt64: TaskState] = [:]
                for _ in 0..<Int.random(in: 0...8, using: &random) {
                    let task = UInt32.random(in: 1...4, using: &random)
                    // Tasks 1 and 2 are sweeps, 3 and 4 are not.
                    let instance = task < 3 ? UInt32.random(in: 0...5, using: &random) : nil
                    step[Self.key(task, instance)] = TaskState.allCases.randomElement(
                        using: &random
                    )
                }
                states.merge(step.sorted { $0.key < $1.key }.map { Self.task($0.key, $0.value) })
                whole.merge(step) { $1 }
            }
            #expect(states.keys == whole.keys.sorted())
            for (key, state) in whole { #expect(states.state(of: key) == state) }
            for state in TaskState.allCases {
                #expect(states.counts[state] == whole.values.count { $0 == state })
            }
        }
    }

    @Test func `Instances take the place of their master, in one step or in two`() {
        let master = Self.task(Self.key(1), .queued)
        let instances = (0...2).map { Self.task(Self.key(1, $0), .running) }
        var atOnce = TaskStates()
        atOnce.merge([master] + instances)
        var later = TaskStates()
        later.merge([master])
        later.merge(instances)
        later.merge([master])
        #expect(atOnce == later)
        #expect(atOnce.keys == instances.map(\.key))
    }
}
