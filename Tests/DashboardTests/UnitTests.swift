import Flags
import Foundation
import TestSupport
import Testing

/// The systemd units and what packages say of the version.
struct UnitTests {
    private static let units = ["hpcpack-exporter.service", "hpcpack-exporter@.service"]

    private func lines(_ unit: String) throws -> [String] {
        try Repository.text("packaging/systemd/" + unit).components(separatedBy: "\n")
    }

    private func analyze(_ arguments: [String]) throws -> InstalledTool.Outcome {
        try InstalledTool("systemd-analyze", package: "systemd").run(arguments)
    }

    /// A folder with the units, in which programs that are not installed here stand for others.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for unit in Self.units {
            let text = try Repository.text("packaging/systemd/" + unit)
            try folder.write(
                unit,
                text.replacingOccurrences(of: "=/usr/bin/hpcpack-exporter", with: "=/bin/true")
            )
        }
        return folder
    }

    @Test(arguments: units) func `systemd understands the unit and finds nothing wrong`(
        unit: String
    ) throws {
        let folder = try folder()
        let name = unit.replacingOccurrences(of: "@", with: "@cluster")
        let outcome = try withExtendedLifetime(folder) {
            try analyze(["verify", "--man=no", folder.path(name)])
        }
        #expect(
            outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty,
            "\(outcome)"
        )
    }

    @Test(arguments: units) func `The service is confined as tightly as ever`(unit: String) throws {
        let folder = try folder()
        let outcome = try withExtendedLifetime(folder) {
            try analyze([
                "security", "--offline=true", "--threshold=14", "--no-pager", folder.path(unit),
            ])
        }
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test(arguments: units)
    func `The unit reads settings, reloads, reports readiness and shows the credential`(
        unit: String
    ) throws {
        let lines = try Set(lines(unit))
        #expect(
            lines.isSuperset(of: [
                "Documentation=man:hpcpack-exporter(1)", "Type=notify",
                "ExecReload=/bin/kill -HUP $MAINPID",
                "User=hpcpack-exporter", "NoNewPrivileges=yes", "ProtectSystem=strict",
                "CapabilityBoundingSet=", "SystemCallFilter=@system-service",
                "RestartPreventExitStatus=2",
                "#   LoadCredential=hpcpack-password:/etc/hpcpack-exporter/password",
                "#   Environment=HPCPACK_EXPORTER_HPCPACK_PASSWORD_FILE=%d/hpcpack-password",
            ])
        )
        let settings =
            unit.contains("@")
            ? "/etc/default/hpcpack-exporter-%i" : "-/etc/default/hpcpack-exporter"
        #expect(lines.contains("EnvironmentFile=" + settings))
        let user = try Repository.text("packaging/systemd/hpcpack-exporter.sysusers")
        #expect(user.hasPrefix("u hpcpack-exporter - "))
    }

    @Test(arguments: [(nil, 1), ("", 1), ("https://headnode", 0)] as [(String?, Int32)])
    func `Without the address of a head node the unit says what to set`(url: String?, code: Int32)
        throws
    {
        let line = try #require(lines(Self.units[0]).first { $0.hasPrefix("ExecCondition=") })
        let script = line.components(separatedBy: "'")[1].replacingOccurrences(of: "$$", with: "$")
        let process = try ChildProcess(
            executable: "/bin/sh",
            ["-c", script],
            environment: url.map { ["HPCPACK_EXPORTER_HPCPACK_URL": $0] } ?? [:]
        )
        #expect(try process.exitCode() == code)
        #expect(
            process.standardError
                == (code == 0
                    ? "" : "set HPCPACK_EXPORTER_HPCPACK_URL in /etc/default/hpcpack-exporter\n")
        )
    }

    @Test func `The unit of an instance differs in its name and its settings alone`() throws {
        let pairs = try zip(lines(Self.units[0]), lines(Self.units[1])).filter { $0 != $1 }
        #expect(try lines(Self.units[0]).count == lines(Self.units[1]).count)
        #expect(
            pairs.allSatisfy { pair in
                ["Description=", "EnvironmentFile=", "ExecCondition=", "#"].contains {
                    pair.0.hasPrefix($0)
                }
            }
        )
        #expect(pairs.count == 5)
    }

    @Test func `Packages and image have the version of the program`() throws {
        let changelog = try Repository.text("packaging/debian/changelog")
        #expect(changelog.hasPrefix("hpcpack-exporter (\(BuildInfo.version)) "))
        let docker = try DockerfileText(Repository.text("Dockerfile"))
        for stage in ["exporter", "simulator"] {
            let arguments = docker.stages.filter { $0.name == stage }.flatMap { $0.all("ARG") }
            #expect(arguments.contains("VERSION=\(BuildInfo.version)"), "\(stage)")
        }
    }
}
