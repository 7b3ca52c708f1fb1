import TestSupport
import Testing

/// What a head node may answer instead of a listing; each one must fail the collector.
struct UpstreamFault: Sendable, CustomTestStringConvertible {
    let name: String
    let reply: ScriptedServer.Reply
    /// Whether it lasts until the client gives up.
    var isEndless = false
    var testDescription: String { name }

    private static func status(_ code: Int, _ headers: [(String, String)] = []) -> UpstreamFault {
        UpstreamFault(
            name: headers.isEmpty ? "\(code)" : "\(code) with \(headers[0].0)",
            reply: .response(code, headers: headers, body: #"{"Message":"at System.Web"}"#)
        )
    }

    private static func raw(_ name: String, _ bytes: [UInt8]) -> UpstreamFault {
        UpstreamFault(name: name, reply: .raw(bytes))
    }

    private static func json(_ name: String, _ body: String) -> UpstreamFault {
        UpstreamFault(name: name, reply: .json(body))
    }

    private static let rows = #"[{"Properties":[{"Name":"Id","Value":"1"}]}]"#
    private static let stream = Wire.gzip(rows)

    /// Connections that break, at every stage.
    static let connection: [UpstreamFault] = [
        raw("closed without an answer", []),
        UpstreamFault(name: "reset", reply: .reset([])),
        UpstreamFault(name: "reset in the status line", reply: .reset(Array("HTTP/1.1 2".utf8))),
        UpstreamFault(
            name: "reset in the head",
            reply: .reset(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8))
        ),
        UpstreamFault(
            name: "reset after the head",
            reply: .reset(Wire.head("200 OK", ["Content-Length: 90"]))
        ),
        UpstreamFault(
            name: "reset in the body",
            reply: .reset(Wire.head("200 OK", ["Content-Length: 90"]) + Array("[{\"Prop".utf8))
        ),
        raw("closed in the status line", Array("HTTP/1.1".utf8)),
        raw("closed in the head", Array("HTTP/1.1 200 OK\r\nContent-Length: 2".utf8)),
        raw(
            "body cut short",
            Wire.head("200 OK", ["Content-Length: 90"]) + Array("[]".utf8)
        ),
        UpstreamFault(name: "hang before the answer", reply: .hang([]), isEndless: true),
        UpstreamFault(
            name: "hang in the body",
            reply: .hang(Wire.head("200 OK", ["Content-Length: 90"]) + Array("[".utf8)),
            isEndless: true
        ),
        UpstreamFault(
            name: "slow drip",
            reply: .drip(
                [Wire.head("200 OK", ["Content-Length: 90"])]
                    + [[UInt8]](repeating: [0x20], count: 60),
                pause: 0.1
            ),
            isEndless: true
        ),
        UpstreamFault(
            name: "slow drip of the head",
            reply: .drip(Array("HTTP/1.1 200 OK\r\nX-Slow: 1\r\n".utf8).map { [$0] }, pause: 0.1),
            isEndless: true
        ),
    ]

    /// Framing and encodings that are broken.
    static let framing: [UpstreamFault] = [
        raw("not HTTP", Array("hello\r\n\r\n".utf8)),
        raw("HTTP/0.9", Array("[]".utf8)),
        raw(
            "Content-Length too small",
            Wire.head("200 OK", ["Content-Length: 9"]) + Array(rows.utf8)
        ),
        raw("Content-Length negative", Wire.head("200 OK", ["Content-Length: -5"]) + [91, 93]),
        raw(
            "Content-Length beyond counting",
            Wire.head("200 OK", ["Content-Length: 99999999999999999999999"]) + [91, 93]
        ),
        raw("only 100 Continue", Wire.head("100 Continue")),
        raw("only 103 Early Hints", Wire.head("103 Early Hints", ["Link: </x>"])),
        raw(
            "chunk size that is no number",
            Wire.head("200 OK", ["Transfer-Encoding: chunked"]) + Array("zz\r\n[]\r\n".utf8)
        ),
        raw("chunks that end early", Array(Wire.chunked(rows).dropLast(12))),
        raw("no last chunk", Array(Wire.chunked(rows).dropLast(5))),
        raw(
            "chunk size beyond counting",
            Wire.head("200 OK", ["Transfer-Encoding: chunked"])
                + Array("FFFFFFFFFFFFFFFFFF\r\n[]".utf8)
        ),
        raw("gzip that is none", Wire.gzipped(Array("[]".utf8))),
        raw("gzip that ends early", Wire.gzipped(stream.dropLast(14))),
        raw(
            "gzip with a wrong checksum",
            Wire.gzipped(stream.dropLast(8) + [1, 2, 3, 4] + stream.suffix(4))
        ),
        raw("gzip with a wrong length", Wire.gzipped(stream.dropLast(4) + [9, 0, 0, 0])),
        UpstreamFault(
            name: "an encoding that was not asked for",
            reply: .response(200, headers: [("Content-Encoding", "compress")], body: "[]")
        ),
    ]

    /// Statuses other than 200.
    static let statuses: [UpstreamFault] =
        [204, 206, 300, 304, 400, 401, 403, 404, 408, 409, 410, 429, 500, 501, 502, 503, 504]
        .map { status($0) }
        + [301, 302, 303, 307, 308].map { status($0, [("Location", "http://127.0.0.1:1/")]) } + [
            status(503, [("Retry-After", "1")]), status(429, [("Retry-After", "0")]),
            status(503, [("Retry-After", "soon")]),
        ]

    /// Bodies of a 200 that are not what the specification promises.
    static let bodies: [UpstreamFault] = [
        UpstreamFault(
            name: "HTML",
            reply: .response(200, headers: [("Content-Type", "text/html")], body: "<html>")
        ),
        UpstreamFault(
            name: "XML",
            reply: .response(
                200,
                headers: [("Content-Type", "application/xml")],
                body: #"<?xml version="1.0"?><ArrayOfObject/>"#
            )
        ),
        json("null", "null"), json("object", "{}"), json("empty", ""), json("spaces", "  \r\n\t"),
        json("number", "1"), json("boolean", "true"), json("open", "["), json("close", "]"),
        json("trailing comma", #"[{"Properties":[]},]"#), json("leading comma", "[,[]]"),
        json("two values", "[] []"), json("text behind", "[]x"),
        json("unterminated", #"[{"Properties":[{"Name":"Id"#), json("bad escape", #"["\x"]"#),
        json("half an escape", #"["\u00"#), json("bad literal", "[nul]"),
        json("single quotes", "['a']"), json("no quotes", "[{Properties:[]}]"),
        json("comment", "[/* */]"), json("NaN", "[NaN]"), json("array of numbers", "[1,2]"),
        json("nested array", "[[]]"), json("mixed array", #"["a",{"Properties":[]},null]"#),
        json("control character", "[\"\u{1}\"]"), json("NUL", "[\"\u{0}\"]"),
        json("50,000 brackets", String(repeating: "[", count: 50_000)),
        json(
            "50,000 objects deep",
            String(repeating: #"[{"Properties":"#, count: 50_000)
        ),
        json(
            "giant string",
            #"[{"Properties":[{"Name":"Id","Value":""#
                + String(repeating: "1", count: 5 << 18) + "\"}]}]"
        ),
        json("giant page", String(repeating: " ", count: 9 << 18) + "[]"),
        raw(
            "bytes that are no UTF-8",
            Wire.head("200 OK", ["Content-Length: 6"]) + [0x5B, 0x22, 0xFF, 0xC0, 0x22]
        ),
    ]

    static let all = connection + framing + statuses + bodies
}
