import Testing

/// Requests and what becomes of them: the same tables serve all parser tests.
enum ParserCorpus {
    struct Accepted: Sendable, CustomTestStringConvertible {
        let text: String
        let method: String
        let path: String
        var query: String?
        var body = ""

        var testDescription: String { text.debugDescription }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let status: Int
        let bytes: [UInt8]

        init(_ status: Int, _ text: String) {
            self.status = status
            bytes = Array(text.utf8)
        }

        init(_ status: Int, bytes: [UInt8]) {
            self.status = status
            self.bytes = bytes
        }

        var testDescription: String {
            "\(status) \(String(decoding: bytes.prefix(80), as: UTF8.self).debugDescription)"
        }
    }

    private static func get(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    private static func post(_ fields: String, _ body: String = "") -> String {
        "POST /p HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
    }

    private static let chunked = "Transfer-Encoding: chunked\r\n"

    static let accepted: [Accepted] = [
        Accepted(text: get("/"), method: "GET", path: "/"),
        Accepted(text: get("/metrics?a=b?c"), method: "GET", path: "/metrics", query: "a=b?c"),
        Accepted(text: get("/?"), method: "GET", path: "/", query: ""),
        Accepted(text: get("//a/../b;x=1"), method: "GET", path: "//a/../b;x=1"),
        Accepted(
            text: get("/hpc/jobs?$filter=State%20eq%20Queued&q[]={1|2}^`'"),
            method: "GET",
            path: "/hpc/jobs",
            query: "$filter=State%20eq%20Queued&q[]={1|2}^`'"
        ),
        Accepted(text: get("http://example.com/a?b"), method: "GET", path: "/a", query: "b"),
        Accepted(text: get("HTTPS://[::1]:8080"), method: "GET", path: "/"),
        Accepted(text: get("http://a.b:80?q"), method: "GET", path: "/", query: "q"),
        Accepted(text: "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n", method: "OPTIONS", path: "*"),
        Accepted(text: "G-E.T! / HTTP/1.1\r\nHost: a\r\n\r\n", method: "G-E.T!", path: "/"),
        Accepted(text: "GET / HTTP/1.0\r\n\r\n", method: "GET", path: "/"),
        Accepted(text: "GET / HTTP/1.0\r\nHost: a\r\n\r\n", method: "GET", path: "/"),
        Accepted(text: "GET / HTTP/1.7\r\nHost: a\r\n\r\n", method: "GET", path: "/"),
        Accepted(text: "\r\n\r\n" + get("/"), method: "GET", path: "/"),
        Accepted(text: "GET / HTTP/1.1\r\nhOsT:\t a:80 \t\r\n\r\n", method: "GET", path: "/"),
        Accepted(
            text: "GET / HTTP/1.1\r\nHost: [2001:db8::1.2.3.4]:1\r\n\r\n",
            method: "GET",
            path: "/"
        ),
        Accepted(
            text: "GET / HTTP/1.1\r\nHost: [fe80::1%25eth0]:10052\r\n\r\n",
            method: "GET",
            path: "/"
        ),
        Accepted(text: get("http://[fe80::1%25en%2D0]/"), method: "GET", path: "/"),
        Accepted(text: "GET / HTTP/1.1\r\nHost: a_b.%41:\r\n\r\n", method: "GET", path: "/"),
        Accepted(text: get("/", "X:\r\nY: \u{e9}\t x\r\n"), method: "GET", path: "/"),
        Accepted(text: get("/", "Content-Length: 0\r\n"), method: "GET", path: "/"),
        Accepted(
            text: post("Content-Length: 005\r\n", "hello"),
            method: "POST",
            path: "/p",
            body: "hello"
        ),
        Accepted(
            text: post("Expect: 100-Continue\r\nContent-Length: 2\r\n", "\r\n"),
            method: "POST",
            path: "/p",
            body: "\r\n"
        ),
        Accepted(
            text: post(
                "transfer-encoding: Chunked\r\n",
                "3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n"
            ),
            method: "POST",
            path: "/p",
            body: "abc0123456789"
        ),
        Accepted(
            text: post(
                chunked,
                "1;a;b=c ; d = \"e;\\\"\"\r\nx\r\n000;z\r\nTrailer: dropped\r\n\r\n"
            ),
            method: "POST",
            path: "/p",
            body: "x"
        ),
        Accepted(text: post(chunked, "0\r\n\r\n"), method: "POST", path: "/p"),
    ]

    static let refused: [Refused] =
        requestLines + fieldLines + hosts + framing + chunks + sizes + binary

    private static let requestLines: [Refused] = [
        Refused(400, "GET /\r\n"),
        Refused(400, "GET  / HTTP/1.1\r\n"),
        Refused(400, "GET / HTTP/1.1 \r\n"),
        Refused(400, " GET / HTTP/1.1\r\n"),
        Refused(400, "GET\t/\tHTTP/1.1\r\n"),
        Refused(400, "GET / x HTTP/1.1\r\n"),
        Refused(400, "G{T / HTTP/1.1\r\n"),
        Refused(400, "G\u{e9}T / HTTP/1.1\r\n"),
        Refused(400, "GET / http/1.1\r\n"),
        Refused(400, "GET / HTTP/1\r\n"),
        Refused(400, "GET / HTTP/1.10\r\n"),
        Refused(400, "GET / HTTP/+1.1\r\n"),
        Refused(400, "GET / HTTPS/1.1\r\n"),
        Refused(505, "GET / HTTP/0.9\r\n"),
        Refused(505, "GET / HTTP/2.0\r\n"),
        Refused(505, "GET / HTTP/9.9\r\n"),
        Refused(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Refused(400, "GET * HTTP/1.1\r\n"),
        Refused(400, "GET metrics HTTP/1.1\r\n"),
        Refused(400, "GET ftp://a/ HTTP/1.1\r\n"),
        Refused(400, "GET http:///a HTTP/1.1\r\n"),
        Refused(400, "GET http://:80/a HTTP/1.1\r\n"),
        Refused(400, "GET http://u:p@a/ HTTP/1.1\r\n"),
        Refused(400, "GET http://a:99999/ HTTP/1.1\r\n"),
        Refused(400, "GET a:80 HTTP/1.1\r\n"),
        Refused(405, "CONNECT a:80 HTTP/1.1\r\n"),
        Refused(400, "GET /#f HTTP/1.1\r\n"),
        Refused(400, "GET /\"a\" HTTP/1.1\r\n"),
        Refused(400, "GET /<a> HTTP/1.1\r\n"),
        Refused(400, "GET /a\\b HTTP/1.1\r\n"),
        Refused(400, "GET /\u{e9} HTTP/1.1\r\n"),
        Refused(400, "GET /\u{0} HTTP/1.1\r\n"),
        Refused(400, "GET /\u{7f} HTTP/1.1\r\n"),
        Refused(400, "GET /%4 HTTP/1.1\r\n"),
        Refused(400, "GET /%zz HTTP/1.1\r\n"),
        Refused(400, "GET / HTTP/1.1\nHost: a\n\n"),
        Refused(400, "GET / HTTP/1.1\rHost: a\r\n\r\n"),
        Refused(400, "\n"),
        Refused(400, String(repeating: "\r\n", count: 5)),
    ]

    private static let fieldLines: [Refused] = [
        Refused(400, get("/", "X : y\r\n")),
        Refused(400, get("/", "X\t: y\r\n")),
        Refused(400, get("/", " X: y\r\n")),
        Refused(400, get("/", "X: y\r\n z\r\n")),
        Refused(400, get("/", "X: y\r\n\tz\r\n")),
        Refused(400, get("/", "X\r\n")),
        Refused(400, get("/", ": y\r\n")),
        Refused(400, get("/", "X[: y\r\n")),
        Refused(400, get("/", "\u{e9}: y\r\n")),
        Refused(400, get("/", "X: y\nZ: y\r\n")),
        Refused(400, get("/", "X: y\rZ: y\r\n")),
        Refused(400, get("/", "X: \u{0}\r\n")),
        Refused(400, get("/", "X: \u{b}\r\n")),
        Refused(400, get("/", "X: \u{7f}\r\n")),
        Refused(400, get("/", "X: y\r\r\n")),
    ]

    private static let hosts: [Refused] = [
        Refused(400, "GET / HTTP/1.1\r\n\r\n"),
        Refused(400, "GET / HTTP/1.7\r\n\r\n"),
        Refused(400, "GET http://a/ HTTP/1.1\r\n\r\n"),
        Refused(400, get("/", "Host: a\r\n")),
        Refused(400, "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
        Refused(400, "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: a,b:c\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: a:-1\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: [a]\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: [fe80::1%25]\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: [fe80::1%eth0]\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: [fe80::1%25a b]\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: [fe80::1%25a%2]\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: %4\r\n\r\n"),
        Refused(400, "GET / HTTP/1.1\r\nHost: \u{e9}\r\n\r\n"),
    ]

    private static let framing: [Refused] = [
        Refused(400, post("Content-Length: 1\r\nContent-Length: 1\r\n", "a")),
        Refused(400, post("Content-Length: 1\r\nContent-Length: 2\r\n", "a")),
        Refused(400, post("Content-Length: 1, 1\r\n", "a")),
        Refused(400, post("Content-Length: +1\r\n", "a")),
        Refused(400, post("Content-Length: -1\r\n", "a")),
        Refused(400, post("Content-Length: 0x1\r\n", "a")),
        Refused(400, post("Content-Length: 1 1\r\n", "a")),
        Refused(400, post("Content-Length: 1.0\r\n", "a")),
        Refused(400, post("Content-Length:\r\n", "a")),
        Refused(400, post("Content-Length: \u{661}\r\n", "a")),
        Refused(413, post("Content-Length: 65\r\n")),
        Refused(413, post("Content-Length: 9223372036854775807\r\n")),
        Refused(413, post("Content-Length: 18446744073709551617\r\n")),
        Refused(413, post("Content-Length: \(String(repeating: "9", count: 200))\r\n")),
        Refused(400, post(chunked + "Content-Length: 3\r\n", "0\r\n\r\n")),
        Refused(400, post("Content-Length: 3\r\n" + chunked, "0\r\n\r\n")),
        Refused(400, post(chunked + chunked, "0\r\n\r\n")),
        Refused(400, post("Transfer-Encoding: chunked, chunked\r\n")),
        Refused(501, post("Transfer-Encoding: gzip, chunked\r\n")),
        Refused(501, post("Transfer-Encoding: gzip\r\n" + chunked)),
        Refused(400, post("Transfer-Encoding: chunked, gzip\r\n")),
        Refused(400, post("Transfer-Encoding: identity\r\n")),
        Refused(400, post("Transfer-Encoding: xchunked\r\n")),
        Refused(400, post("Transfer-Encoding: chunked;a=b\r\n")),
        Refused(400, post("Transfer-Encoding: \"chunked\"\r\n")),
        Refused(400, post("Transfer-Encoding:\r\n")),
        Refused(400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Refused(417, post("Expect: 200-maybe\r\nContent-Length: 1\r\n")),
        Refused(417, get("/", "Expect:\r\n")),
    ]

    private static let chunks: [Refused] = [
        "\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n", "1 \r\n", "1 1\r\n", "1;\r\n",
        "1;=b\r\n", "1;a=\r\n", "1;a=\"b\r\n", "1;a=\"b\\\r\n", "1;a b\r\n", "1,a\r\n",
        "1\nx", "1;a=\u{0}\r\n", "1\r\nxy", "1\r\nx\n", "1\r\nx\r\r", "1\r\nx\r\n\r\n",
        "0\r\nX\r\n", "0\r\n X: y\r\n", "0\r\nX : y\r\n", "0\r\nX: y\n", "0\n",
    ].map { Refused(400, post(chunked, $0)) }

    private static let sizes: [Refused] = [
        Refused(413, post(chunked, "41\r\n")),
        Refused(413, post(chunked, "40\r\n\(String(repeating: "x", count: 64))\r\n1\r\n")),
        Refused(413, post(chunked, "7fffffffffffffff\r\n")),
        Refused(413, post(chunked, "8000000000000000\r\n")),
        Refused(413, post(chunked, "10000000000000001\r\n")),
        Refused(400, post(chunked, "1;\(String(repeating: "a", count: 20_000))")),
        Refused(431, post(chunked, "0\r\nX: \(String(repeating: "a", count: 20_000))")),
        Refused(431, post(chunked, "0\r\n" + String(repeating: "X: y\r\n", count: 101))),
        Refused(414, "GET /" + String(repeating: "a", count: 9000)),
        Refused(414, String(repeating: "G", count: 9000)),
        Refused(431, get("/", "X: " + String(repeating: "a", count: 17_000))),
        Refused(431, get("/", String(repeating: "X: y\r\n", count: 101))),
        Refused(431, get("/", String(repeating: "X: yyyyyyyyyyyyy\r\n", count: 1000))),
    ]

    private static let binary: [Refused] = [
        // The start of a TLS handshake, of SSH, of SOCKS and of RDP.
        Refused(400, bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]),
        Refused(400, "SSH-2.0-OpenSSH_9.2\r\n"),
        Refused(400, bytes: [0x05, 0x01, 0x00]),
        Refused(400, bytes: [0x03, 0x00, 0x00, 0x2F]),
        Refused(400, bytes: Array("GET /".utf8) + [0xFF, 0xFE] + Array(" HTTP/1.1\r\n".utf8)),
    ]
}
