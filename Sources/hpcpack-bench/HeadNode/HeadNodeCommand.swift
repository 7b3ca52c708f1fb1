import Basics
import Glibc
import HTTPListener

/// The benchmark as a server: `hpcpack-bench serve` and the numbers of a cluster.
enum HeadNodeCommand {
    /// Serves until standard input ends, so that it never outlives who started it.
    ///
    /// - Returns: The exit code.
    static func run(_ arguments: [String]) -> Int32 {
        guard let size = ClusterSize(arguments: arguments) else { return 2 }
        do {
            let headNode = Mutex(PreparedHeadNode(size))
            let server = try HTTPServer(addresses: [SocketAddress(parsing: "127.0.0.1:0")]) {
                let request = $0.request
                $0.respond(headNode.withLock { $0.answer(request) })
            }
            server.start()
            print("port \(server.addresses[0].port)")
            fflush(nil)
            while readLine() != nil {}
            server.stop(within: .seconds(1))
            server.join()
            return 0
        } catch {
            print("cannot serve: \(error)")
            return 1
        }
    }
}
