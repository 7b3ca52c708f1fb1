import Foundation
import TestSupport
import Testing

@testable import Flags

/// What packages are made with: man page, completion, settings, version.
struct PackagedTextTests {
    private static let table = FlagTable(
        program: "app-server",
        summary: "program of a test",
        environmentPrefix: "APP_",
        subcommands: ["check"],
        introduction: "Usage: app-server [flags]\n       app-server check\n\nDoes its work.\n",
        groups: [
            FlagTable.Group(
                "Values",
                [
                    Flag("app.user", .text, "NAME", help: "A user, as DOMAIN\\user."),
                    Flag("app.file", .text, "FILE", help: "A file."),
                    Flag("app.wait", .duration, default: "30s", help: ".5s is no wait."),
                ],
                notes: "\n  Waits:\n    'long'\n"
            ),
            FlagTable.Group(
                "Other",
                [
                    Flag("app.form", .choice(["one", "two"]), default: "one", help: "Form."),
                    Flag("app.cache", .toggle, default: "true", help: "Cache."),
                    Flag("check", .presence, help: "Check."), .printHelp,
                ]
            ),
        ],
        conclusion: "A note,\nin two lines.\n\nAnother.\n\nExit codes: 0 well.\n"
    )

    @Test func `The man page has every flag, and takes nothing in a text for a request`() {
        #expect(
            Self.table.answer(to: ["--help-man"]) == #"""
                .TH APP-SERVER 1 "" "app\-server \#(BuildInfo.version)" "User Commands"
                .nh
                .SH NAME
                app\-server \- program of a test
                .SH SYNOPSIS
                .B app\-server [flags]
                .br
                .B app\-server check
                .SH DESCRIPTION
                Does its work.
                .SH OPTIONS
                .SS Values
                .TP
                .B \-\-app.user=NAME
                A user, as DOMAIN\euser.
                .TP
                .B \-\-app.file=FILE
                A file.
                .TP
                .B \-\-app.wait=DURATION
                \&.5s is no wait. Default: 30s.
                .PP
                .nf

                  Waits:
                    'long'
                .fi
                .SS Other
                .TP
                .B \-\-app.form=one|two
                Form. Default: one.
                .TP
                .B \-\-[no\-]app.cache
                Cache. Default: true.
                .TP
                .B \-\-check
                Check.
                .TP
                .B \-\-help
                Print this and exit.
                .SH NOTES
                A note,
                in two lines.
                .PP
                Another.
                .SH EXIT STATUS
                0 well.
                .SH ENVIRONMENT
                .TP
                .B APP_APP_USER
                as \-\-app.user
                .TP
                .B APP_APP_FILE
                as \-\-app.file
                .TP
                .B APP_APP_WAIT
                as \-\-app.wait
                .TP
                .B APP_APP_FORM
                as \-\-app.form
                .TP
                .B APP_APP_CACHE
                as \-\-app.cache
                .TP
                .B APP_CHECK
                as \-\-check

                """#
        )
    }

    @Test func `The file of settings has each as a comment with its default`() {
        #expect(
            Self.table.answer(to: ["--help-environment"])?.components(separatedBy: "as it is.\n")
                .last == #"""

                    ## Values

                    # A user, as DOMAIN\user.
                    #APP_APP_USER='NAME'

                    # A file.
                    #APP_APP_FILE='FILE'

                    # .5s is no wait.
                    #APP_APP_WAIT='30s'

                    ## Other

                    # Form.
                    #APP_APP_FORM='one'

                    # Cache.
                    #APP_APP_CACHE='true'

                    """#
        )
    }

    /// Completes the last word as bash does, which has split words at `=`.
    private func completions(_ words: [String]) throws -> [String] {
        let folder = try TemporaryFolder()
        let script = try folder.write(
            "script",
            try #require(Self.table.answer(to: ["--completion-script-bash"]))
        )
        try folder.write("a b.pem", "")
        let program = #"""
            set -u
            compopt() { :; }
            . "$0"
            COMP_WORDS=("$@")
            COMP_CWORD=$(($# - 1))
            _app_server
            [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
            """#
        let outcome = try InstalledTool("bash", package: "bash")
            .run(["-c", program, script, "app-server"] + words, in: folder.path)
        #expect(outcome.status == 0, "\(outcome.output)")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    @Test(
        arguments: [
            (["--app.f"], ["--app.file=", "--app.form="]), (["ch"], ["check"]),
            (["--help", "ch"], []),
            (["--no"], ["--no-app.cache"]), (["--app.form", "="], ["one", "two"]),
            (["--app.form", "=", "t"], ["two"]), (["--app.form", "o"], ["one"]),
            (["--app.file", "=", "a"], ["a b.pem"]), (["--app.file", "a"], ["a b.pem"]),
            (["--app.wait", "=", ""], []), (["--app.wait", ""], []),
            (["--app.cache", "--ch"], ["--check"]),
        ] as [([String], [String])]
    )
    func `Bash completes flags and the values that it can know`(words: [String], expected: [String])
        throws
    {
        #expect(try completions(words) == expected)
    }

    @Test(arguments: [
        ("0", "19700101-00:00:00"), ("1795675056", "20261126-06:37:36"), ("", "unknown"),
        ("unknown", "unknown"), ("-1", "unknown"), ("253402300800", "unknown"),
    ])
    func `The time of a build is told as Prometheus tells it`(seconds: String, text: String) {
        #expect(BuildInfo.date(seconds) == text)
    }
}
