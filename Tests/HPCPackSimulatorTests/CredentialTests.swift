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

    @Test func `Only administrators act as another user`() throws {
        var probe = try HeadNodeProbe {
            $0.accounts.append(SimulatorAccount(name: "u", password: "p", isAdministrator: false))
        }
        let asUser = [(name: "x-ms-as-user", value: "HPC\\alice")]
        #expect(probe.ask("/jobs", headers: asUser).status == 200)
        probe.credentials = "u:p"
        #expect(probe.ask("/jobs").status == 200)
        #expect(probe.ask("/jobs", headers: asUser).status == 403)
    }
}
