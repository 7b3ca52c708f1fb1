/// The operations as a client of the simulator may name them, for documents and their tests.
package enum OperationList {
    /// The title, the method and the path of each operation, in the order of the specification.
    package static var all: [(title: String, line: String)] {
        Operation.allCases.map { ($0.rawValue, $0.line) }
    }
}
