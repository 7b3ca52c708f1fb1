import JSONRows
import Testing

/// Limits that a short text can reach.
let smallLimits = JSONLimits(depth: 6, stringBytes: 10, rowBytes: 60)

@Test(arguments: [
    Refusal(#"[{"x":[[[[1]]]]}]"#, .incomplete, -1),
    Refusal(#"[{"x":[[[[[1]]]]]}]"#, .tooDeep, 10),
    Refusal(#"[{"x":{"x":{"x":{"x":{"x":{"#, .tooDeep, 26),
    Refusal(#"[{"x":"0123456789"}]"#, .incomplete, -1),
    Refusal(#"[{"x":"0123456789a"}]"#, .stringTooLong, 17),
    Refusal(#"[{"x":"01234\u0041"}]"#, .stringTooLong, 17),
    Refusal(#"[{"x":"012345678\n"}]"#, .stringTooLong, 17),
    Refusal(#"[{"x":"012345678é"}]"#, .stringTooLong, 17),
    Refusal(#"[{"0123456789a":1}]"#, .stringTooLong, 13),
    Refusal(#"[{"Properties":[{"Name":"0123456789a"}]}]"#, .stringTooLong, 35),
    Refusal(#"[{"Properties":[{"Value":"0123456789a"}]}]"#, .stringTooLong, 36),
    Refusal(#"[{"x":0123456789}]"#, .unexpectedByte, 7),
    Refusal(#"[{"x":1234567890}]"#, .incomplete, -1),
    Refusal(#"[{"x":-1234.67e90}]"#, .stringTooLong, 16),
    Refusal(#"[{"x":"6","x":"13","x":"21","x":"29","x":"37","x":"45","x":1}]"#, .incomplete, -1),
    Refusal(#"[{"x":"6","x":"13","x":"21","x":"29","x":"37","x":"45","x":12}]"#, .rowTooLong, 61),
    Refusal("[{" + String(repeating: " ", count: 100), .rowTooLong, 61),
    Refusal("[{}," + String(repeating: " ", count: 100) + "{}]", .incomplete, -1),
])
func `Every limit is an error at its exact byte`(example: Refusal) {
    let (whole, deviations) = Reading.ofAllSplits(example.text, jobColumns, limits: smallLimits)
    if example.offset < 0 {
        #expect(whole.error == nil)
    } else {
        #expect(example.matches(whole), "\(whole)")
    }
    #expect(deviations.isEmpty)
}

@Test(arguments: [
    Refusal(#"["0123456789"]"#, .incomplete, -1), Refusal(#"["0123456789a"]"#, .stringTooLong, 12),
    Refusal(#"["a","0123456789a"]"#, .stringTooLong, 16),
])
func `The limits hold for arrays of strings too`(example: Refusal) {
    let (whole, deviations) = Reading.ofAllSplits(example.text, .strings, limits: smallLimits)
    if example.offset < 0 {
        #expect(whole.error == nil)
    } else {
        #expect(example.matches(whole), "\(whole)")
    }
    #expect(deviations.isEmpty)
}

@Test(arguments: [
    "[", "{\"a\":", #"[{"x":"#, #"[{"Properties":[{"Value":"#, #"[{"Properties":[{"Name":"#,
])
func `Two hundred thousand open brackets are refused`(start: String) {
    for bracket in ["[", "{\"a\":"] {
        let text = Array(start.utf8) + Array(String(repeating: bracket, count: 200_000).utf8)
        let kind = Reading.of([text[...]], jobColumns).error?.kind
        #expect(kind == .tooDeep || kind == .wrongShape || kind == .unexpectedByte)
        let chunks = stride(from: 0, to: text.count, by: 997).map {
            text[$0..<min($0 + 997, text.count)]
        }
        #expect(Reading.of(chunks, jobColumns) == Reading.of([text[...]], jobColumns))
    }
}

@Test func `A string without an end is refused at its limit`() {
    let chunk = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 16)
    var reader = RowReader(shape: jobColumns)
    var refused: JSONRowsError?
    do throws(JSONRowsError) {
        try reader.feed(Array(#"[{"x":""#.utf8).span) { _ in }
        for _ in 0..<1600 { try reader.feed(chunk.span) { _ in } }
    } catch {
        refused = error
    }
    #expect(refused == JSONRowsError(kind: .stringTooLong, offset: 7 + 1 << 20))
}

@Test(arguments: [
    JSONLimits(depth: .min, stringBytes: .min, rowBytes: .min),
    JSONLimits(depth: .max, stringBytes: .max, rowBytes: .max),
    JSONLimits(depth: 0, stringBytes: 0, rowBytes: 0),
    JSONLimits(depth: 3, stringBytes: -1, rowBytes: 1),
])
func `No limits make the reader trap`(limits: JSONLimits) {
    for example in RowsCase.all where example.text.utf8.count < 400 {
        let (_, deviations) = Reading.ofAllSplits(
            Array(example.text.utf8),
            jobColumns,
            limits: limits
        )
        #expect(deviations.isEmpty)
    }
}
