import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// `scripts/install-packages` with stand-ins for Debian's tools, so that nothing is installed.
final class InstallScriptTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("install-\(UUID())")
    private var policy: String { folder.appendingPathComponent("policy-rc.d").path }
    private var seen: String { folder.appendingPathComponent("seen").path }

    /// Makes the stand-ins: `apt-get install` keeps a copy of the policy and goes on until `go` is there.
    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
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
            let url = folder.appendingPathComponent(name)
            try Data("#!/bin/sh\n\(text)\n".utf8).write(to: url)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: url.path
            )
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func start() throws -> Process {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [root.appendingPathComponent("scripts/install-packages").path, "build"]
        process.environment = [
            "PATH": "\(folder.path):/usr/bin:/bin", "POLICY_RC_D": policy, "FOLDER": folder.path,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Whether a process is gone, or waits for its parent to take note.
    private func hasEnded(_ id: Int32) -> Bool {
        let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
        return text.map { $0.contains(") Z ") } ?? true
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private func letGo(_ code: Int) throws {
        try Data("\(code)\n".utf8).write(to: folder.appendingPathComponent("go"))
    }

    @Test(arguments: [0, 100])
    func `No service may start while packages are installed, and later it may`(code: Int) throws {
        let process = try start()
        #expect(Deadline.wait { exists(seen) })
        #expect(try String(contentsOfFile: seen, encoding: .utf8).hasSuffix("exit 101\n"))
        try letGo(code)
        process.waitUntilExit()
        #expect(process.terminationStatus == code && !exists(policy))
    }

    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGHUP, 129)] as [(Int32, Int32)])
    func `An interrupted run takes its policy away, once apt-get has ended`(
        signal: Int32,
        code: Int32
    ) throws {
        let process = try start()
        #expect(Deadline.wait { exists(seen) })
        kill(process.processIdentifier, signal)
        #expect(exists(policy))
        try letGo(0)
        process.waitUntilExit()
        #expect(process.terminationStatus == code && !exists(policy))
    }

    @Test func `What a killed run left behind is taken away by the next one`() throws {
        let first = try start()
        #expect(Deadline.wait { exists(seen) })
        kill(first.processIdentifier, SIGKILL)
        // Foundation would wait for apt-get too.
        #expect(Deadline.wait { hasEnded(first.processIdentifier) })
        #expect(exists(policy))
        try letGo(0)
        let second = try start()
        second.waitUntilExit()
        #expect(second.terminationStatus == 0 && !exists(policy))
    }

    @Test func `The policy of the administrator stays`() throws {
        try Data("#!/bin/sh\nexit 0\n".utf8).write(to: URL(fileURLWithPath: policy))
        try letGo(0)
        let process = try start()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try String(contentsOfFile: policy, encoding: .utf8) == "#!/bin/sh\nexit 0\n")
    }
}
