import Foundation
import HTTPListener
import TestSupport
import Testing

struct HTTPServerTests {
    @Test func `A connection serves one request after another`() throws {
        let running = try RunningServer()
        let client = try running.client()
        for path in ["/", "/a", "/b%20c"] {
            let response = try client.get(path)
            #expect(response.status == 200)
            #expect(response.text == "GET \(path)\n")
            #expect(response.headers["connection"] == nil)
            #expect(response.headers["x-content-type-options"] == "nosniff")
            #expect(response.headers["server"] == nil)
        }
    }

    @Test func `HEAD has the fields of GET and no body`() throws {
        let running = try RunningServer { $0.respond(.text(200, "hello\n")) }
        let client = try running.client()
        let get = try client.get()
        try client.send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n")
        let head = try client.response(toHead: true)
        #expect(head.headers["content-length"] == "6")
        #expect(Set(head.headers.keys) == Set(get.headers.keys))
        #expect(try client.get().text == "hello\n")
    }

    @Test func `An answer may come later from another thread`() throws {
        let waiting = Log<HTTPExchange>()
        let running = try RunningServer { exchange in
            guard exchange.request.path == "/later" else {
                return exchange.respond(.text(200, "now"))
            }
            waiting.append(exchange)
        }
        let later = try running.client()
        try later.send("GET /later HTTP/1.1\r\nHost: test\r\n\r\n")
        try eventually { !waiting.values.isEmpty }
        #expect(try running.client().get().text == "now")
        let exchange = try #require(waiting.values.first)
        #expect(exchange.isOpen)
        exchange.respond(.text(200, "later"))
        exchange.respond(.text(500, "ignored"))
        #expect(try later.response().text == "later")
        try eventually { !exchange.isOpen }
        #expect(try later.get().text == "now")
    }

    @Test func `Stopping ends the server and frees the port`() throws {
        let running = try RunningServer()
        let idle = try running.client()
        #expect(try idle.get().status == 200)
        running.server.stop(within: .seconds(5))
        running.server.join()
        #expect(try idle.readToEnd() == "")
        #expect(throws: RawClient.Failure.self) { try running.client() }
    }

    @Test func `A client that is refused takes no room, however many come`() throws {
        let waiting = Log<HTTPExchange>()
        let running = try RunningServer(limits: ListenerLimits(connections: 4)) {
            waiting.append($0)
        }
        let busy = try (0..<4).map { _ in
            let client = try running.client()
            try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            return client
        }
        try eventually { waiting.values.count == 4 }
        // None of them hangs up: each lingers while the next one comes.
        var refused: [RawClient] = []
        for _ in 0..<60 {
            let client = try running.client()
            #expect(try client.get().status == 503)
            refused.append(client)
        }
        #expect(waiting.values.count == 4)
        #expect(running.refusals.values.count == 60)
        for exchange in waiting.values { exchange.respond(.text(200, "at last")) }
        for client in busy { #expect(try client.response().text == "at last") }
        // Those that were served are idle now, and one of them makes room.
        let next = try running.client()
        try next.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        try eventually { waiting.values.count == 5 }
        waiting.values.last?.respond(.text(200, "welcome"))
        #expect(try next.response().text == "welcome")
    }

    @Test func `A server that is stopped before it starts has ended`() throws {
        let server = try HTTPServer(addresses: [SocketAddress(parsing: "127.0.0.1:0")]) { _ in }
        server.stop(within: .seconds(5))
        server.join()
        try server.start()
        server.join()
        #expect(throws: RawClient.Failure.self) { try RawClient(port: server.addresses[0].port) }
    }
}
