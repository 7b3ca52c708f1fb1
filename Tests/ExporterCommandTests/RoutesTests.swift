import Basics
import Exposition
import Foundation
import TestSupport
import Testing

@testable import ExporterCommand

/// Routes, store and renderer without a cluster.
struct RoutesTests {
    @Test(arguments: [
        ("/metrics", "HTTP/1.1 200", "Content-Type: text/plain; version=0.0.4; charset=utf-8"),
        ("/metrics?name=x", "HTTP/1.1 200", "Vary: Accept, Accept-Encoding"),
        ("/", "HTTP/1.1 200", "Content-Type: text/html; charset=utf-8"),
        ("/-/healthy", "HTTP/1.1 200", "Content-Type: text/plain"),
        ("/-/ready", "HTTP/1.1 200", "Content-Type: text/plain"),
        ("/metrics/", "HTTP/1.1 404", "Content-Type: text/plain"),
        ("//metrics", "HTTP/1.1 404", "Content-Type: text/plain"),
        ("/METRICS", "HTTP/1.1 404", "Content-Type: text/plain"),
        ("/%6Detrics", "HTTP/1.1 404", "Content-Type: text/plain"),
        ("/..", "HTTP/1.1 404", "Content-Type: text/plain"),
    ])
    func `Every answer is safe to show and is kept by nobody`(
        target: String,
        status: String,
        field: String
    ) throws {
        let server = try PageServer()
        server.store.publish(PageServer.page("page"))
        for method in ["GET", "HEAD"] {
            let answer = try server.ask(target, method: method)
            let parts = answer.components(separatedBy: "\r\n\r\n")
            let lines = parts[0].components(separatedBy: "\r\n")
            #expect(lines[0].hasPrefix(status), "\(answer)")
            #expect(lines.contains { $0.hasPrefix(field) }, "\(answer)")
            #expect(lines.filter { $0 == "X-Content-Type-Options: nosniff" }.count == 1)
            #expect(lines.filter { $0 == "Cache-Control: no-store" }.count == 1)
            #expect(!lines.contains { $0.lowercased().hasPrefix("server:") })
            #expect(!answer.contains("0.1.0"))
            #expect(parts[1].isEmpty == (method == "HEAD"))
        }
    }

    @Test func `The page for people loads and sends nothing elsewhere`() throws {
        let server = try PageServer()
        let policy = try #require(
            try server.ask("/").components(separatedBy: "\r\n").first {
                $0.hasPrefix("Content-Security-Policy: ")
            }
        )
        for part in ["default-src 'none'", "frame-ancestors 'none'", "form-action 'none'"] {
            #expect(policy.contains(part))
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
    func `Other methods are told which ones there are`(method: String) throws {
        let server = try PageServer()
        let answer = try server.ask("/metrics", method: method, fields: "Content-Length: 0\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 405") && answer.contains("Allow: GET, HEAD\r\n"))
    }

    @Test func `The telemetry path is the one that was chosen`() throws {
        let server = try PageServer(telemetryPath: "/probe")
        server.store.publish(PageServer.page("page"))
        #expect(try server.ask("/probe").hasSuffix("page 1\n"))
        let missing = try server.ask("/metrics")
        #expect(missing.hasPrefix("HTTP/1.1 404") && missing.contains("/probe"))
    }

    @Test func `Requests are counted by page and status, whatever their path`() throws {
        let server = try PageServer()
        server.store.publish(PageServer.page("page"))
        for target in ["/metrics", "/metrics", "/a", "/b", "/-/ready"] {
            _ = try server.ask(target)
        }
        _ = try server.ask("/", method: "POST")
        let page = String(
            decoding: ExpositionPage.render(RequestCounter.metrics.families(of: server.counter)),
            as: UTF8.self
        )
        #expect(page.contains(#"{handler="metrics",code="200"} 2"#), "\(page)")
        #expect(page.contains(#"{handler="other",code="404"} 2"#))
        #expect(page.contains(#"{handler="index",code="405"} 1"#))
        #expect(page.contains(#"{handler="ready",code="200"} 1"#))
    }

    @Test func `Readiness follows the first page of a whole round`() throws {
        let server = try PageServer()
        #expect(try server.ask("/-/ready").hasPrefix("HTTP/1.1 503"))
        #expect(try server.ask("/-/healthy").hasPrefix("HTTP/1.1 200"))
        server.store.publish(PageServer.page("part", isReady: false))
        #expect(try server.ask("/-/ready").hasPrefix("HTTP/1.1 503"))
        server.store.publish(PageServer.page("whole"))
        #expect(try server.ask("/-/ready").hasPrefix("HTTP/1.1 200"))
    }

    @Test func `Scrapes that wait for the first round get it, all of them`() throws {
        let server = try PageServer()
        let clients = try (0..<20).map { _ in try RawClient(port: server.port) }
        for client in clients {
            try client.request("/metrics", "Connection: close\r\n")
        }
        // A part of the first round is no answer yet.
        server.render(PageServer.page("part", isReady: false))
        server.renderer.request()
        #expect(Deadline.wait { server.shows("part") })
        server.render(PageServer.page("whole"))
        server.renderer.request()
        for client in clients { #expect(try client.readToEnd().hasSuffix("whole 1\n")) }
        #expect(server.store.nextDeadline == nil)
    }

    @Test func `A scrape whose time is over gets what there is, and later ones wait on`() throws {
        let server = try PageServer()
        let patient = try RawClient(port: server.port)
        try patient.request("/metrics", "Connection: close\r\n")
        #expect(Deadline.wait { server.store.nextDeadline != nil })
        let start = ContinuousClock.now
        let answer = try server.ask(
            "/metrics",
            fields: "X-Prometheus-Scrape-Timeout-Seconds: 0.2\r\n"
        )
        #expect(answer.hasSuffix("before 1\n"))
        #expect(ContinuousClock.now - start >= .milliseconds(100))
        #expect(server.store.nextDeadline != nil)
        server.store.publish(PageServer.page("whole"))
        #expect(try patient.readToEnd().hasSuffix("whole 1\n"))
    }

    @Test func `A scrape that has gone is forgotten`() throws {
        let server = try PageServer()
        do {
            let client = try RawClient(port: server.port)
            try client.request("/metrics")
            #expect(Deadline.wait { server.store.nextDeadline != nil })
            client.abort()
        }
        #expect(
            Deadline.wait {
                server.store.expire(at: .now)
                return server.store.nextDeadline == nil
            }
        )
    }

    @Test func `A page that holds something too old is made anew`() throws {
        let first = Mutex<ContinuousClock.Instant?>(nil)
        let server = try PageServer { now in
            // Only the first page holds something that gets old.
            first.withLock { moment in
                if moment == nil { moment = now + .milliseconds(30) }
                return moment.flatMap { $0 > now ? $0 : nil }
            }
        }
        server.render(PageServer.page("withdrawn"))
        #expect(Deadline.wait { server.shows("withdrawn") })
        #expect(try ContinuousClock.now >= #require(first.withLock { $0 }))
    }

    @Test func `A renderer that has stopped makes no page`() throws {
        let server = try PageServer()
        server.renderer.stop()
        server.render(PageServer.page("late"))
        server.renderer.request()
        #expect(!Deadline.wait(seconds: 0.05) { server.store.current.isReady })
    }
}
