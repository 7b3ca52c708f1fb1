import Basics
import Foundation
import TestSupport
import Testing

@testable import HPCPackClient

/// docs/architecture.md#retries, docs/architecture.md#head-nodes,
/// docs/hpcpack-api.md#errors-authentication-and-addresses.
struct SessionTests {
    @Test(arguments: [408, 429, 500, 502, 503])
    func `A transient failure is tried again, three times in all`(status: Int) throws {
        let server = ScriptedServer { _ in .response(status, body: "{}") }
        let session = try Session.test(server)
        let error = #expect(throws: RequestError.self) { try session.clusterVersion() }
        #expect(error?.cause == .status(status))
        #expect(server.requests.count == 3)
        #expect(session.client.metrics.current()[.clusterVersion]?.requests[String(status)] == 3)
    }

    @Test(arguments: [204, 301, 302, 307, 400, 403, 404])
    func `Any other status is final, and a redirect is not followed`(status: Int) throws {
        let other = ScriptedServer { _ in .json("\"5.3\"") }
        let server = ScriptedServer { _ in
            .response(status, headers: [("Location", other.url)], body: "")
        }
        let session = try Session.test(server, password: .fixed("secret"))
        let error = #expect(throws: RequestError.self) { try session.clusterVersion() }
        #expect(error?.cause == .status(status))
        #expect(server.requests.count == 1)
        #expect(other.requests.isEmpty)
    }

