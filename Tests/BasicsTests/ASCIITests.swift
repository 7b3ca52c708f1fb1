import Basics
import Testing

struct ASCIITests {
    private func span<Result>(_ text: String, _ body: (Span<UInt8>) -> Result) -> Result {
        body(Array(text.utf8).span)
    }

    @Test func `Every byte is classified and converted as in the ASCII table`() {
        let upper = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        let lower = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        let digits = Array("0123456789".utf8)
        let spaces = Array(" \t\n\u{B}\u{C}\r".utf8)
        for byte in UInt8.min...UInt8.max {
            let letter = upper.firstIndex(of: byte) ?? lower.firstIndex(of: byte)
            let digit = digits.firstIndex(of: byte)
            #expect(byte.lowercasedASCII == (letter.map { lower[$0] } ?? byte))
            #expect(byte.isASCIILetter == (letter != nil))
            #expect(byte.isASCIIDigit == (digit != nil))
            #expect(byte.isASCIISpace == spaces.contains(byte))
            #expect(byte.decimalDigit == digit)
            #expect(byte.hexadecimalDigit == digit ?? letter.flatMap { $0 < 6 ? $0 + 10 : nil })
        }
    }

    @Test(arguments: [
        ("content-length", true), ("Content-Length", true), ("CONTENT-LENGTH", true),
        ("content-lengt", false), ("content-lengthx", false), ("content_length", false),
        ("", false), ("content\rlength", false),
    ])
    func `Bytes equal a text in any ASCII case`(text: String, isEqual: Bool) {
        #expect(span(text) { $0.equalsIgnoringCase("Content-Length") } == isEqual)
    }

    @Test func `Characters that differ in the case bit alone are not equal`() {
        #expect(!span("[") { $0.equalsIgnoringCase("{") })
        #expect(!span("@") { $0.equalsIgnoringCase("`") })
        #expect(span("") { $0.equalsIgnoringCase("") })
    }

    @Test(arguments: [
        ("", ""), (" ", ""), (" \t\r\n\u{B}\u{C}", ""), ("a", "a"), (" a", "a"), ("a\n", "a"),
        ("\t a b \r\n", "a b"), ("\u{A0}a", "\u{A0}a"),
    ])
    func `White space is trimmed from bytes`(text: String, trimmed: String) {
        #expect(span(text) { String(copying: $0.trimmed()) } == trimmed)
    }

    @Test(arguments: [
        ("", ""), (" ", ""), ("\t \t", ""), ("a", "a"), (" a", "a"), ("a\t", "a"),
        ("\t a \t b ", "a \t b"), ("\na\r\n", "\na\r\n"), (" \u{301}a ", "\u{301}a"),
        ("\u{A0}a\u{2003}", "\u{A0}a\u{2003}"),
    ])
    func `Spaces and tabs are trimmed from text`(text: String, trimmed: String) {
        #expect(Array(text.trimmingBlanks().utf8) == Array(trimmed.utf8))
    }

    @Test func `A string of bytes has replacement characters for what is not UTF-8`() {
        let bytes: [UInt8] = [0x61, 0xC3, 0xA9, 0xFF]
        let text = String(copying: bytes.span)
        #expect(text == "aé\u{FFFD}")
    }
}
