import JSONRows
import Testing

/// A text of objects, and its rows.
struct RowsCase: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let rows: [[String?]]

    init(_ name: String, _ text: String, _ rows: [[String?]]) {
        self.name = name
        self.text = text
        self.rows = rows
    }

    var testDescription: String { name }

    static let all = [
        RowsCase("compact", #"[{"Properties":[{"Name":"Id","Value":"1"}]}]"#, [["1", nil, nil]]),
        RowsCase(
            "as the specification's example is written",
            """
            [ {
            "Properties" : [ {
            "Name" : "Id",
            "Value" : "14"
            }, {
            "Name" : "Owner",
            "Value" : "HPC\\\\hpcadmin"
            }, {
            "Name" : "State",
            "Value" : "Finished"
            } ]
            }, {
            "Properties" : [ {
            "Name" : "Id",
            "Value" : "11"
            }, {
            "Name" : "Owner",
            "Value" : "HPC\\\\hpcadmin"
            }, {
            "Name" : "State",
            "Value" : "Finished"
            } ]
            } ]

            """,
            [["14", "Finished", nil], ["11", "Finished", nil]]
        ),
        RowsCase(
            "keys and names in any case",
            #"[{"properties":[{"NAME":"iD","vaLUE":"1"},{"name":"STATE","value":"Queued"}]}]"#,
            [["1", "Queued", nil]]
        ),
        RowsCase(
            "value before name",
            #"[{"Properties":[{"Value":"x","Name":"Owner"},{"Value":"1","Name":"Id"}]}]"#,
            [["1", nil, nil]]
        ),
        RowsCase(
            "changing order and missing properties",
            """
            [{"Properties":[{"Name":"Id","Value":"1"},{"Name":"State","Value":"A"}]},
            {"Properties":[{"Name":"State","Value":"B"},{"Name":"Id","Value":"2"}]},
            {"Properties":[{"Name":"State","Value":"C"}]},
            {"Properties":[]},
            {"Properties":[{"Name":"Id","Value":"1"},{"Name":"State","Value":"A"}]},
            {"Properties":[{"Name":"Id","Value":"1"},{"Value":"A","Name":"State"}]}]
            """,
            [
                ["1", "A", nil], ["2", "B", nil], [nil, "C", nil], [nil, nil, nil],
                ["1", "A", nil],
                ["1", "A", nil],
            ]
        ),
        RowsCase("an empty array", "[]", []),
        RowsCase("an empty array with white space", " \t\r\n[ \n] \r\n", []),
        RowsCase("a byte order mark", "\u{FEFF}[]", []),
        RowsCase(
            "a byte order mark and a row",
            "\u{FEFF} [{\"Properties\":[{\"Name\":\"Id\",\"Value\":\"1\"}]}]",
            [["1", nil, nil]]
        ),
        RowsCase(
            "no properties member",
            #"[{},{"Other":1}]"#,
            [[nil, nil, nil], [nil, nil, nil]]
        ),
        RowsCase("properties null", #"[{"Properties":null}]"#, [[nil, nil, nil]]),
        RowsCase("properties empty", #"[{"Properties":[ ]}]"#, [[nil, nil, nil]]),
        RowsCase("a property without members", #"[{"Properties":[{},{ }]}]"#, [[nil, nil, nil]]),
        RowsCase(
            "unknown members of every type, everywhere",
            """
            [{"a":{"Name":"Id","Value":"9","Properties":[{"Name":"Id","Value":"8"}]},"b":[1,[{}]],\
            "Properties":[{"c":null,"Name":"Id","d":[true,false],"Value":"1","e":-1.5e3}],\
            "f":"\\u0041"}]
            """,
            [["1", nil, nil]]
        ),
        RowsCase(
            "a property twice: the last wins",
            #"[{"Properties":[{"Name":"Id","Value":"1"},{"Name":"ID","Value":"22"}]}]"#,
            [["22", nil, nil]]
        ),
        RowsCase(
            "a property twice, null the second time",
            #"[{"Properties":[{"Name":"Id","Value":"1"},{"Name":"Id","Value":null}]}]"#,
            [[nil, nil, nil]]
        ),
        RowsCase(
            "a property twice, without a value the second time",
            #"[{"Properties":[{"Name":"Id","Value":"1"},{"Name":"Id"}]}]"#,
            [[nil, nil, nil]]
        ),
        RowsCase(
            "keys twice in a property: the last win",
            #"[{"Properties":[{"Name":"Owner","Value":"1","Name":"Id","Value":"2"}]}]"#,
            [["2", nil, nil]]
        ),
        RowsCase(
            "a value that is no longer wanted when the name comes again",
            #"[{"Properties":[{"Name":"Id","Value":"1","Name":"Owner"}]}]"#,
            [[nil, nil, nil]]
        ),
        RowsCase(
            "a name that comes again as null",
            #"[{"Properties":[{"Name":"Id","Value":"1","Name":null}]}]"#,
            [[nil, nil, nil]]
        ),
        RowsCase(
            "a list of properties twice: the last wins",
            #"[{"Properties":[{"Name":"Id","Value":"1"}],"properties":[{"Name":"State","Value":"A"}]}]"#,
            [[nil, "A", nil]]
        ),
        RowsCase(
            "a list of properties, then null",
            #"[{"Properties":[{"Name":"Id","Value":"1"}],"Properties":null}]"#,
            [[nil, nil, nil]]
        ),
        RowsCase(
            "values of other types",
            """
            [{"Properties":[{"Name":"Id","Value":-1.50E+2},{"Name":"State","Value":true}]},
            {"Properties":[{"Name":"Id","Value":0},{"Name":"State","Value":false}]},
            {"Properties":[{"Name":"Id","Value":null},{"Name":"State","Value":[1,"a"]}]},
            {"Properties":[{"Name":"Id","Value":{"Value":"1"}},{"Name":"State","Value":""}]}]
            """,
            [["-1.50E+2", "true", nil], ["0", "false", nil], [nil, nil, nil], [nil, "", nil]]
        ),
        RowsCase(
            "a value of another type after a string of the same property",
            #"[{"Properties":[{"Name":"Id","Value":"1","Value":[]}]}]"#,
            [[nil, nil, nil]]
        ),
        RowsCase(
            "names that are no strings",
            #"[{"Properties":[{"Name":1,"Value":"1"},{"Name":["Id"],"Value":"1"},{"Value":"1"}]}]"#,
            [[nil, nil, nil]]
        ),
        RowsCase(
            "escaped keys and names",
            #"[{"Prop\u0065rties":[{"N\u0061me":"\u0049d","\u0056alue":"a\/\\\"\b\f\n\r\tz"}]}]"#,
            [["a/\\\"\u{8}\u{C}\n\r\tz", nil, nil]]
        ),
        RowsCase(
            "Unicode, bare and escaped",
            #"[{"Properties":[{"Name":"Id","Value":"é€😀\u00e9\u20AC\ud83D\uDe00\u0000\uFFFF"}]}]"#,
            [["é€😀é€😀\0\u{FFFF}", nil, nil]]
        ),
        RowsCase(
            "a name that only Unicode case would match",
            "[{\"Properties\":[{\"Name\":\"Nodegroup\u{17F}\",\"Value\":\"1\"}]}]",
            [[nil, nil, nil]]
        ),
        RowsCase(
            "half surrogate pairs",
            #"[{"Properties":[{"Name":"Id","Value":"\uD800|\uDC00|\uD800\uD800\uDC00|\uDBFF\n|\uDBFF\u0041|\uD834"}]}]"#,
            [["\u{FFFD}|\u{FFFD}|\u{FFFD}\u{10000}|\u{FFFD}\n|\u{FFFD}A|\u{FFFD}", nil, nil]]
        ),
        RowsCase(
            "values longer than any fast path",
            #"[{"Properties":[{"Name":"Id","Value":""#
                + String(repeating: "0123456789", count: 28)
                + #""},{"Name":"State","Value":"x"}]},{"Properties":[{"Name":"Id","Value":""#
                + String(repeating: "abcdefghij", count: 30) + #""}]}]"#,
            [
                [String(repeating: "0123456789", count: 28), "x", nil],
                [String(repeating: "abcdefghij", count: 30), nil, nil],
            ]
        ),
    ]
}

@Test(arguments: RowsCase.all)
func `Rows are read the same however the text is split`(example: RowsCase) {
    let (whole, deviations) = Reading.ofAllSplits(Array(example.text.utf8), jobColumns)
    #expect(whole == Reading(rows: example.rows))
    #expect(deviations.isEmpty)
}

@Test(arguments: [
    ("[]", []), (#"["a"]"#, ["a"]), (" [ \"a\" , \"b\" ] ", ["a", "b"]),
    (#"["","é\u00e9\"","CN 001"]"#, ["", "éé\"", "CN 001"]),
])
func `Each string of an array is a row`(text: String, strings: [String]) {
    let (whole, deviations) = Reading.ofAllSplits(Array(text.utf8), .strings)
    #expect(whole == Reading(rows: strings.map { string in [string] }))
    #expect(deviations.isEmpty)
}

@Test(arguments: [
    (#""""#, ""), (#""HEADNODE""#, "HEADNODE"), (" \"5.1.6086.0\"\r\n", "5.1.6086.0"),
    ("\u{FEFF}\"M/d/yyyy h:mm:ss tt\"", "M/d/yyyy h:mm:ss tt"), (#""\ud83d\ude00""#, "😀"),
])
func `A string is one row`(text: String, string: String) {
    let (whole, deviations) = Reading.ofAllSplits(Array(text.utf8), .string)
    #expect(whole == Reading(rows: [[string]]))
    #expect(deviations.isEmpty)
}

@Test func `A reader counts the rows that it has read`() throws {
    var reader = RowReader(shape: .strings)
    let text = Array(#"["a","b","c"]"#.utf8)
    try reader.feed(text.span.extracting(..<8)) { _ in }
    #expect(reader.rows == 2)
    try reader.feed(text.span.extracting(8...)) { _ in }
    try reader.finish { _ in }
    #expect(reader.rows == 3)
}

@Test func `A column that no row has is absent and empty`() throws {
    var reader = RowReader(shape: .strings)
    var seen = 0
    try reader.feed(Array(#"["a"]"#.utf8).span) { row in
        seen += 1
        for column in [-1, 1, 63, 64, .max, .min] {
            let (isPresent, count, string) = (
                row.isPresent(column), row.bytes(column).count, row.string(column)
            )
            #expect(!isPresent)
            #expect(count == 0)
            #expect(string.isEmpty)
        }
        let (count, byte) = (row.bytes(0).count, row.bytes(0)[0])
        #expect(count == 1)
        #expect(byte == UInt8(ascii: "a"))
    }
    #expect(seen == 1)
}

@Test func `Sixty-four columns are told apart`() {
    let names = (0..<64).map { "Column\($0)" }
    let pairs = names.reversed().map { #"{"Name":"\#($0)","Value":"\#($0)="}"# }
    let text = #"[{"Properties":["# + pairs.joined(separator: ",") + "]}]"
    let reading = Reading.of([Array(text.utf8)[...]], .objects(ColumnSet(names)))
    #expect(reading == Reading(rows: [names.map { "\($0)=" }]))
}

@Test func `Rows are read without columns too`() {
    let text = Array(#"[{"Properties":[{"Name":"Id","Value":"1"}]},{}]"#.utf8)
    #expect(Reading.of([text[...]], .objects(ColumnSet([]))) == Reading(rows: [[], []]))
}
