/// How thorough a run is.
struct BenchSettings {
    /// About a minute instead of five.
    var isQuick = false
    /// Only the groups whose name holds one of these texts; empty for all.
    var only: [String] = []

    /// How often something is measured.
    func repeats(_ full: Int, quick: Int) -> Int { isQuick ? quick : full }

    /// Reads arguments.
    ///
    /// - Throws: `BenchError` for one that is not known.
    init(_ arguments: [String]) throws(BenchError) {
        for argument in arguments {
            if argument == "--quick" {
                isQuick = true
            } else if argument.hasPrefix("--only=") {
                only += argument.dropFirst(7).split(separator: ",").map(String.init)
            } else {
                throw BenchError("usage: hpcpack-bench [--quick] [--only=NAME,…]")
            }
        }
    }
}
