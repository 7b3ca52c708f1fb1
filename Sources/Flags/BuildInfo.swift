import Basics
import CBuildInfo

/// The version of the programs, and what they were built from.
public enum BuildInfo {
    /// The version of exporter and simulator.
    public static let version = "0.1.0"

    /// The commit that they were built from, or `unknown`.
    public static var revision: String { unsafe String(cString: hpcpack_revision()) }

    /// The branch of that commit, or `unknown`.
    static var branch: String { unsafe String(cString: hpcpack_branch()) }

    /// The version of the compiler, as far as conditional compilation tells it.
    public static var swiftVersion: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3.2)
            "6.3.2 or later"
        #elseif compiler(>=6.3.1)
            "6.3.1"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    /// System and processor, in the words of container platforms.
    static var platform: String {
        #if arch(x86_64)
            "linux/amd64"
        #elseif arch(arm64)
            "linux/arm64"
        #else
            "linux/unknown"
        #endif
    }

    /// When they were built, or `unknown`: whoever builds tells it (`SOURCE_DATE_EPOCH`), so that a build can be
    /// repeated bit by bit.
    static var date: String { unsafe date(String(cString: hpcpack_build_time())) }

    /// Formats a date as in `--version`.
    ///
    /// - Parameter unixSeconds: Unix seconds as digits; anything else is an unknown time.
    /// - Returns: A date and a time in UTC such as `20261126-09:37:36`, or `unknown`.
    static func date(_ unixSeconds: String) -> String {
        guard let seconds = Int(unixSeconds), (0..<253_402_300_800).contains(seconds) else {
            return "unknown"
        }
        let time = CivilTime(unixSeconds: seconds)
        let day = [time.date.month, time.date.day].map(CivilTime.twoDigits).joined()
        return "\(time.date.year)\(day)-\(time.clock)"
    }

    /// The first line of the answer to `--version`.
    public static func summary(of program: String) -> String {
        "\(program), version \(version) (branch: \(branch), revision: \(revision))"
    }

    /// The answer to `--version`, without the end of its last line, in the form that Prometheus' own programs and
    /// exporters give it.
    public static func answer(of program: String) -> String {
        let facts = [
            ("build date:", date), ("swift version:", swiftVersion), ("platform:", platform),
        ]
        return facts.reduce(summary(of: program)) { text, fact in
            text + "\n  " + fact.0 + String(repeating: " ", count: 18 - fact.0.count) + fact.1
        }
    }
}
