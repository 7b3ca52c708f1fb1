import TestSupport
import Testing

/// Requests that two readers could frame differently, against the built exporter (RFC 9112 §11).
///
/// Behind each stands a second request. Where the first is refused, the second must not be answered:
/// it may be what somebody hid in the first.
struct FramingTests {
    private static let second = "GET /-/healthy HTTP/1.1\r\nHost: smuggled\r\n\r\n"

    private static func get(_ fields: String) -> String {
        "GET /-/healthy HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    /// The name of the trick, the statuses that it gets, and the bytes.
    private static let tricks: [(name: String, statuses: [Int], text: String)] = [
        ("two equal lengths", [400], get("Content-Length: 0\r\nContent-Length: 0\r\n")),
        ("two different lengths", [400], get("Content-Length: 0\r\nContent-Length: 48\r\n")),
        ("a list of lengths", [400], get("Content-Length: 0, 0\r\n")),
        ("a signed length", [400], get("Content-Length: +0\r\n")),
        ("a negative length", [400], get("Content-Length: -1\r\n")),
        ("a hexadecimal length", [400], get("Content-Length: 0x0\r\n")),
        ("an empty length", [400], get("Content-Length:\r\n")),
        ("a length beyond any integer", [413], get("Content-Length: 99999999999999999999\r\n")),
        ("a body", [413], get("Content-Length: 5\r\n")),
        ("chunks", [413], get("Transfer-Encoding: chunked\r\n")),
        (
            "length and coding", [400],
            get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")
        ),
        (
            "coding and length", [400],
            get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")
        ),
        ("an unknown coding", [400], get("Transfer-Encoding: xchunked\r\n")),
        ("a coding behind chunked", [400], get("Transfer-Encoding: chunked, identity\r\n")),
        ("a coding before chunked", [501], get("Transfer-Encoding: gzip, chunked\r\n")),
        ("two codings", [400], get("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n")),
        ("a coding with a vertical tab", [400], get("Transfer-Encoding: \u{B}chunked\r\n")),
        ("a blank before the colon", [400], get("Content-Length : 5\r\n")),
        ("a tab before the colon", [400], get("Transfer-Encoding\t: chunked\r\n")),
        ("a bare LF behind a field", [400], get("X: y\nContent-Length: 5\r\n")),
        ("a bare CR in a field", [400], get("X: y\rContent-Length: 5\r\n")),
        ("bare LFs all over", [400], "GET /-/healthy HTTP/1.1\nHost: a\n\n"),
        ("a NUL in a field", [400], get("X: \u{0}\r\n")),
        ("a folded field", [400], get("X: y\r\n Content-Length: 5\r\n")),
        ("a blank before the first field", [400], "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        ("a field without a name", [400], get(": x\r\n")),
        ("a field without a colon", [400], get("Content-Length 5\r\n")),
        ("HTTP/0.9", [400], "GET /-/healthy\r\n\r\n"),
        ("HTTP/9.9", [505], "GET /-/healthy HTTP/9.9\r\nHost: a\r\n\r\n"),
        ("HTTP/2.0", [505], "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("a lower-case version", [400], "GET / http/1.1\r\nHost: a\r\n\r\n"),
        ("two blanks in the request line", [400], "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a blank behind the version", [400], "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        ("a tab in the request line", [400], "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("no Host", [400], "GET /-/healthy HTTP/1.1\r\n\r\n"),
        ("two Hosts", [400], get("Host: a\r\n")),
        ("two different Hosts", [400], get("Host: b\r\n")),
        ("a malformed Host", [400], "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        ("an asterisk for GET", [400], "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a target with neither form", [400], "GET metrics HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a target with a user", [400], "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("CONNECT", [405], "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("an unknown expectation", [417], get("Expect: the-spanish-inquisition\r\n")),
        ("TLS on a plain port", [400], "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}"),
        // What is sound goes on: the second request gets its answer.
        ("plain", [200, 200], get("")),
        ("an empty line first", [200, 200], "\r\n" + get("")),
        ("a length of none", [200, 200], get("Content-Length: 0\r\n")),
        (
            "an absolute target", [200, 200],
            "GET http://else/-/healthy HTTP/1.1\r\nHost: a\r\n\r\n"
        ),
        ("an empty Host", [200, 200], "GET /-/healthy HTTP/1.1\r\nHost:\r\n\r\n"),
        ("a later minor version", [200, 200], "GET /-/healthy HTTP/1.9\r\nHost: a\r\n\r\n"),
        ("an asterisk for OPTIONS", [405, 200], "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("another method", [405, 200], "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("HEAD", [200, 200], "HEAD /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n"),
        // HTTP/1.0 ends after one answer unless the client asks for more.
        ("HTTP/1.0 without Host", [200], "GET /-/healthy HTTP/1.0\r\n\r\n"),
        (
            "HTTP/1.0 that stays", [200, 200],
            "GET /-/healthy HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        ),
        ("a client that wants the end", [200], get("Connection: close\r\n")),
    ]

    @Test func `Every framing trick gets the answer that RFC 9112 wants, and no more`() throws {
        let subject = try Subject()
        for trick in Self.tricks {
            for isCut in [false, true] {
                let client = try RawClient(port: subject.port)
                let bytes = Array((trick.text + Self.second).utf8)
                // The server may hang up before all of it is sent.
                for piece in isCut ? bytes.map({ [$0] }) : [bytes] { try? client.send(piece) }
                client.endOutput()
                #expect(throws: Never.self, "\(trick.name), cut: \(isCut)") {
                    try client.readToEnd()
                }
                let text = client.text
                let statuses = text.split(separator: "HTTP/1.1 ", omittingEmptySubsequences: false)
                    .dropFirst().compactMap { Int($0.prefix(3)) }
                #expect(statuses == trick.statuses, "\(trick.name), cut: \(isCut): \(text)")
                if trick.statuses.contains(405) { #expect(text.contains("\r\nAllow: ")) }
            }
        }
        #expect(Deadline.wait { subject.isAtRest })
    }
}
