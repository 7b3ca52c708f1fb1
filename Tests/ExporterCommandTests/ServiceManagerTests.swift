import Basics
import Logging
import TestSupport
import Testing

@testable import ExporterCommand

/// Notices to a service manager by the protocol of sd_notify(3).
struct ServiceManagerTests {
    /// Counts what is called.
    private final class Counter: Sendable {
        private let calls = Mutex(0)
        var count: Int { calls.withLock { $0 } }
        func add() { calls.withLock { $0 += 1 } }
    }

    private let lines = Counter()

    private func makeManager(_ name: String?) -> ServiceManager? {
        ServiceManager(
            environment: name.map { ["NOTIFY_SOCKET": $0] } ?? [:],
            logger: Logger(level: .debug, format: .logfmt) { [lines] _ in lines.add() }
        )
    }

    @Test(arguments: [false, true])
    func `Each notice is one datagram, to a path or to an abstract socket`(isAbstract: Bool) throws
    {
        let socket = try NotifySocket(isAbstract: isAbstract)
        let manager = try #require(makeManager(socket.name))
        for notice in [ServiceManager.Notice.starting, .ready, .stopping] {
            #expect(manager.send(notice))
            #expect(socket.next(seconds: 0) == notice.rawValue)
        }
        #expect(ServiceManager.Notice.ready.rawValue.hasPrefix("READY=1\n"))
        #expect(ServiceManager.Notice.stopping.rawValue.hasPrefix("STOPPING=1\n"))
        #expect(socket.next(seconds: 0) == nil && lines.count == 0)
    }

    @Test(arguments: [nil, ""]) func `Without a service manager nothing is told`(name: String?) {
        #expect(makeManager(name) == nil && lines.count == 0)
    }

    @Test(arguments: ["vsock:2:1", "relative", "@", "/", "/" + String(repeating: "x", count: 107)])
    func `A socket that cannot be used is warned of once`(name: String) {
        #expect(makeManager(name) == nil)
        #expect(lines.count == 1)
    }

    @Test func `A notice that cannot be sent is logged, and the exporter goes on`() throws {
        let folder = try TemporaryFolder()
        let manager = try #require(makeManager(folder.path("nobody")))
        #expect(!manager.send(.ready))
        #expect(lines.count == 1)
        // The longest path that there is room for.
        let longest = "/" + String(repeating: "x", count: 106)
        #expect(makeManager(longest)?.send(.ready) == false)
    }

    @Test func `Readiness is told once, when a ready page has replaced one that is not`() {
        let told = Counter()
        let store = PageStore(PageServer.page("before", isReady: false)) { told.add() }
        store.publish(PageServer.page("still", isReady: false))
        #expect(told.count == 0)
        store.publish(PageServer.page("first", isReady: true))
        #expect(told.count == 1)
        store.publish(PageServer.page("second", isReady: true))
        #expect(told.count == 1)
    }
}
