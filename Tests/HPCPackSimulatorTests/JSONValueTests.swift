import Foundation
import HPCPackSimulator
import Testing

struct JSONValueTests {
    @Test(arguments: [
        "null", " true ", "false", "0", "-0", "12.5e-3", "1E+9", "\"\"",
        "\"a\\u00e9\\n\\\"\\\\\\/\"",
        "\"\\ud83d\\ude00 ü\"", "[]", "{}", "[1,[2,{\"a\":[]}]]", "{\"a\":1,\"b\":\"c\"}",
        "\u{FEFF}[1]", "[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]",
    ])
    func `What is JSON is read`(_ text: String) throws {
        _ = try JSONValue(Array(text.utf8))
    }

    @Test(arguments: [
        "", " ", "nul", "truefalse", "01", "1.", ".5", "+1", "-", "1e", "\"", "\"\\x\"",
        "\"\\u12\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\u+123\"", "\"\t\"", "[1,]", "[1 2]", "[",
        "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "1 1", "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
    ])
    func `What is not JSON is refused`(_ text: String) {
        #expect(throws: MalformedText.self) { try JSONValue(Array(text.utf8)) }
    }

    @Test func `Bytes that are not UTF-8 and too many values are refused`() {
        #expect(throws: MalformedText.self) { try JSONValue([0x22, 0xFF, 0x22]) }
        #expect(throws: MalformedText.self) { try JSONValue(Array("[1,2,3]".utf8), maxValues: 3) }
    }

    /// Every cut and every changed byte: an answer like Foundation's, and never a trap.
    @Test func `Cut and changed texts are judged as another reader judges them`() {
        let text = Array(
            #"[{"Name":"N\u00e4me","Value":"a\"b"},{"Value":null,"x":[true,-1.5e3]}]"#.utf8
        )
        var broken: [[UInt8]] = text.indices.map { Array(text[..<$0]) }
        for index in text.indices {
            for byte in [0x00, 0x22, 0x2C, 0x5C, 0x5D, 0x7B, 0x7D, 0x30, 0x80, 0xFF] as [UInt8] {
                var changed = text
                changed[index] = byte
                broken.append(changed)
            }
        }
        for bytes in broken where !bytes.isEmpty {
            let ours = (try? JSONValue(bytes)) != nil
            let theirs =
                (try? JSONSerialization.jsonObject(
                    with: Data(bytes),
                    options: .fragmentsAllowed
                )) != nil
            #expect(ours == theirs, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
