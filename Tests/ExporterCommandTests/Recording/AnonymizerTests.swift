import HPCPackClient
import Testing

@testable import ExporterCommand

/// Names go, everything else stays as it was spelled.
struct AnonymizerTests {
    private static func exchange(
        _ body: String,
        call: String = "/jobs",
        path: String? = nil,
        query: [(name: String, value: String)] = [],
        status: Int = 200,
        headers: [(name: String, value: String)] = []
    ) -> Exchange {
        Exchange(
            headNode: "1",
            pathTemplate: call,
            path: path ?? call,
            query: query,
            status: status,
            headers: headers,
            body: Array(body.utf8)
        )
    }

    private static func anonymized(_ exchanges: Exchange...) -> [Exchange] {
        Anonymizer.anonymize(exchanges).exchanges
    }

    private static func body(_ body: String, call: String = "/jobs", status: Int = 200) -> String {
        String(
            decoding: anonymized(exchange(body, call: call, status: status))[0].body,
            as: UTF8.self
        )
    }

    @Test(arguments: [
        #"[{"Properties":[{"Name":"Id","Value":"14"},{"Name":"State","Value":"Running"}]}]"#,
        // White space, key order, escapes and cases.
        "[ {\t\"Properties\" : [ { \"Value\" : \"running\" , \"Name\" : \"State\" } ] }\r\n]\n",
        #"[{"Properties":[{"Name":"ChangeTime","Value":"1\/1\/0001 12:00:00 AM"}]}]"#,
        #"[{"Properties":[{"Name":"ChangeTime","Value":"2026-11-26T10:00:00.123Z"}]}]"#,
        #"[{"Properties":[{"Name":"SubmitTime","Value":"26/11/2569 13:27:00"}]}]"#,
        #"[{"Properties":[{"Name":"SubmitTime","Value":"2026-11-26 오전 3:04:05"}]}]"#,
        #"[{"Properties":[{"Name":"SubmitTime","Value":"11/26/2026 3:04:05\u202fPM"}]}]"#,
        #"[{"Properties":[{"Name":"NumCores","Value":"0x10"},{"Name":"CpuSpeed","Value":" +5 "}]}]"#,
        #"[{"Properties":[{"Name":"Reachable","Value":"False"},{"Name":"Priority","Value":"Normal"}]}]"#,
        #"[{"Properties":[{"Name":"TaskId","Value":"14.1.3"},{"Name":"State","Value":"NA"}]}]"#,
        // An API of plain objects.
        #"[{"State":"Online","Health":"OK","Cores":16,"MemorySize":1.5e3,"OnAzure":false,"Location":null}]"#,
        #"[{"Metrics":{"HpcCpuUsage":12.8,"HpcSomethingNew":1}},{"Metrics":{}}]"#,
        "null", "[]", "{}", "", "[{\"Cores\": 07, \"Sockets\": NaN}]",
    ])
    func `What can name nothing stays byte for byte`(body: String) {
        #expect(Self.body(body) == body)
    }

