import JSONRows
import ParserOracles
import Testing

/// Rows that are plain objects: the node calls of HPC Pack 2019.
struct PlainObjectTests {
    private static let names = ["Name", "Cores", "Groups"]
    private static let nested = (name: "Metrics", columns: ["HPCCpuUsage", "Cores"])
    private static var shape: RowShape {
        .plainObjects(
            ColumnSet(names),
            nested: NestedColumns(nested.name, ColumnSet(nested.columns))
        )
    }

    private static let cases = [
        RowsCase(
            "every type",
            """
            [ { "Name" : "CN001", "Cores" : 8, "Groups" : [ "A", "B C" ], "OnAzure" : true,
                "Roles": [[{}], {"Name": "no"}], "Metrics": {"HPCCpuUsage": 12.8772411} },
              {"Name": true, "Cores": -1.50E+2, "Groups": []}, {"Name": null, "Groups": null}, {} ]
            """,
            [
                ["CN001", "8", "A\u{1F}B C", "12.8772411", nil],
                ["true", "-1.50E+2", "", nil, nil], [nil, nil, nil, nil, nil],
                [nil, nil, nil, nil, nil],
            ]
        ),
        RowsCase("no rows", " [ ] ", []),
        RowsCase(
            "keys in any case, and escaped",
            #"[{"NAME":"a","c\u006fres":1,"mETRICS":{"HpcCpuUsage":2,"CORES":3}}]"#,
            [["a", "1", nil, "2", "3"]]
        ),
        RowsCase(
            "items that are null or empty",
            #"[{"Groups":[null,"a",null,"","é\u0000",null]},{"Groups":[null]},{"Groups":[""]}]"#,
            [
                [nil, nil, "a\u{1F}\u{1F}é\0", nil, nil], [nil, nil, "", nil, nil],
                [nil, nil, "", nil, nil],
            ]
        ),
        RowsCase(
            "arrays of other things, and objects, are no values",
            #"[{"Name":["a",1],"Cores":{"Cores":1},"Groups":[["a"],"b"],"Metrics":[1]},{"Name":[{"Name":"x"}]}]"#,
            [[nil, nil, nil, nil, nil], [nil, nil, nil, nil, nil]]
        ),
        RowsCase(
            "a member twice: the last wins",
            """
            [{"Name":"a","name":"bb","Cores":1,"Cores":null,"Groups":"x","Groups":["y"]},
             {"Name":["a"],"Name":{},"Cores":{},"Cores":"7","Groups":[1],"Groups":null},
             {"Name":null,"Name":"c","Groups":["a"],"Groups":["b",null,"c"]}]
            """,
            [
                ["bb", nil, "y", nil, nil], [nil, "7", nil, nil, nil],
                ["c", nil, "b\u{1F}c", nil, nil],
            ]
        ),
        RowsCase(
            "a nested object twice: the last wins, and what is around it stays",
            """
            [{"Cores":1,"Metrics":{"HPCCpuUsage":2,"Cores":3},"Metrics":{"Cores":"x"}},
             {"Metrics":{"Cores":3},"Cores":4,"metrics":null},{"Metrics":{"Cores":3},"METRICS":7},
             {"Metrics":{"Metrics":{"Cores":9}},"Cores":5}]
            """,
            [
                [nil, "1", nil, nil, "x"], [nil, "4", nil, nil, nil], [nil, nil, nil, nil, nil],
                [nil, "5", nil, nil, nil],
            ]
        ),
        RowsCase(
            "members of the nested object are none of the object around, nor the reverse",
            #"[{"HPCCpuUsage":1,"Metrics":{"Name":"a","Groups":["b"]}}]"#,
            [[nil, nil, nil, nil, nil]]
        ),
        RowsCase("a byte order mark", "\u{FEFF}[{\"Name\":\"a\"}]", [["a", nil, nil, nil, nil]]),
    ]

