import Foundation
import HPCPackSimulator
import Testing

struct CredentialTests {
    @Test(arguments: [
        nil, "", "Basic", "Basic !!!", "Basic bW9uaXRvcg==", "Bearer abc", "Negotiate TlRMTVNT",
        "Basic " + Data("HPC\\monitor:wrong".utf8).base64EncodedString(),
        "Basic " + Data("HPC\\monitor:".utf8).base64EncodedString(),
        "Basic " + Data("monitor:monitor".utf8).base64EncodedString(),
        "Basic " + Data("HPC\\monitor:monitorr".utf8).base64EncodedString(),
    ])
    func `Without the right credentials every path is 401 with a Basic challenge`(_ field: String?)
        throws
    {
        var probe = try HeadNodeProbe()
        probe.credentials = nil
        let headers = field.map { [(name: "Authorization", value: $0)] } ?? []
        for path in ["/nodes", "/jobs/1", "/nope"] {
            let response = probe.ask(path, headers: headers)
            #expect(response.status == 401)
            #expect(response["WWW-Authenticate"]?.hasPrefix("Basic") == true)
            #expect(response.message != nil)
        }
    }

    @Test(arguments: ["p:a:ss", "pässwörd €", "", "a/b?c", "xx", "xxx"])
    func `Any password works, colons and Unicode too`(_ password: String) throws {
        var probe = try HeadNodeProbe {
            $0.accounts = [SimulatorAccount(name: "HPC\\Zoë", password: password)]
        }
        probe.credentials = "hpc\\zoË:\(password)"
        #expect(probe.ask("/cluster/version").status == 200)
    }

    @Test func `Without accounts everybody comes in`() throws {
        var probe = try HeadNodeProbe { $0.accounts = [] }
        probe.credentials = nil
        #expect(probe.ask("/cluster/version").status == 200)
    }

    @Test(arguments: SimulatorRole.allCases)
    func `Only administrators and job administrators act as another user`(_ role: SimulatorRole)
        throws
    {
        var probe = try HeadNodeProbe {
            $0.accounts = [
                SimulatorAccount(name: "HPC\\me", password: "p", roles: [role]),
                SimulatorAccount(name: "HPC\\Other", password: "q", roles: [.user]),
            ]
        }
        probe.credentials = "HPC\\me:p"
        let may = role == .administrator || role == .jobAdministrator
        for name in ["HPC\\alice", "hpc\\ALICE", "hpc\\other"] {
            let response = probe.ask("/jobs", headers: [("x-ms-as-user", name)])
            #expect(response.status == (may ? 200 : 403))
        }
        #expect(probe.ask("/jobs", headers: [("x-ms-as-user", "")]).status == 200)
        let unknown = probe.ask("/jobs", headers: [("X-MS-As-User", "HPC\\nobody")])
        #expect(unknown.status == 403)
        #expect(unknown.message?.contains("HPC\\nobody") == may)
    }

    @Test func `Who is acted as has its own rights, not those of the administrator`() throws {
        let probe = try HeadNodeProbe()
        let job = try #require(probe.walk("/jobs").first { $0["Owner"] != "HPC\\alice" })
        let path = "/jobs/\(job["Id"] ?? "")"
        #expect(probe.ask(path).status == 200)
        #expect(probe.ask(path, headers: [("x-ms-as-user", "HPC\\alice")]).status == 403)
        let owner = [(name: "x-ms-as-user", value: job["Owner"] ?? "")]
        #expect(probe.ask(path, headers: owner).status == 200)
    }
}
