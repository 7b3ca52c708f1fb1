import ExporterCommand
import Flags

extension ParserOracle {
    /// Durations such as `1h30m`: against a plain reading, and written as they were read.
    package static let duration = ParserOracle(
        name: "duration",
        dictionary: ["ms", "s", "m", "h", "d", "0", "1", "9", "999999999", "1h30m", ".", "-", " "],
        compare: { bytes, _ in DurationOracle.check(String(decoding: bytes, as: UTF8.self)) }
    )

    /// Flags and variables, one a line; a variable stands behind a `$`.
    ///
    /// What is accepted must mean the same when every flag is given anew by its value; what is refused
    /// is refused in one short line.
    package static let flags = ParserOracle(
        name: "flags",
        dictionary: ExporterFlags.table.flags.flatMap { flag in
            ["--\(flag.name)", "--no-\(flag.name)"]
                + (ExporterFlags.table.variable(of: flag).map { ["$\($0)="] } ?? [])
        } + [
            "=", "\n", "--", "-h", "true", "false", "30s", "0", "1000", "active", "debug", "json",
            ",",
        ],
        compare: { bytes, _ in FlagOracle.check(bytes) }
    )
}

/// The comparisons behind ``ParserOracle/duration``.
private enum DurationOracle {
    static func check(_ text: String) -> ParserOracle.Verdict {
        let duration = DurationText.parse(text)
        let plain = milliseconds(text)
        guard duration == plain.map({ .milliseconds($0) }) else {
            return .wrong("\(String(describing: duration)), not \(String(describing: plain)) ms")
        }
        guard let duration else { return .refused }
        let written = DurationText.format(duration)
        guard DurationText.parse(written) == duration else {
            return .wrong("written as \(written)")
        }
        return .accepted
    }

    /// The plainest reading: each unit once, the longest first, at most nine digits each.
    private static func milliseconds(_ text: String) -> Int? {
        var rest = Array(text.utf8)
        var total = 0
        var isEmpty = true
        for (unit, length) in [
            ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
        ] {
            let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
            let letters = rest.dropFirst(digits.count).prefix { $0 >= 0x61 && $0 <= 0x7A }
            guard Array(letters) == Array(unit.utf8), (1...9).contains(digits.count) else {
                continue
            }
            total += digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } * length
            rest.removeFirst(digits.count + unit.utf8.count)
            isEmpty = false
        }
        return rest.isEmpty && !isEmpty && total < 86_400_000 * 1_000_000_000 ? total : nil
    }
}

/// The comparisons behind ``ParserOracle/flags``.
private enum FlagOracle {
    static func check(_ bytes: [UInt8]) -> ParserOracle.Verdict {
        var arguments: [String] = []
        var environment: [String: String] = [:]
        let lines =
            bytes.isEmpty ? [] : bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for line in lines {
            let text = String(decoding: line, as: UTF8.self)
            let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if text.hasPrefix("$"), sides.count == 2 {
                environment[String(sides[0].dropFirst())] = String(sides[1])
            } else {
                arguments.append(text)
            }
        }
        do throws(UsageError) {
            let values = try FlagValues(
                ExporterFlags.table,
                arguments: arguments,
                environment: environment
            )
            return contradiction(values).map { .wrong($0) } ?? .accepted
        } catch {
            let text = error.description
            guard !text.isEmpty, !text.contains(where: \.isNewline), text.count < 300 else {
                return .wrong("refused with \(text.debugDescription)")
            }
            return .refused
        }
    }

    /// Gives every flag anew by its value.
    private static func contradiction(_ values: FlagValues) -> String? {
        let flags = ExporterFlags.table.flags
        let arguments = flags.flatMap { flag in
            values.texts(flag.name).map { "--\(flag.name)=\($0)" }
        }
        do throws(UsageError) {
            let again = try FlagValues(ExporterFlags.table, arguments: arguments)
            for flag in flags where again.texts(flag.name) != values.texts(flag.name) {
                return
                    "--\(flag.name) is \(values.texts(flag.name)), then \(again.texts(flag.name))"
            }
        } catch {
            return "\(arguments): \(error.description)"
        }
        for flag in flags {
            switch flag.kind {
            case .duration where values.duration(flag.name) <= .zero:
                return "--\(flag.name) is zero"
            case .integer(let range) where !range.contains(values.integer(flag.name)):
                return "--\(flag.name) is \(values.integer(flag.name))"
            default: continue
            }
        }
        return nil
    }
}
