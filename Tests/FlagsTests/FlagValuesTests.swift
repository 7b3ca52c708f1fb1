import Testing

@testable import Flags

/// The parser on a table with a flag of each kind.
struct FlagValuesTests {
    static let table = FlagTable(
        program: "app",
        summary: "program of a test",
        environmentPrefix: "APP_",
        subcommands: ["check"],
        variablesOnly: ["secret": "a secret is never given as a flag"],
        introduction: "Usage: app [flags]\n       app check\n\nDoes its work.\n",
        groups: [
            FlagTable.Group(
                "Values",
                [
                    Flag("app.text", .text, help: "Text."),
                    Flag("app.host", .list, "HOST", default: "a", help: "Hosts."),
                    Flag("app.path", .list, "PATH", help: "Paths."),
                    Flag("app.wait", .duration, default: "30s", help: "Wait."),
                    Flag("app.size", .integer(1...9), default: "4", help: "Size."),
                    Flag("app.start", .integer(.min ... .max), help: "Start."),
                    Flag("app.rows", .integer(1 ... .max), help: "Rows."),
                    Flag("app.speed", .decimal, default: "1", help: "Speed."),
                    Flag("app.form", .choice(["one", "two"]), default: "one", help: "Form."),
                    Flag("app.mode", .choice(["plain"]), help: "Mode."),
                ],
                notes: "  A note.\n"
            ),
            FlagTable.Group(
                "Other",
                [
                    Flag("app.cache", .toggle, default: "true", help: "Cache."),
                    Flag("check", .presence, help: "Check."), .printHelp, .printVersion,
                ]
            ),
        ],
        conclusion: "The end.\n"
    )

    private func values(_ arguments: [String], _ environment: [String: String] = [:]) throws
        -> FlagValues
    {
        try FlagValues(Self.table, arguments: arguments, environment: environment)
    }

    private func refusal(_ arguments: [String], _ environment: [String: String] = [:]) throws
        -> String
    {
        let error = #expect(throws: UsageError.self) { try values(arguments, environment) }
        return try #require(error).description
    }

    @Test func `Without arguments there are the defaults`() throws {
        let values = try values([])
        #expect(values.text("app.text") == nil && values.texts("app.path").isEmpty)
        #expect(values.texts("app.host") == ["a"] && values.duration("app.wait") == .seconds(30))
        #expect(values.integer("app.size") == 4 && values.decimal("app.speed") == 1)
        #expect(values.isOn("app.cache") && !values.isOn("check"))
        #expect(!values.isGiven("app.host"))
    }

    @Test(
        arguments: [
            // The arguments, the variable, and the values that count.
            ([], nil, ["a"]), ([], "", ["a"]), ([], " , ,", ["a"]), ([], "b", ["b"]),
            ([], "b, c\t,,d", ["b", "c", "d"]), (["--app.host=b,c"], nil, ["b,c"]),
            (["--app.host=b"], "c,d", ["b"]),
            (["--app.host", "b", "--app.host=c"], "d", ["b", "c"]),
            (["--app.host=b", "--app.host=b"], nil, ["b", "b"]),
        ] as [([String], String?, [String])]
    )
    func `A repeatable flag adds up, and replaces its variable and its default`(
        arguments: [String],
        variable: String?,
        expected: [String]
    ) throws {
        let environment = variable.map { ["APP_APP_HOST": $0] } ?? [:]
        #expect(try values(arguments, environment).texts("app.host") == expected)
    }

