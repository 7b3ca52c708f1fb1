import Foundation
import Testing

@testable import Logging

struct LogLineTests {
    private let time = LogTimestamp(seconds: 1_795_508_280, milliseconds: 123)

    private func line(
        _ format: LogFormat,
        _ message: String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) -> String {
        let line = LogLine(
            format: format,
            time: time,
            level: .info,
            message: message,
            fields: fields
        )
        return String(decoding: line.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("plain", "plain"),
        ("https://hn1/hpc?x", "https://hn1/hpc?x"),
        ("Müller", "Müller"),
        ("節點", "節點"),
        ("", "\"\""),
        ("two words", "\"two words\""),
        ("a=b", "\"a=b\""),
        ("say \"hi\"", #""say \"hi\"""#),
        (#"DOMAIN\user"#, #""DOMAIN\\user""#),
        ("a\nlevel=error", #""a\nlevel=error""#),
        ("a\r\n\tb", #""a\r\n\tb""#),
        ("\u{0}\u{1B}[2J\u{7F}", #""\u0000\u001b[2J\u007f""#),
        ("\u{85}\u{2028}\u{202E}", #""\u0085\u2028\u202e""#),
        ("\u{FFFD}", #""\ufffd""#),
        ("\u{A0}", #""\u00a0""#),
        ("\u{E0001}", #""\udb40\udc01""#),
        ("🚀", "🚀"),
    ])
    func `A logfmt value is quoted and escaped where it must be`(value: String, written: String) {
        #expect(line(.logfmt, "m", ["key": value]).hasSuffix(" msg=\"m\" key=\(written)\n"))
    }

    @Test(arguments: LogFormat.allCases)
    func `Every character leaves a line without line breaks and controls`(format: LogFormat) throws
    {
        for value in UInt32(0)...0x2_0000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = line(format, "a\(scalar)b").utf8
            try #require(
                text.firstIndex(of: UInt8(ascii: "\n")) == text.index(before: text.endIndex)
            )
            try #require(!text.dropLast().contains { $0 < 0x20 || $0 == 0x7F })
        }
    }

    @Test func `Every text can be decoded from JSON`() throws {
        let texts = [
            "", "plain", "\"\\/\u{8}\u{C}\n\r\t", "\u{0}\u{1F}\u{7F}\u{2028}\u{202E}\u{E0001}",
            "Größe 節點 🚀", "{\"a\":[1]}",
        ]
        for text in texts {
            let data = Data(line(.json, text, ["key": text]).utf8)
            let object = try JSONDecoder().decode([String: String].self, from: data)
            #expect(object["msg"] == text)
            #expect(object["key"] == text)
            #expect(object.count == 4)
        }
    }

    @Test func `Keys are sanitized and unique`() throws {
        let fields: KeyValuePairs = [
            "a b": "1", "ts": "2", "level": "3", "msg": "4", "x": "5", "x": "6", "": "7",
            "a=b": "8",
        ]
        #expect(
            line(.logfmt, "m", fields).hasSuffix(
                " a_b=1 ts_=2 level_=3 msg_=4 x=5 x_=6 _=7 a_b_=8\n"
            )
        )
    }

    @Test(arguments: LogFormat.allCases)
    func `A line is never longer than an atomic write to a pipe`(format: LogFormat) throws {
        for filler in ["x", "\"", "\n", "節", "🚀", "\u{E0001}"] {
            for length in [600, 1000, 2000, 4000, 4090, 4100, 100_000] {
                let long = String(repeating: filler, count: length)
                let fields: KeyValuePairs = ["a": long, "b": long, "c": "short"]
                let text = line(format, long, fields)
                #expect(text.utf8.count <= LogLine.maximumBytes)
                #expect(text.hasSuffix("\n"))
                if format == .json {
                    let data = Data(text.utf8)
                    let object = try JSONDecoder().decode([String: String].self, from: data)
                    #expect(object["msg"]?.hasPrefix(filler) == true)
                } else {
                    // Every opened quote is closed.
                    let quotes = text.replacing("\\\\", with: "").replacing("\\\"", with: "")
                        .count { $0 == "\"" }
                    #expect(quotes.isMultiple(of: 2))
                }
            }
        }
    }

    @Test func `A truncated text ends with an ellipsis`() {
        let text = line(.logfmt, String(repeating: "x", count: 5000))
        #expect(text.hasSuffix("x…\"\n"))
        #expect(!line(.logfmt, String(repeating: "x", count: 3000)).contains("…"))
    }
}