    @Test(arguments: [
        ("/cluster/version", "\"5.3.6450.0\""),
        ("/cluster/info/dateTimeFormat", "\"dd/MM/yyyy HH:mm:ss\""),
        ("/cluster/info/dateTimeFormat", #""M\/d\/yyyy h:mm:ss\u202ftt""#),
        ("/cluster/userRoles", #"["User", "Administrator"]"#),
    ])
    func `Answers that are no rows stay where they can name nothing`(call: String, body: String) {
        #expect(Self.body(body, call: call) == body)
    }

    /// Bodies, each with the word `canary` in some place and spelling.
    static let named = [
        #"[{"Properties":[{"Name":"Name","Value":"canary"}]}]"#,
        #"[{"Properties":[{"Value":"canary","Name":"Name"}]}]"#,
        #"[{"Properties":[{"Name":"State","Value":"canary"}]}]"#,
        #"[{"Properties":[{"Name":"Id","Value":"canary"},{"Name":"NumCores","Value":"16 canary"}]}]"#,
        #"[{"Properties":[{"Name":"SubmitTime","Value":"1/2/2026 canary 3:04:05"}]}]"#,
        #"[{"Properties":[{"Name":"Unknown","Value":"canary"}]}]"#,
        #"[{"Properties":[{"Name":"Unknown","Value":["canary",{"Canary":"canary x"}]}]}]"#,
        #"[{"Name":"canary","Value":"1"}]"#, #"[{"Name":"CANARY_PATH","Value":"Running"}]"#,
        #"{"EnvironmentVariables":{"Canary":"x"}}"#,
        #"{"EnvironmentVariables":[{"Name":"Canary","Value":"State"}]}"#,
        #"{"CustomProperties":{"a":{"Canary":1}}}"#, #"{"canary-7":{"HpcCpuUsage":1}}"#,
        #"[{"Name":"Canary"},{"Canary":{"HpcCpuUsage":1}}]"#,
        #"[{"Canary":{"HpcCpuUsage":1}},{"Name":"CANARY"}]"#,
        #"["canary"]"#, #""canary""#, #"{"State":{"x":"canary"}}"#, #"{"Groups":["A","canary"]}"#,
        #"{"Name":"c\u0061n\u0061ry"}"#, #"{"Name":"c\u0061nary"#,
        #"{"Name":"\ud83d\ude00canary"}"#,
        #"{"State":"Running canary"}"#, #"{"Message":"No job canary at canary.example.com"}"#,
        #"{"Name":"{\"Owner\":\"canary\"}"}"#, "[canary]", "{\"State\": canary", "canary",
        "{\"State\":\"Running\"} canary", "[1,2,canary", "\u{FEFF}{\"Name\":\"canary\"}",
        "<html><body class=\"canary\">canary<!-- canary --></body></html>",
        "<canary state='canary'>&amp;canary</canary>",
        "<?xml version=\"1.0\"?><State>canary</State>",
        "<script>var host = 'canary';</script>", "<a href='http://canary/'>x", "<![CDATA[canary]]>",
    ]

    @Test(arguments: named, [200, 404])
    func `What may name something goes, wherever it stands`(body: String, status: Int) {
        for call in ["/jobs", "/cluster/version", "/cluster/info/dateTimeFormat"] {
            let result = Self.body(body, call: call, status: status)
            #expect(!result.lowercased().contains("canary"), "\(result)")
            // What separates words stays.
            #expect(
                result.filter { "{}[]<>\":,".contains($0) }
                    == body.filter { "{}[]<>\":,".contains($0) }
            )
        }
    }

    @Test(arguments: named)
    func `An answer that is cut off anywhere gives nothing away`(body: String) {
        let bytes = Array(body.utf8)
        for count in bytes.indices {
            let exchange = Exchange(
                headNode: "1",
                pathTemplate: "/jobs",
                path: "/jobs",
                status: 200,
                body: Array(bytes[..<count])
            )
            let result = Anonymizer.anonymize([exchange]).exchanges[0].body
            #expect(!String(decoding: result, as: UTF8.self).lowercased().contains("canary"))
        }
    }

    @Test func `Texts of errors are replaced whatever they are called`() {
        let body = Self.body(#"{"State":"Running","Id":"14","Message":"x y"}"#, status: 500)
        #expect(!body.contains("Running") && !body.contains("14") && body.contains("\"Message\""))
    }

    @Test func `The same name gives the same replacement in bodies, paths, filters and fields`()
        throws
    {
        let results = Self.anonymized(
            Self.exchange(
                #"["CN001", "cn001.Contoso.local", "Cn001,CN002"]"#,
                call: "/jobs/templates"
            ),
            Self.exchange(
                #"[{"Properties":[{"Name":"AllocatedNodes","Value":"CN001 4"}]}]"#,
                query: [
                    ("$filter", "NodeGroup eq CN001 and JobState eq Running"), ("owner", "CN001"),
                ]
            ),
            Self.exchange(
                "[]",
                call: "/nodes/groups/{name}",
                path: "/nodes/groups/CN001%20%C3%9C",
                headers: [("Location", "https://cn001.contoso.local:443/hpc")]
            )
        )
        let list = String(decoding: results[0].body, as: UTF8.self)
        let name = try #require(list.split(separator: "\"").dropFirst().first.map(String.init))
        #expect(name.count == 5 && name != "CN001" && name == name.uppercased())
        #expect(name.prefix(2).allSatisfy(\.isLetter) && name.suffix(3).allSatisfy(\.isNumber))
        #expect(list.contains("\"\(name.lowercased())."))
        #expect(list.contains("\"\(name.prefix(1))\(name.dropFirst().lowercased()),"))
        #expect(String(decoding: results[1].body, as: UTF8.self).contains("\"\(name) "))
        #expect(results[1].query[0].value == "NodeGroup eq \(name) and JobState eq Running")
        #expect(results[1].query[1].value == name)
        #expect(results[2].path.hasPrefix("/nodes/groups/\(name)%20%C3%"))
        let location = try #require(results[2].headers.first?.value)
        #expect(location.contains("://\(name.lowercased()).") && !location.contains("contoso"))
    }

    @Test func `Different names stay different`() {
        let names =
            (0..<26).map { String(UnicodeScalar(UInt8(97 + $0))) } + (0..<100).map { "\($0)" }
        let list = "[" + names.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        let parts = Self.body(list, call: "/jobs/templates").split(separator: ",")
        #expect(Set(parts).count == names.count)
    }

    @Test func `Ids in paths, properties and times of filters stay`() {
        let result = Self.anonymized(
            Self.exchange(
                "[]",
                call: "/jobs/{jobId}/tasks",
                path: "/jobs/14/tasks",
                query: [
                    ("properties", "TaskId,State,SomethingNew"), ("rowsPerRead", "10"),
                    ("$filter", "ChangeTimeFrom eq 11/26/2026 10:00:00"),
                    ("expandParametric", "true"),
                    ("queryId", "cn001"),
                ]
            )
        )[0]
        #expect(result.path == "/jobs/14/tasks")
        #expect(
            result.query.prefix(4).map(\.value) == [
                "TaskId,State,SomethingNew", "10", "ChangeTimeFrom eq 11/26/2026 10:00:00", "true",
            ]
        )
        #expect(result.query[4].value != "cn001")
    }

    @Test func `Fields stay by a list`() {
        let given: [(name: String, value: String)] = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Server", "Microsoft-HTTPAPI/2.0"),
            ("Date", "Thu, 26 Nov 2026 11:04:18 GMT"), ("x-ms-row-count", "17"),
            ("Retry-After", "120"), ("Transfer-Encoding", "chunked"),
        ]
        let odd: [(name: String, value: String)] = [
            ("Server", "canary"), ("Content-Type", "application/canary"), ("Date", "canary"),
            ("Set-Cookie", "canary=canary; Path=/canary; HttpOnly"), ("X-Canary", "1"),
            ("WWW-Authenticate", "Basic realm=\"canary\", Negotiate canary"), ("Via", "1.1 canary"),
            ("x-ms-continuation-QueryId", "canary"), ("x-ms-canary", "canary"),
            ("Location", "/canary"),
            ("X-Backend", "canary"), ("x-ms-other", "canary"),
        ]
        let (results, report) = Anonymizer.anonymize([Self.exchange("[]", headers: given + odd)])
        let fields = results[0].headers
        #expect(fields.prefix(given.count).map(\.value) == given.map(\.value))
        #expect(!fields.contains { ($0.name + $0.value).lowercased().contains("canary") })
        let challenge = fields.first { $0.name == "WWW-Authenticate" }?.value ?? ""
        #expect(challenge.hasPrefix("Basic realm=\"") && challenge.contains("\", Negotiate "))
        #expect(fields.first { $0.name == "Set-Cookie" }?.value.hasSuffix("; HttpOnly") == true)
        #expect(report.droppedFields == ["x-canary", "x-backend", "x-ms-canary"])
        #expect(report.replacedFields.contains("set-cookie"))
    }

    @Test func `The report tells what was left in and which words are not documented`() {
        let body =
            #"[{"Properties":[{"Name":"State","Value":"Odd"},{"Name":"Id","Value":"7"},"#
            + #"{"Name":"SomethingNew","Value":"x"}]}]"#
        let (results, report) = Anonymizer.anonymize([Self.exchange(body)])
        #expect(report.kept["Id"]?.count == 1 && report.kept["Id"]?.examples == ["7"])
        #expect(report.unknownWords["State"] == ["Odd"])
        #expect(report.otherNames == ["SomethingNew"])
        #expect(!String(decoding: results[0].body, as: UTF8.self).contains("Odd"))
    }

    @Test func `A body in another encoding is left out`() {
        let exchange = Self.exchange("c\0a\0n\0a\0r\0y\0")
        let result = Anonymizer.anonymize([exchange]).exchanges[0]
        #expect(result.body.isEmpty && !result.isWhole)
    }
}
