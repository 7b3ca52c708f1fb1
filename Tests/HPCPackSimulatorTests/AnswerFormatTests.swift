import Foundation
import FoundationXML
import HPCPackSimulator
import Testing

/// Answers in XML, as .NET's `DataContractSerializer` writes the product's contracts.
struct AnswerFormatTests {
    let client: JobClient
    let job: Int

    init() throws {
        client = try JobClient()
        job = try client.createJob(("Name", "A & <B> \"C\"\r\n"))
        try client.addTask(job, "sleep 1000")
    }

    private func xml(_ path: String, _ parameters: [(String, String)] = []) -> APIResponse {
        client.probe.ask(path, parameters, headers: [("Accept", "application/xml")])
    }

    @Test func `Texts, numbers and lists of texts are serialized primitives`() throws {
        let primitives = "http://schemas.microsoft.com/2003/10/Serialization/"
        let version = xml("/cluster/version")
        #expect(version["Content-Type"] == "application/xml; charset=utf-8")
        #expect(version.text == "<string xmlns=\"\(primitives)\">5.3.6450.0</string>")
        let created = client.probe.ask(
            "/jobs",
            method: "POST",
            headers: [("Accept", "text/xml")]
        )
        #expect(created.text == "<int xmlns=\"\(primitives)\">\(job + 1)</int>")
        let templates = xml("/jobs/templates").text
        #expect(templates.hasPrefix("<ArrayOfstring xmlns=\"\(primitives)Arrays\" xmlns:i="))
        #expect(templates.contains("<string>Default</string><string>GPU</string>"))
    }

    @Test func `Rows and properties are those of the product's contracts`() throws {
        let head =
            " xmlns=\"http://schemas.microsoft.com/HPCS2008R2/common\""
            + " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">"
        let named = [("properties", "Id,Name")]
        let pairs =
            "<Property><Name>Id</Name><Value>\(job)</Value></Property>"
            + "<Property><Name>Name</Name>"
            + "<Value>A &amp; &lt;B&gt; \"C\"&#xD;\n</Value></Property>"
        #expect(
            xml("/jobs/\(job)", named).text == "<ArrayOfProperty\(head)\(pairs)</ArrayOfProperty>"
        )
        #expect(
            xml("/jobs", named).text
                == "<ArrayOfObject\(head)<Object><Properties>\(pairs)</Properties></Object>"
                + "</ArrayOfObject>"
        )
        #expect(
            xml("/jobs/\(job)/customProperties").text == "<ArrayOfProperty\(head)</ArrayOfProperty>"
        )
        #expect(
            xml("/jobs", [("$filter", "JobState eq Failed")]).text
                == "<ArrayOfObject\(head)</ArrayOfObject>"
        )
    }

    @Test func `Another XML reader finds in every answer what JSON has`() throws {
        for path in [
            "/nodes", "/nodes/HEADNODE", "/nodes/groups", "/jobs", "/jobs/\(job)",
            "/jobs/\(job)/tasks", "/jobs/\(job)/tasks/1", "/jobs/templates",
            "/nodes/groups/ComputeNodes", "/cluster/activeHeadNode",
        ] {
            let document = try XMLDocument(data: Data(xml(path).body))
            let values = try document.nodes(forXPath: "//*[not(*)]").map { $0.stringValue ?? "" }
            var expected: [String] = []
            func collect(_ value: Any?) {
                if let text = value as? String { expected.append(text) }
                for element in value as? [Any] ?? [] { collect(element) }
                guard let object = value as? [String: Any] else { return }
                collect(object["Properties"])
                collect(object["Name"])
                collect(object["Value"])
            }
            collect(client.probe.ask(path).jsonValue)
            #expect(values == expected, "\(path)")
        }
    }

    @Test func `Refusals are XML too, and 204 is nothing in every format`() throws {
        let refusal = xml("/jobs/999")
        #expect(refusal.status == 404)
        #expect(refusal.text.hasPrefix("<Error><Message>") && refusal.text.contains("999"))
        let answer = client.probe.ask(
            "/jobs/\(job)/submit",
            method: "POST",
            headers: [("Accept", "application/xml")]
        )
        #expect(answer.status == 204 && answer.body.isEmpty && answer["Content-Type"] == nil)
    }

    @Test func `Bodies in XML are lists of properties and strings`() throws {
        let namespace = "xmlns=\"http://schemas.microsoft.com/HPCS2008R2/common\""
        func post(_ method: String, _ path: String, _ body: String) -> APIResponse {
            client.probe.ask(
                path,
                method: method,
                headers: [("Content-Type", "application/xml; charset=utf-8")],
                body: Array(body.utf8)
            )
        }
        let property =
            "<Property><Name>Name</Name><Value>x &amp; y</Value></Property>"
            + "<Property><Name>Project</Name><Value i:nil=\"true\"/></Property>"
        let list = "<ArrayOfProperty \(namespace)>\(property)</ArrayOfProperty>"
        let created = post("POST", "/jobs", list)
        // The content type brings XML, and nothing else is asked for.
        #expect(created.text.hasPrefix("<int "))
        #expect(try client.property("/jobs/\(job + 1)", "Name") == "x & y")
        #expect(post("PUT", "/jobs/\(job)", list).status == 204)
        try client.submit(job)
        client.simulator.advance(by: 5)
        let message = "<string>no &lt;more&gt;</string>"
        #expect(post("POST", "/jobs/\(job)/cancel", message).status == 204)
        #expect(try client.property("/jobs/\(job)", "ErrorMessage").contains("no <more>"))
        for wrong in ["<Properties/>", "<ArrayOfProperty><x/></ArrayOfProperty>", "<a", "[]"] {
            #expect(post("POST", "/jobs", wrong).status == 400)
        }
    }

    @Test(
        arguments: [
            (nil, "application/json"), ("*/*", "application/json"),
            ("text/html", "application/json"),
            ("application/json", "application/json"), ("text/json", "text/json"),
            ("application/xml", "application/xml"), ("TEXT/XML", "text/xml"),
            ("application/xml;q=0", "application/json"),
            ("application/json;q=0.5, application/xml", "application/xml"),
            ("text/html, text/xml", "text/xml"),
            ("application/xml;q=0.5, application/json;q=0.9", "application/json"),
            (",;,", "application/json"),
        ] as [(String?, String)]
    )
    func `Accept decides, JSON is the default`(_ accept: String?, _ type: String) {
        let answer = client.probe.ask(
            "/cluster/version",
            headers: accept.map { [("Accept", $0)] } ?? []
        )
        #expect(answer["Content-Type"] == "\(type); charset=utf-8")
        #expect(answer.text.hasPrefix(type.hasSuffix("json") ? "\"" : "<string"))
    }

    @Test func `A refusal, and the answer to a body in text XML, have the type that was asked for`()
    {
        let headers = [("Accept", "text/xml"), ("Content-Type", "text/xml; charset=utf-8")]
        for header in headers {
            let answer = client.probe.ask("/jobs/999", headers: [header])
            #expect(answer.status == 404 && answer["Content-Type"] == "text/xml; charset=utf-8")
        }
    }
}
