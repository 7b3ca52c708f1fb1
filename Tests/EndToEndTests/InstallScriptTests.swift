import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// `scripts/install-packages` with stand-ins for Debian's tools, so that nothing is installed.
final class InstallScriptTests {
    private let folder: TemporaryFolder
    private var policy: String { folder.path("policy-rc.d") }
    private var seen: String { folder.path("seen") }

    /// Makes the stand-ins: `apt-get install` keeps a copy of the policy and goes on until `go` is there.
    init() throws {
        folder = try TemporaryFolder()
        for (name, text) in [
            ("id", "echo 0"), ("swift", ""), ("dpkg-query", "echo not-installed"),
            (
                "apt-get",
                """
                [ "$1" = install ] || exit 0
                cp "$POLICY_RC_D" "$FOLDER/copy" && mv "$FOLDER/copy" "$FOLDER/seen"
                turn=0
                while [ ! -e "$FOLDER/go" ] && [ $turn -lt 1500 ]; do sleep 0.02; turn=$((turn + 1)); done
                exit $(cat "$FOLDER/go")
                """
            ),
        ] {
            try folder.write(name, "#!/bin/sh\n\(text)\n", mode: 0o755)
        }
    }

    private func start() throws -> ChildProcess {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try ChildProcess(
            executable: "/bin/sh",
            [root.appendingPathComponent("scripts/install-packages").path, "build"],
            environment: [
                "PATH": "\(folder.path):/usr/bin:/bin", "POLICY_RC_D": policy,
                "FOLDER": folder.path,
            ]
        )
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private func letGo(_ code: Int) throws {
        try folder.write("go", "\(code)\n")
    }

    @Test(arguments: [0, 100])
    func `No service may start while packages are installed, and later it may`(code: Int) throws {
        let process = try start()
        #expect(Deadline.wait { exists(seen) })
        #expect(try String(contentsOfFile: seen, encoding: .utf8).hasSuffix("exit 101\n"))
        try letGo(code)
        #expect(try process.exitCode() == code && !exists(policy))
    }

    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGHUP, 129)] as [(Int32, Int32)])
    func `An interrupted run takes its policy away, once apt-get has ended`(
        signal: Int32,
        code: Int32
    ) throws {
        let process = try start()
        #expect(Deadline.wait { exists(seen) })
        process.signal(signal)
        #expect(exists(policy))
        try letGo(0)
        #expect(try process.exitCode() == code && !exists(policy))
    }

    @Test func `What a killed run left behind is taken away by the next one`() throws {
        let first = try start()
        #expect(Deadline.wait { exists(seen) })
        first.signal(SIGKILL)
        #expect(try first.exitCode() == 128 + SIGKILL)
        #expect(exists(policy))
        try letGo(0)
        let second = try start()
        #expect(try second.exitCode() == 0 && !exists(policy))
    }

    @Test func `The policy of the administrator stays`() throws {
        try folder.write("policy-rc.d", "#!/bin/sh\nexit 0\n")
        try letGo(0)
        let process = try start()
        #expect(try process.exitCode() == 0)
        #expect(try String(contentsOfFile: policy, encoding: .utf8) == "#!/bin/sh\nexit 0\n")
    }
}
