import Basics
import Foundation
import HTTPListener
import TestSupport

/// A server on a free loopback port that ends with the test.
final class RunningServer {
    let server: HTTPServer
    let refusals: Log<HTTPRefusal>

    var port: UInt16 { server.addresses[0].port }

    init(
        limits: ListenerLimits = .init(),
        handler: @escaping @Sendable (HTTPExchange) -> Void = {
            $0.respond(.text(200, "\($0.request.method) \($0.request.path)\n"))
        }
    ) throws {
        let refusals = Log<HTTPRefusal>()
        self.refusals = refusals
        server = try HTTPServer(
            addresses: [SocketAddress(parsing: "127.0.0.1:0")],
            limits: limits,
            onRefusal: { refusals.append($0) },
            handler: handler
        )
        try server.start()
    }

    deinit {
        server.stop(within: .zero)
        server.join()
    }

    func client() throws -> RawClient { try RawClient(port: port) }
}

/// A list that threads share.
final class Log<Value: Sendable>: Sendable {
    private let state = Mutex<[Value]>([])

    var values: [Value] { state.withLock { $0 } }

    func append(_ value: Value) { state.withLock { $0.append(value) } }
}

struct NotInTime: Error {}

/// Waits until a condition holds.
func eventually(
    within time: TimeInterval = 60,
    _ condition: () throws -> Bool
) throws {
    let end = Date(timeIntervalSinceNow: time)
    while try !condition() {
        guard Date() < end else { throw NotInTime() }
        usleep(1000)
    }
}