    @Test(arguments: [
        ("--app.wait=0s", "is not a duration above zero"), ("--app.wait=366d", "longer than 365d"),
        ("--app.size=10", "is not a whole number from 1 to 9"),
        ("--app.size=+5", "is not a whole number"), ("--app.size=0x5", "is not a whole number"),
        ("--app.size= 5", "is not a whole number"), ("--app.size=5.0", "is not a whole number"),
        ("--app.start=+5", "is not a whole number"), ("--app.start=--5", "is not a whole number"),
        ("--app.start=-", "is not a whole number"), ("--app.size=", "is not a whole number"),
        ("--app.speed=1e3", "is not a number"), ("--app.speed=0x10", "is not a number"),
        ("--app.speed=inf", "is not a number"), ("--app.speed=+1", "is not a number"),
        ("--app.speed=-1", "is not a number"), ("--app.speed=1 ", "is not a number"),
        ("--app.start=x", "--app.start: \"x\" is not a whole number"),
        ("--app.rows=0", "is not a whole number of at least 1"),
        ("--app.speed=fast", "is not a number"), ("--app.speed=nan", "is not a number"),
        ("--app.form=three", "is not one of one, two"), ("--app.mode=odd", "is not plain"),
        ("--app.cache=maybe", "is not true or false"), ("--no-app.cache=1", "takes no value"),
        ("--no-check", "unknown flag"), ("--app.text=", "needs a value: --app.text=TEXT"),
        ("--app.text", "needs a value: --app.text=TEXT"), ("--secret=x", "a secret is never given"),
        ("--app.txt=x", "did you mean --app.text?"), ("--app.nothing-like-it", "see --help"),
        ("--hunter2", "unknown flag in argument 1; see --help"), ("hunter2", "argument 1 is not"),
        ("--app.form=a\u{1B}[31m\nb", "\"a [31m b\""),
    ])
    func `What a flag does not take is named in one line`(argument: String, part: String) throws {
        let text = try refusal([argument])
        #expect(text.contains(part) && !text.contains { $0.isNewline })
        #expect(text.contains("hunter2") == false)
    }

    @Test func `A refused variable is named`() throws {
        #expect(
            try refusal([], ["APP_APP_SIZE": "0"])
                == "the variable APP_APP_SIZE: \"0\" is not a whole number from 1 to 9"
        )
    }

    @Test func `The message on a repeated flag names those that repeat`() throws {
        #expect(
            try refusal(["--app.size=1", "--app.size=1"])
                == "--app.size was given twice; only --app.host and --app.path repeat"
        )
        #expect(try !values(["--app.cache", "--no-app.cache"]).isOn("app.cache"))
    }

    @Test func `A subcommand is a flag without dashes, as the first argument only`() throws {
        #expect(try values(["check", "--app.size=1"]).isOn("check"))
        #expect(try refusal(["--app.size=1", "check"]).contains("must be the first argument"))
    }

    @Test func `A program without a prefix reads no variables`() throws {
        let table = FlagTable(
            program: "app",
            summary: "",
            introduction: "",
            groups: [FlagTable.Group("All", [Flag("size", .integer(1...9), help: "Size.")])],
            conclusion: ""
        )
        let environment = ["SIZE": "2", "size": "2", "_SIZE": "2"]
        #expect(try !FlagValues(table, arguments: [], environment: environment).isGiven("size"))
        #expect(table.misspellings(in: environment).isEmpty)
    }

    @Test func `Help counts anywhere, and names groups, flags, defaults and notes`() {
        let table = Self.table
        #expect(table.answer(to: ["x", "--version"]) == BuildInfo.answer(of: "app") + "\n")
        #expect(table.answer(to: ["--help="]) == nil)
        for arguments in [["--nonsense", "-h"], ["--version", "--help"]] {
            #expect(table.answer(to: arguments) == table.help)
        }
        #expect(
            table.help.contains("\nValues:\n  --app.text=TEXT\n      Text.\n  --app.host=HOST\n")
        )
        #expect(table.help.contains("  --app.form=one|two\n      Form. Default: one.\n"))
        #expect(table.help.contains("  A note.\n\nOther:\n  --[no-]app.cache\n"))
        #expect(table.help.contains("  --check\n      Check.\n"))
        #expect(table.help.hasPrefix("Usage: app [flags]\n       app check\n\nDoes"))
        #expect(table.help.hasSuffix("exit.\n\nThe end.\n"))
    }

    @Test func `Only a near misspelling of a variable gets a hint`() {
        let hints = Self.table.misspellings(in: [
            "APP_APP_SIZ": "hunter2", "APP_SECRETS": "hunter2", "APP_SECRET": "x", "APP_PORT": "1",
            "APP_APP_SIZE": "1", "AP_APP_SIZE": "1",
        ])
        #expect(
            hints == [
                "the variable APP_APP_SIZ is not known and not read; did you mean APP_APP_SIZE?",
                "the variable APP_SECRETS is not known and not read; did you mean APP_SECRET?",
            ]
        )
    }

    @Test(arguments: [("", "", 0), ("", "ab", 2), ("kitten", "sitting", 3), ("flaw", "lawn", 2)])
    func `The edit distance is Levenshtein's`(left: String, right: String, distance: Int) {
        #expect(EditDistance.distance(from: left, to: right) == distance)
        #expect(EditDistance.distance(from: right, to: left) == distance)
    }
}
