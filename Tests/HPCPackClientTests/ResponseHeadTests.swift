import Testing

@testable import HPCPackClient

struct ResponseHeadTests {
    private func head(_ lines: String...) -> ResponseHead {
        var head = ResponseHead()
        for line in lines {
            let bytes = Array((line + "\r\n").utf8)
            head.receive(bytes.span)
        }
        return head
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK", 200), ("HTTP/2 503", 503), ("http/1.0 401 no", 401), ("HTTP/1.1", 0),
        ("HTTP/1.1 2x0 OK", 0), ("", 0), ("Status: 200", 0),
    ])
    func `The status is that of the status line`(line: String, status: Int) {
        #expect(head(line).status == status)
    }

    @Test func `An interim response is forgotten`() {
        let head = head(
            "HTTP/1.1 103 Early Hints",
            "x-ms-continuation-queryId: early",
            "HTTP/1.1 200 OK",
            "Content-Type: application/json"
        )
        #expect(head.status == 200 && head.continuation == nil)
        #expect(head.mediaType == "application/json")
    }

    @Test(arguments: [
        ("X-MS-Continuation-QUERYID:  a+/= b \t", "a+/= b"), ("x-ms-continuation-queryid:t", "t"),
        ("x-ms-continuation-queryId:", nil), ("x-ms-continuation-queryId", nil),
        ("x-ms-continuation-queryId2: t", nil),
    ])
    func `The token of the next page is read without the blanks around it`(
        line: String,
        token: String?
    ) {
        #expect(head("HTTP/1.1 200 OK", line).continuation == token)
    }

    @Test(
        arguments: [
            ("7", 7), (" 7 ", 7), ("100000", 86_400), ("0", nil), ("+7", nil), ("-7", nil),
            ("1e3", nil), ("0x10", nil), ("7.5", nil), ("7 8", nil), ("soon", nil), ("", nil),
            ("Thu, 26 Nov 2026 08:00:30 GMT", 30), ("Thu, 26 Nov 2026 07:59:30 GMT", nil),
            ("Thu, 26 Nov 2026 08:00:30", nil),
        ] as [(String, Int?)]
    )
    func `A wait that is asked for is whole seconds or a date by the server's clock`(
        value: String,
        seconds: Int?
    ) {
        let date = "Date: Thu, 26 Nov 2026 08:00:00 GMT"
        let wait = seconds.map { Duration.seconds($0) }
        #expect(head("HTTP/1.1 503 no", "Retry-After:" + value, date).retryAfter == wait)
        #expect(head(date).date == 1_795_680_000)
    }

    @Test(arguments: [
        ("0", false), ("12", false), (" 12 ", false), ("-1", true), ("+12", true), ("1e3", true),
        ("0x10", true), ("12, 12", true),
        ("99999999999999999999", true),
    ])
    func `A length that is no number of bytes is noted`(value: String, isInvalid: Bool) {
        #expect(head("HTTP/1.1 200 OK", "content-length:" + value).hasInvalidLength == isInvalid)
    }
}