    @Test func `A transient failure leaves no trace in the result`() throws {
        let count = Count()
        let server = ScriptedServer { _ in
            switch count.next() {
            case 1: .reset(Array("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n\"5.".utf8))
            case 2: .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n\"5.3".utf8))
            default: .json("\"5.3.6420.0\"")
            }
        }
        let session = try Session.test(server)
        #expect(try session.clusterVersion() == "5.3.6420.0")
        #expect(server.requests.count == 3)
    }

    @Test func `A long Retry-After ends the request and blocks the head node until it is over`()
        throws
    {
        let server = ScriptedServer { _ in
            .response(503, headers: [("Retry-After", "600")], body: "")
        }
        let session = try Session.test(server)
        _ = #expect(throws: RequestError.self) { try session.clusterVersion() }
        session.client.clearBlocks()
        let error = #expect(throws: RequestError.self) { try session.jobTemplates() }
        #expect(error?.operation == .jobTemplates && session.client.isBlocked)
        #expect(server.requests.count == 1)
    }

    @Test func `A refused account is not asked again until blocks are cleared`() throws {
        let server = ScriptedServer { _ in
            .response(401, headers: [("WWW-Authenticate", "Basic")], body: "")
        }
        let session = try Session.test(server, password: .fixed("wrong"))
        for _ in 0..<5 {
            let error = #expect(throws: RequestError.self) { try session.jobTemplates() }
            #expect(error?.cause == .credentials)
        }
        #expect(server.requests.count == 1 && session.client.isBlocked)
        session.client.clearBlocks()
        #expect(!session.client.isBlocked)
        _ = #expect(throws: RequestError.self) { try session.jobTemplates() }
        #expect(server.requests.count == 2)
    }

    @Test func `Threads that start together have a refused account asked once`() throws {
        let server = ScriptedServer { _ in .delayed(0.05, .response(401, body: "")) }
        let session = try Session.test(server, password: .fixed("wrong"))
        for round in 1...3 {
            let threads = try (0..<4).map { _ in
                try JoinableThread { _ = try? session.jobTemplates() }
            }
            for thread in threads { thread.join() }
            #expect(server.requests.count == round)
            session.client.clearBlocks()
        }
    }

    @Test func `A changed password file is read after a 401`() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "password-\(UUID())"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("old\r\n".utf8).write(to: URL(fileURLWithPath: path))
        let expected = "Basic " + Data(#"HPC\monitor:new pass"#.utf8).base64EncodedString()
        let server = ScriptedServer { request in
            if request.headers["authorization"] == expected { return .json("\"5.3\"") }
            try? Data("new pass\n".utf8).write(to: URL(fileURLWithPath: path))
            return .response(401, body: "")
        }
        let session = try Session.test(server, password: .file(path))
        #expect(try session.clusterVersion() == "5.3")
        #expect(
            server.requests.first?.headers["authorization"]
                == "Basic " + Data(#"HPC\monitor:old"#.utf8).base64EncodedString()
        )
    }

    @Test func `A request that times out is not sent again`() throws {
        let server = ScriptedServer { _ in
            .hang(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\"5".utf8))
        }
        let session = try Session.test(server, timeout: .milliseconds(150))
        let error = #expect(throws: RequestError.self) { try session.clusterVersion() }
        #expect(error?.cause == .timeout)
        #expect(server.requests.count == 1)
        #expect(session.client.metrics.current()[.clusterVersion]?.requests["timeout"] == 1)
    }

    @Test func `A refused connection is counted and tried again`() throws {
        let server = ScriptedServer.refusing()
        let session = try Session.test(server)
        let error = #expect(throws: RequestError.self) { try session.clusterVersion() }
        #expect(error?.cause == .unreachable)
        #expect(session.client.metrics.current()[.clusterVersion]?.requests["refused"] == 3)
    }

    @Test func `The next head node answers when the first is gone, and stays first`() throws {
        let gone = ScriptedServer.refusing()
        let good = ScriptedServer { _ in .json("\"headnode\"") }
        let session = try Session.test(gone, good)
        for _ in 0..<3 { #expect(try session.activeHeadNode() == "headnode") }
        #expect(good.requests.count == 3)
        #expect(session.client.metrics.current()[.activeHeadNode]?.requests["refused"] == 3)
    }

    @Test(arguments: [
        ("HPC Nodes", "/hpc/nodes/groups/HPC%20Nodes"), ("a/b", "/hpc/nodes/groups/a%2Fb"),
        ("100%", "/hpc/nodes/groups/100%25"), ("#1?", "/hpc/nodes/groups/%231%3F"),
        ("..", "/hpc/nodes/groups/%2E%2E"),
        ("Großrechner \"x\"", "/hpc/nodes/groups/Gro%C3%9Frechner%20%22x%22"),
        ("日本", "/hpc/nodes/groups/%E6%97%A5%E6%9C%AC"),
    ])
    func `A group's name stays one part of the path`(name: String, path: String) throws {
        let server = ScriptedServer { _ in .json(RestObjects.strings(["CN1", "CN2"])) }
        let session = try Session.test(server, asUser: #"HPC\boss"#)
        #expect(try session.nodeGroupMembers(name) == ["CN1", "CN2"])
        #expect(server.requests.first?.path == path)
        #expect(server.requests.first?.headers["x-ms-as-user"] == #"HPC\boss"#)
    }

    @Test func `A giant string and a giant answer end with an error`() throws {
        let long = "\"" + String(repeating: "x", count: 3 << 20) + "\""
        let server = ScriptedServer { _ in .json(long) }
        let first = try Session.test(server)
        #expect(
            #expect(throws: RequestError.self) { try first.clusterVersion() }?.cause == .malformed
        )
        let second = try Session.test(server, limits: { $0.responseBytes = 1 << 20 })
        #expect(#expect(throws: RequestError.self) { try second.clusterVersion() }?.cause == .limit)
        let spaces = ScriptedServer { _ in .json(String(repeating: " ", count: 3 << 20)) }
        let third = try Session.test(spaces, limits: { $0.responseBytes = 1 << 20 })
        #expect(#expect(throws: RequestError.self) { try third.clusterVersion() }?.cause == .limit)
    }

    @Test func `A cancelled client ends a transfer under way`() throws {
        let server = ScriptedServer { _ in .hang([]) }
        let session = try Session.test(server, timeout: .seconds(30))
        let cancellation = session.client.cancellation
        let thread = Foundation.Thread {
            _ = Deadline.wait { !server.requests.isEmpty }
            cancellation.cancel()
        }
        thread.start()
        let start = ContinuousClock.now
        let error = #expect(throws: RequestError.self) { try session.clusterVersion() }
        #expect(error?.cause == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `Any number of threads share the connections of one client`() throws {
        let server = ScriptedServer { _ in .delayed(0.01, .json("\"5.3\"")) }
        let session = try Session.test(server, maxConcurrency: 2)
        let background = Session(session.client, priority: .background)
        #expect(session.lastAnswer == nil)
        let threads = try (0..<8).map { number in
            try JoinableThread {
                for _ in 0..<5 {
                    _ = try? (number.isMultiple(of: 2) ? session : background).clusterVersion()
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(server.requests.count == 40)
        #expect(server.connections == 2)
        #expect(session.lastAnswer != nil && background.lastAnswer != nil)
    }

    @Test func `A cancelled client ends the waits for admission at once`() throws {
        let server = ScriptedServer { _ in .json("\"5.3\"") }
        let session = try Session.test(server, maxRequestRate: 1)
        let cancellation = session.client.cancellation
        for _ in 0..<5 { _ = try session.clusterVersion() }
        // The next requests would wait for a second each.
        let threads = try (0..<20).map { _ in
            try JoinableThread {
                let error = #expect(throws: RequestError.self) {
                    while true { _ = try session.clusterVersion() }
                }
                #expect(error?.cause == .cancelled)
            }
        }
        let start = ContinuousClock.now
        cancellation.cancel()
        for thread in threads { thread.join() }
        #expect(ContinuousClock.now - start < .seconds(10), "twenty waits of a second each")
        #expect(server.requests.count < 10)
    }
}
