import HTTPListener

/// The bytes of an answer, framed well or badly.
struct WireMessage {
    let response: APIResponse
    /// Unix seconds, for `Date`.
    let unix: Int64

    /// Status line and fields, with `framing` as the field that frames the body.
    private func head(_ framing: String) -> [UInt8] {
        let reason = HTTPResponse.reason(response.status)
        var text =
            "HTTP/1.1 \(response.status) \(reason)\r\nDate: \(HTTPDate.text(unixSeconds: Int(unix)))\r\n"
        for (name, value) in response.headers { text += "\(name): \(value)\r\n" }
        return Array("\(text)\(framing)\r\nConnection: close\r\n\r\n".utf8)
    }

    /// The answer, with a `Content-Length` that is wrong by `error`.
    func bytes(lengthError error: Int = 0) -> [UInt8] {
        head("Content-Length: \(max(0, response.body.count + error))") + response.body
    }

    /// The answer up to a byte of its body.
    func truncated(bodyBytes count: Int) -> [UInt8] {
        head("Content-Length: \(response.body.count)") + response.body.prefix(count)
    }

    /// The answer in chunks, of which one breaks the rules.
    func chunked(_ flaw: FaultKind.ChunkBreak) -> [UInt8] {
        var out = head("Transfer-Encoding: chunked")
        let half = response.body.count / 2
        let parts = [response.body[..<half], response.body[half...]]
        for (position, part) in parts.enumerated() where !part.isEmpty {
            let isBroken = position == 1
            switch flaw {
            case .size where isBroken: out += "zz\r\n".utf8
            case .overrun where isBroken: out += "\(String(part.count / 2, radix: 16))\r\n".utf8
            default: out += "\(String(part.count, radix: 16))\r\n".utf8
            }
            out += part
            out += "\r\n".utf8
        }
        return flaw == .end ? out : out + "0\r\n\r\n".utf8
    }
}
