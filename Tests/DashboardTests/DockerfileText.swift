import Foundation

/// A Dockerfile as its instructions, continuation lines joined and comments left out.
struct DockerfileText {
    struct Instruction {
        let name: String
        let rest: String
    }

    struct Stage {
        let name: String
        let base: String
        var instructions: [Instruction] = []

        func all(_ name: String) -> [String] {
            instructions.filter { $0.name == name }.map(\.rest)
        }
    }

    private(set) var arguments: [String: String] = [:]
    private(set) var stages: [Stage] = []

    init(_ text: String) {
        let lines = text.split(separator: "\n")
            .filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("#") }
        let joined = lines.joined(separator: "\n").replacingOccurrences(of: "\\\n", with: " ")
        for line in joined.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            let rest = words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : ""
            switch words[0] {
            case "ARG" where stages.isEmpty:
                let pair = rest.split(separator: "=", maxSplits: 1).map(String.init)
                arguments[pair[0]] = pair.count > 1 ? pair[1] : ""
            case "FROM":
                let parts = rest.components(separatedBy: " AS ")
                stages.append(Stage(name: parts.count > 1 ? parts[1] : "", base: parts[0]))
            default:
                guard !stages.isEmpty else { continue }
                stages[stages.count - 1].instructions.append(
                    Instruction(name: words[0], rest: rest)
                )
            }
        }
    }

    /// A stage with all that it inherits from the stages it begins with.
    func lineage(_ name: String) -> [Stage] {
        guard let stage = stages.first(where: { $0.name == name }) else { return [] }
        return lineage(stage.base) + [stage]
    }
}