    @Test(arguments: cases)
    func `Plain objects are read the same however the text is split`(example: RowsCase) {
        let text = Array(example.text.utf8)
        let (whole, deviations) = Reading.ofAllSplits(text, Self.shape)
        #expect(whole == Reading(rows: example.rows))
        #expect(deviations.isEmpty)
        #expect(
            ReferenceReader.plainRows(text, columns: Self.names, nested: Self.nested)
                == example.rows
        )
    }

    @Test func `A row tells what each column is`() throws {
        var reader = RowReader(shape: .plainObjects(ColumnSet(["a", "b", "c", "d", "e", "f"])))
        var kinds: [[Row.ValueKind]] = []
        let text =
            #"[{"a":1,"b":["x"],"c":null,"d":{},"e":[1]},{"a":null,"b":"x","c":[],"d":false,"e":[null]},{}]"#
        try reader.feed(Array(text.utf8).span) { row in
            var row1: [Row.ValueKind] = []
            for column in 0..<6 { row1.append(row.kind(column)) }
            kinds.append(row1)
            let outside = (row.kind(-1), row.kind(64), row.kind(.max))
            #expect(outside == (.missing, .missing, .missing))
        }
        #expect(
            kinds == [
                [.scalar, .list, .null, .other, .other, .missing],
                [.null, .scalar, .list, .scalar, .list, .missing],
                [.missing, .missing, .missing, .missing, .missing, .missing],
            ]
        )
    }

    @Test(arguments: [
        Refusal("null", .wrongShape, 0), Refusal("{}", .wrongShape, 0),
        Refusal(#""a""#, .wrongShape, 0), Refusal("[1]", .wrongShape, 1),
        Refusal("[null]", .wrongShape, 1), Refusal("[{},[]]", .wrongShape, 4),
        Refusal(#"[{"Name":0x10}]"#, .unexpectedByte, 10),
        Refusal(#"[{"Cores":NaN}]"#, .unexpectedByte, 10),
        Refusal(#"[{"Cores":01}]"#, .unexpectedByte, 11),
        Refusal(#"[{"Groups":["a" "b"]}]"#, .unexpectedByte, 16),
        Refusal(#"[{"Groups":["a",]}]"#, .unexpectedByte, 16),
        Refusal(#"[{"Groups":[,"a"]}]"#, .unexpectedByte, 12),
        Refusal(#"[{"Groups":["a"}]"#, .unexpectedByte, 15),
        Refusal(#"[{"x":{"y":nul}}]"#, .unexpectedByte, 14),
        Refusal(#"[{"Metrics":{"Cores":1]}]"#, .unexpectedByte, 22),
        Refusal(#"[{"Name":"a"}"#, .incomplete, 13), Refusal(#"[{"Groups":["a""#, .incomplete, 15),
        Refusal(#"[{Name:1}]"#, .unexpectedByte, 2), Refusal(#"[{"Name" 1}]"#, .unexpectedByte, 9),
        Refusal(Array(#"[{"Groups":[""#.utf8) + [0xFF], .invalidUTF8, 13),
    ])
    func `Anything else is refused at its exact byte`(example: Refusal) {
        let (whole, deviations) = Reading.ofAllSplits(example.text, Self.shape)
        #expect(example.matches(whole), "\(whole)")
        #expect(deviations.isEmpty)
    }

    @Test(arguments: [
        Refusal(#"[{"Name":"0123456789"}]"#, .incomplete, -1),
        Refusal(#"[{"Name":"0123456789a"}]"#, .stringTooLong, 20),
        Refusal(#"[{"0123456789a":1}]"#, .stringTooLong, 13),
        Refusal(#"[{"Groups":["0123456789a"]}]"#, .stringTooLong, 23),
        Refusal(#"[{"Groups":[[[[1]]]]}]"#, .incomplete, -1),
        Refusal(#"[{"Groups":[[[[[1]]]]]}]"#, .tooDeep, 15),
        Refusal(#"[{"Metrics":{"x":{"x":{"x":{"x":{"x":1}}}}}}]"#, .tooDeep, 32),
        Refusal("[{" + String(repeating: " ", count: 100), .rowTooLong, 61),
        Refusal(
            #"[{"Groups":["# + String(repeating: #""a","#, count: 20) + #""b"]}]"#,
            .rowTooLong,
            61
        ),
    ])
    func `Every limit holds for plain objects too`(example: Refusal) {
        let (whole, deviations) = Reading.ofAllSplits(
            example.text,
            Self.shape,
            limits: smallLimits
        )
        if example.offset < 0 {
            #expect(whole.error == nil)
        } else {
            #expect(example.matches(whole), "\(whole)")
        }
        #expect(deviations.isEmpty)
    }

    @Test func `The reader agrees with the reference on mutated listings of plain objects`() {
        let dictionary = [
            #""Name":"#, #""Cores":"#, #""Groups":["#, #""Metrics":{"#, "null", "[]", "{}", "1e5",
            #""a","#, "}", "]", ",", "\\u001f",
        ]
        var accepted = 0
        for (seed, example) in Self.cases.enumerated() {
            let text = Array(example.text.utf8)
            var mutator = Mutator(seed: UInt64(seed), dictionary: dictionary)
            for _ in 0..<300 {
                let mutated = mutator.mutated(text, with: Array(Self.cases[0].text.utf8))
                let whole = Reading.of([mutated[...]], Self.shape)
                let single = Reading.of(mutated.indices.map { mutated[$0...$0] }, Self.shape)
                let rows = ReferenceReader.plainRows(
                    mutated,
                    columns: Self.names,
                    nested: Self.nested
                )
                let shown = String(decoding: mutated, as: UTF8.self)
                #expect(whole == single, "\(shown)")
                #expect((whole.error == nil) == (rows != nil), "\(shown): \(whole)")
                if let rows {
                    accepted += 1
                    #expect(whole.rows == rows, "\(shown)")
                }
            }
        }
        #expect(accepted > 50)
    }
}
