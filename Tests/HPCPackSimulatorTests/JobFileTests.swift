import Foundation
import HPCPackSimulator
import Testing

/// `POST /jobs/jobFile`: jobs described in XML.
struct JobFileTests {
    @Test func `A job with its tasks comes from XML in a JSON string`() throws {
        let client = try JobClient()
        let job = try client.createJob(
            xml: """
                <?xml version="1.0" encoding="utf-16"?>
                <Job Version="3.000" Name="From a file" MinCores="2" MaxCores="4" Priority="Highest"
                    NodeGroups="ComputeNodes" RunUntilCanceled="false" Id="77" State="Running"
                    HasGrown="true" Owner="HPC\\other"
                    xmlns="http://schemas.microsoft.com/HPCS2008R2/scheduler/">
                  <CustomProperties><Term><Name>Ticket</Name><Value>A&amp;B</Value></Term></CustomProperties>
                  <Dependencies />
                  <Tasks>
                    <Task Version="3.000" Name="one" CommandLine="echo 1" MinCores="1" Id="9">
                      <EnvironmentVariables>
                        <Variable><Name>CASE</Name><Value>7</Value></Variable>
                      </EnvironmentVariables>
                    </Task>
                    <Task Name="sweep" CommandLine="echo *" IsParametric="true" StartValue="2"
                        EndValue="6" IncrementValue="2" DependsOn="one"/>
                  </Tasks>
                  <Later Version="9"/>
                </Job>
                """
        )
        let row = try client.properties("/jobs/\(job)")
        let expected = [
            "Name": "From a file", "MinCores": "2", "MaxCores": "4", "Priority": "Highest",
            "NodeGroups": "ComputeNodes", "State": "Configuring", "Id": String(job),
        ]
        for (name, value) in expected { #expect(row[name] == value, "\(name)") }
        #expect(row["Owner"]?.lowercased() == "hpc\\monitor")
        #expect(
            try HeadNodeProbe.properties(
                client.probe.ask("/jobs/\(job)/customProperties").jsonValue
            )
                == ["Ticket": "A&B"]
        )
        #expect(
            try HeadNodeProbe.properties(
                client.probe.ask("/jobs/\(job)/tasks/1/envVariables").jsonValue
            )
                == ["CASE": "7"]
        )
        try client.submit(job)
        client.simulator.advance(by: 60)
        #expect(try client.state(job) == "Finished")
        let tasks = try client.probe.walk("/jobs/\(job)/tasks")
        #expect(tasks.map { $0["CommandLine"] } == ["echo 1", "echo 2", "echo 4", "echo 6"])
    }

    @Test func `The XML may also be the body itself, or a serialized string`() throws {
        let client = try JobClient()
        let xml = "<Job Name='x'><Tasks><Task CommandLine='hostname' MinCores='1'/></Tasks></Job>"
        let escaped = xml.replacingOccurrences(of: "<", with: "&lt;")
        let string =
            "<string xmlns=\"http://schemas.microsoft.com/2003/10/Serialization/\">\(escaped)</string>"
        for (type, body) in [("application/xml", xml), ("text/xml; charset=utf-8", string)] {
            let answer = client.probe.ask(
                "/jobs/jobFile",
                method: "POST",
                headers: [("Content-Type", type), ("Accept", "application/json")],
                body: Array(body.utf8)
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try client.property("/jobs/\(answer.text)", "Name") == "x")
        }
    }

    @Test(arguments: [
        "", "hello", "<Job", "<Task/>", "<Job MinCores='x'/>", "<Job MinCores='5' MaxCores='4'/>",
        "<Job Priority='Urgent'/>", "<Job JobTemplate='Nope'/>",
        "<Job><Tasks><Task MinCores='0'/></Tasks></Job>",
        "<Job><Tasks><Task IsParametric='true'/></Tasks></Job>",
        "<Job><Tasks><Task IsParametric='true' EndValue='1000001'/></Tasks></Job>",
        "<!DOCTYPE Job [<!ENTITY a \"aaaa\">]><Job Name='&a;'/>",
        String(repeating: "<Job>", count: 1000),
        "<Job><Tasks>" + String(repeating: "<Task/>", count: 10_001) + "</Tasks></Job>",
        "<Job><Tasks>"
            + String(repeating: "<Task IsParametric='true' EndValue='1000000'/>", count: 3)
            + "</Tasks></Job>",
    ])
    func `What is no job is refused, and nothing is left of it`(_ xml: String) throws {
        let client = try JobClient()
        let answer = client.probe.ask(
            "/jobs/jobFile",
            method: "POST",
            body: try JobClient.json(xml)
        )
        #expect((400..<500).contains(answer.status), "\(xml.prefix(80)): \(answer.text)")
        #expect(answer.message?.isEmpty == false)
        #expect(client.probe.ask("/jobs").text == "[]")
        #expect(client.simulator.violations() == [])
    }

    @Test func `Cut and changed files are answered, never worse`() throws {
        let client = try JobClient()
        let xml = Array(
            "<Job Name='x' MinCores='2'><Tasks><Task Name='&amp;' CommandLine='echo *' Type='ParametricSweep' EndValue='3'/></Tasks></Job>"
                .utf8
        )
        for index in xml.indices {
            for byte in [0x20, 0x22, 0x26, 0x27, 0x30, 0x3C, 0x3E, 0x78] as [UInt8] {
                var changed = xml
                changed[index] = byte
                for body in [changed, Array(xml[..<index])] {
                    let answer = client.probe.ask(
                        "/jobs/jobFile",
                        method: "POST",
                        headers: [("Content-Type", "application/xml")],
                        body: body
                    )
                    #expect(answer.status == 200 || answer.status == 400)
                }
            }
        }
        #expect(client.simulator.violations() == [])
    }
}
