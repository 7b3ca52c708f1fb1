import JSONRows
import Testing

/// A text that is refused, and the error.
struct Refusal: Sendable, CustomTestStringConvertible {
    let text: [UInt8]
    let kind: JSONRowsError.Kind
    let offset: Int

    init(_ text: [UInt8], _ kind: JSONRowsError.Kind, _ offset: Int) {
        self.text = text
        self.kind = kind
        self.offset = offset
    }

    init(_ text: String, _ kind: JSONRowsError.Kind, _ offset: Int) {
        self.init(Array(text.utf8), kind, offset)
    }

    var testDescription: String { String(decoding: text.prefix(60), as: UTF8.self) }

    func matches(_ reading: Reading) -> Bool {
        reading.error == JSONRowsError(kind: kind, offset: offset)
    }
}

/// Values that RFC 8259 refuses, and the offset of the error in each.
let badValues: [Refusal] = [
    // Numbers, §6.
    Refusal("01", .unexpectedByte, 1), Refusal("-01", .unexpectedByte, 2),
    Refusal("00", .unexpectedByte, 1), Refusal("+1", .unexpectedByte, 0),
    Refusal("-", .unexpectedByte, 1), Refusal("--1", .unexpectedByte, 1),
    Refusal("1.", .unexpectedByte, 2), Refusal(".5", .unexpectedByte, 0),
    Refusal("-.5", .unexpectedByte, 1), Refusal("1.e1", .unexpectedByte, 2),
    Refusal("1e", .unexpectedByte, 2), Refusal("1e+", .unexpectedByte, 3),
    Refusal("1E-", .unexpectedByte, 3), Refusal("1e1.5", .unexpectedByte, 3),
    Refusal("1e++1", .unexpectedByte, 3), Refusal("0x1F", .unexpectedByte, 1),
    Refusal("1_000", .unexpectedByte, 1), Refusal("1,", .unexpectedByte, 2),
    Refusal("1 2", .unexpectedByte, 2), Refusal("1a", .unexpectedByte, 1),
    Refusal("NaN", .unexpectedByte, 0), Refusal("Infinity", .unexpectedByte, 0),
    Refusal("-Infinity", .unexpectedByte, 1), Refusal("-NaN", .unexpectedByte, 1),
    Refusal("１", .unexpectedByte, 0), Refusal("1\u{0}", .unexpectedByte, 1),
    Refusal("2.e3", .unexpectedByte, 2), Refusal("0e", .unexpectedByte, 2),
    Refusal("1.2.3", .unexpectedByte, 3), Refusal("1-2", .unexpectedByte, 1),
    // Literals, §3.
    Refusal("nul", .unexpectedByte, 3), Refusal("nulL", .unexpectedByte, 3),
    Refusal("Null", .unexpectedByte, 0), Refusal("TRUE", .unexpectedByte, 0),
    Refusal("truth", .unexpectedByte, 3), Refusal("truee", .unexpectedByte, 4),
    Refusal("fals", .unexpectedByte, 4), Refusal("nullnull", .unexpectedByte, 4),
    Refusal("true false", .unexpectedByte, 5), Refusal("undefined", .unexpectedByte, 0),
    Refusal("True", .unexpectedByte, 0), Refusal("n", .unexpectedByte, 1),
    // Strings, §7.
    Refusal("'a'", .unexpectedByte, 0), Refusal("a", .unexpectedByte, 0),
    Refusal("\"a\u{0}\"", .controlCharacter, 2), Refusal("\"\u{1F}\"", .controlCharacter, 1),
    Refusal("\"a\nb\"", .controlCharacter, 2), Refusal("\"\t\"", .controlCharacter, 1),
    Refusal(#""\a""#, .invalidEscape, 2), Refusal(#""\ ""#, .invalidEscape, 2),
    Refusal(#""HPC\hpcadmin""#, .invalidEscape, 5), Refusal(#""\'""#, .invalidEscape, 2),
    Refusal(#""\x41""#, .invalidEscape, 2), Refusal(#""\U0041""#, .invalidEscape, 2),
    Refusal(#""\u""#, .invalidEscape, 3), Refusal(#""\u00""#, .invalidEscape, 5),
    Refusal(#""\u00g0""#, .invalidEscape, 5), Refusal(#""\u 041""#, .invalidEscape, 3),
    Refusal(#""\u+041""#, .invalidEscape, 3), Refusal(#""\uD800\u""#, .invalidEscape, 9),
    Refusal(#""\uD800\x""#, .invalidEscape, 8), Refusal("\"\\é\"", .invalidEscape, 2),
    Refusal("\"\\\u{0}\"", .invalidEscape, 2), Refusal(#""a"b"#, .unexpectedByte, 3),
    Refusal(#""a""b""#, .unexpectedByte, 3),
    // UTF-8, RFC 3629 §4.
    Refusal(quoted(0x80), .invalidUTF8, 1), Refusal(quoted(0xBF), .invalidUTF8, 1),
    Refusal(quoted(0xC0, 0x80), .invalidUTF8, 1), Refusal(quoted(0xC1, 0xBF), .invalidUTF8, 1),
    Refusal(quoted(0xC3), .invalidUTF8, 2), Refusal(quoted(0xC3, 0x28), .invalidUTF8, 2),
    Refusal(quoted(0xC3, 0xC3), .invalidUTF8, 2),
    Refusal(quoted(0xE0, 0x80, 0x80), .invalidUTF8, 2),
    Refusal(quoted(0xE0, 0x9F, 0xBF), .invalidUTF8, 2),
    Refusal(quoted(0xE2, 0x82), .invalidUTF8, 3),
    Refusal(quoted(0xED, 0xA0, 0x80), .invalidUTF8, 2),
    Refusal(quoted(0xED, 0xBF, 0xBF), .invalidUTF8, 2),
    Refusal(quoted(0xF0, 0x8F, 0xBF, 0xBF), .invalidUTF8, 2),
    Refusal(quoted(0xF4, 0x90, 0x80, 0x80), .invalidUTF8, 2),
    Refusal(quoted(0xF0, 0x9F, 0x98), .invalidUTF8, 4), Refusal(quoted(0xF5), .invalidUTF8, 1),
    Refusal(quoted(0xF8, 0x88, 0x80, 0x80, 0x80), .invalidUTF8, 1),
    Refusal(quoted(0xFE), .invalidUTF8, 1),
    Refusal(quoted(0xFF), .invalidUTF8, 1), Refusal(quoted(0xE9), .invalidUTF8, 2),
    // Arrays and objects, §4 and §5.
    Refusal("[1,]", .unexpectedByte, 3), Refusal("[,1]", .unexpectedByte, 1),
    Refusal("[1,,2]", .unexpectedByte, 3), Refusal("[1 2]", .unexpectedByte, 3),
    Refusal("[1;2]", .unexpectedByte, 2), Refusal("[1}", .unexpectedByte, 2),
    Refusal("[:]", .unexpectedByte, 1), Refusal("{]", .unexpectedByte, 1),
    Refusal("{,}", .unexpectedByte, 1), Refusal(#"{"a"}"#, .unexpectedByte, 4),
    Refusal(#"{"a":}"#, .unexpectedByte, 5), Refusal(#"{"a":1,}"#, .unexpectedByte, 7),
    Refusal(#"{"a":1,,"b":2}"#, .unexpectedByte, 7), Refusal(#"{"a" 1}"#, .unexpectedByte, 5),
    Refusal(#"{"a":1 "b":2}"#, .unexpectedByte, 7), Refusal(#"{"a"::1}"#, .unexpectedByte, 5),
    Refusal(#"{a:1}"#, .unexpectedByte, 1), Refusal(#"{1:1}"#, .unexpectedByte, 1),
    Refusal(#"{null:1}"#, .unexpectedByte, 1), Refusal(#"{"a":1]"#, .unexpectedByte, 6),
    Refusal(#"{'a':1}"#, .unexpectedByte, 1), Refusal(#"{"a":1:2}"#, .unexpectedByte, 6),
    Refusal(#"{[]:1}"#, .unexpectedByte, 1), Refusal(#"{"a","b"}"#, .unexpectedByte, 4),
    // Between tokens, §2: no comments, no other white space.
    Refusal("/*a*/1", .unexpectedByte, 0), Refusal("1//", .unexpectedByte, 1),
    Refusal("#1", .unexpectedByte, 0), Refusal("\u{A0}1", .unexpectedByte, 0),
    Refusal("\u{B}1", .unexpectedByte, 0), Refusal("\u{C}1", .unexpectedByte, 0),
    Refusal("1\u{2028}", .unexpectedByte, 1), Refusal("\u{FEFF}1", .unexpectedByte, 0),
    Refusal("\u{0}", .unexpectedByte, 0), Refusal("", .unexpectedByte, 0),
    Refusal("*", .unexpectedByte, 0), Refusal("\u{7F}", .unexpectedByte, 0),
]

/// Values that RFC 8259 accepts.
let goodValues: [String] = [
    "0", "-0", "0.0", "-0.0e-0", "1", "10", "123456789012345678901234567890", "-1", "1.5",
    "1.0E5", "1e5", "1E+5", "1e-5", "0e0", "0E+01", "1e999999", "-1e-999999", "1e00005",
    "true", "false", "null", #""""#, #""a""#, "\"\u{7F}\"", "\"\u{2028}\u{2029}\"", #""/""#,
    #""\/\"\\\b\f\n\r\t""#, #""\u0000\uABCD\uabcd\uFFFF\ufffe""#, #""\ud800""#, #""\udc00\ud800""#,
    #""\uD83D\uDE00""#, "\"\u{10FFFF}\u{10000}\u{E000}\u{D7FF}\u{800}\u{7FF}\u{80}\"",
    "\"\u{FFFE}\u{FFFF}\u{FEFF}\"", "[]", "[ ]", "{}", "{ }", "[[]]", "[{}]", "[1]", "[1,2]",
    "[ 1 ,\t2\r\n]", #"{"a":1}"#, #"{"a":1,"a":2}"#, #"{"":{"":{"":[]}}}"#,
    #"{ "a" : [ { } ] , "b" : null }"#,
    " 1 ", "\t\"a\"\n", #"{"Name":"Id","Value":"x","Properties":[null]}"#,
    "[null,true,-1,\"\",[],{}]",
    #"{"\u0000":0}"#, "{\"é\":\"😀\"}",
]

/// A string with the given bytes between its quotes.
func quoted(_ bytes: UInt8...) -> [UInt8] {
    [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
}

/// The text before and after a value of any type in a listing.
let valueContexts = [
    (#"[{"Properties":[{"Name":"Id","Value":"#, "}]}]"),
    (#"[{"Properties":[{"Value":"#, #","Name":"Id"}]}]"#),
    (#"[{"Properties":[{"Name":"Owner","Value":"#, "}]}]"),
    (#"[{"Properties":[{"Name":"#, "}]}]"),
    (#"[{"Properties":[{"Name":"Id","Value":"1"},{"x":"#, #"}]}]"#),
    (#"[{"x":"#, "}]"),
    (#"[{},{"x":[1,"#, "]}]"),
    (#"[{"x":{"y":"#, #"}}]"#),
]

@Test(arguments: valueContexts)
func `What the grammar refuses is refused in every position`(before: String, after: String) {
    let lead = Array(before.utf8)
    for bad in badValues {
        let text = lead + bad.text + Array(after.utf8)
        let (whole, deviations) = Reading.ofAllSplits(text, jobColumns)
        #expect(
            whole.error == JSONRowsError(kind: bad.kind, offset: lead.count + bad.offset),
            "\(String(decoding: text, as: UTF8.self)): \(whole)"
        )
        #expect(deviations.isEmpty, "\(String(decoding: text, as: UTF8.self))")
    }
}

@Test(arguments: valueContexts)
func `What the grammar accepts is accepted in every position`(before: String, after: String) {
    for good in goodValues {
        let text = before + good + after
        let (whole, deviations) = Reading.ofAllSplits(Array(text.utf8), jobColumns)
        #expect(whole.error == nil, "\(text): \(whole)")
        #expect(deviations.isEmpty, "\(text)")
    }
}

@Test(arguments: [
    Refusal("null", .wrongShape, 0), Refusal("{}", .wrongShape, 0),
    Refusal(" \"a\"", .wrongShape, 1),
    Refusal("1", .wrongShape, 0), Refusal("true", .wrongShape, 0), Refusal("-", .wrongShape, 0),
    Refusal(#"{"Message":"no"}"#, .wrongShape, 0), Refusal("\u{FEFF}null", .wrongShape, 3),
    Refusal("<!DOCTYPE html>", .unexpectedByte, 0), Refusal("Not found", .unexpectedByte, 0),
    Refusal("[null]", .wrongShape, 1), Refusal("[{},null]", .wrongShape, 4),
    Refusal("[\"a\"]", .wrongShape, 1), Refusal("[[]]", .wrongShape, 1),
    Refusal("[1]", .wrongShape, 1),
    Refusal(#"[{"Properties":{}}]"#, .wrongShape, 15),
    Refusal(#"[{"Properties":"a"}]"#, .wrongShape, 15),
    Refusal(#"[{"Properties":1}]"#, .wrongShape, 15),
    Refusal(#"[{"Properties":true}]"#, .wrongShape, 15),
    Refusal(#"[{"Properties":[null]}]"#, .wrongShape, 16),
    Refusal(#"[{"Properties":["a"]}]"#, .wrongShape, 16),
    Refusal(#"[{"Properties":[[]]}]"#, .wrongShape, 16), Refusal("[*]", .unexpectedByte, 1),
    Refusal("", .incomplete, 0), Refusal("  ", .incomplete, 2), Refusal("\u{FEFF}", .incomplete, 3),
    Refusal([0xEF, 0xBB], .incomplete, 2), Refusal([0xEF, 0xBB, 0x5B], .unexpectedByte, 2),
    Refusal([0xEF, 0x5B], .unexpectedByte, 1), Refusal([0xFE, 0xFF, 0, 0x5B], .unexpectedByte, 0),
    Refusal([0xFF, 0xFE, 0x5B, 0], .unexpectedByte, 0), Refusal([0, 0x5B], .unexpectedByte, 0),
    Refusal([0x5B, 0, 0x5D, 0], .unexpectedByte, 1),
    Refusal("\u{FEFF}\u{FEFF}[]", .unexpectedByte, 3),
    Refusal("[]]", .trailingBytes, 2), Refusal("[] []", .trailingBytes, 3),
    Refusal("[]\u{0}", .trailingBytes, 2),
    Refusal("[]x", .trailingBytes, 2), Refusal("[],", .trailingBytes, 2),
    Refusal("[{}]{}", .trailingBytes, 4),
    Refusal("[]\n\u{FEFF}", .trailingBytes, 3), Refusal("]", .unexpectedByte, 0),
    Refusal("}", .unexpectedByte, 0),
    Refusal(",", .unexpectedByte, 0), Refusal(":", .unexpectedByte, 0),
    Refusal("[{},]", .unexpectedByte, 4),
    Refusal("[,{}]", .unexpectedByte, 1), Refusal("[{}{}]", .unexpectedByte, 3),
    Refusal("[{}:{}]", .unexpectedByte, 3),
    Refusal("[}", .unexpectedByte, 1), Refusal("[{}}", .unexpectedByte, 3),
])
func `A listing of another shape is refused`(bad: Refusal) {
    let (whole, deviations) = Reading.ofAllSplits(bad.text, jobColumns)
    #expect(bad.matches(whole), "\(whole)")
    #expect(deviations.isEmpty)
}

@Test(arguments: [
    Refusal("null", .wrongShape, 0), Refusal("\"a\"", .wrongShape, 0),
    Refusal("{}", .wrongShape, 0),
    Refusal("[1]", .wrongShape, 1), Refusal("[\"a\",null]", .wrongShape, 5),
    Refusal("[{}]", .wrongShape, 1),
    Refusal("[[\"a\"]]", .wrongShape, 1), Refusal("[\"a\"", .incomplete, 4),
    Refusal("[\"a", .incomplete, 3),
    Refusal("[\"a\",]", .unexpectedByte, 5), Refusal("[\"a\"}", .unexpectedByte, 4),
    Refusal("[\"a\"]\"", .trailingBytes, 5),
])
func `A list of strings of another shape is refused`(bad: Refusal) {
    let (whole, deviations) = Reading.ofAllSplits(bad.text, .strings)
    #expect(bad.matches(whole), "\(whole)")
    #expect(deviations.isEmpty)
}

@Test(arguments: [
    Refusal("null", .wrongShape, 0), Refusal("[\"a\"]", .wrongShape, 0),
    Refusal("{}", .wrongShape, 0),
    Refusal("5.1", .wrongShape, 0), Refusal("5.1.6086", .wrongShape, 0),
    Refusal("a", .unexpectedByte, 0),
    Refusal("\"a", .incomplete, 2), Refusal("\"a\"\"b\"", .trailingBytes, 3),
    Refusal("\"a\" x", .trailingBytes, 4),
    Refusal("\"a\\", .incomplete, 3), Refusal("\"\\u12", .incomplete, 5),
    Refusal([0x22, 0xC3], .incomplete, 2),
])
func `A string of another shape is refused`(bad: Refusal) {
    let (whole, deviations) = Reading.ofAllSplits(bad.text, .string)
    #expect(bad.matches(whole), "\(whole)")
    #expect(deviations.isEmpty)
}

@Test func `A text that is truncated at any byte is incomplete`() {
    let text = Array(
        #"[{"Properties":[{"Name":"Id","Value":"é\u0041"},{"Name":"State","Value":null}],"x":[-1.5e3,true]}]"#
            .utf8
    )
    for end in text.indices {
        let reading = Reading.of([text[..<end]], jobColumns)
        #expect(reading.error == JSONRowsError(kind: .incomplete, offset: end))
        #expect(reading.rows.isEmpty || end == text.count - 1)
    }
    #expect(Reading.of([text[...]], jobColumns).error == nil)
}

@Test func `Each later call throws the same error again`() {
    var reader = RowReader(shape: .strings)
    var errors: [JSONRowsError?] = []
    for chunk in ["[\"a\",", "]", "\"b\"]", "", "end"] {
        do throws(JSONRowsError) {
            if chunk == "end" {
                try reader.finish { _ in }
            } else {
                try reader.feed(Array(chunk.utf8).span) { _ in }
            }
            errors.append(nil)
        } catch {
            errors.append(error)
        }
    }
    let error = JSONRowsError(kind: .unexpectedByte, offset: 5)
    #expect(errors == [nil, error, error, error, error])
    #expect(reader.rows == 1)
}

@Test func `An error is one sentence with the position`() {
    let kinds: [JSONRowsError.Kind] = [
        .unexpectedByte, .controlCharacter, .invalidEscape, .invalidUTF8, .trailingBytes,
        .wrongShape,
        .tooDeep, .stringTooLong, .rowTooLong, .incomplete,
    ]
    for kind in kinds {
        let text = JSONRowsError(kind: kind, offset: 4711).description
        #expect(text.contains("4711"))
        #expect(text.hasSuffix("."))
        #expect(!text.contains("\n"))
    }
}
