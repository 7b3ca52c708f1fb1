import Foundation

/// Whether this build is instrumented; the programs beside the tests are then, too.
///
/// Sanitizers keep freed memory back and shadow the rest, so that the growth of a process says nothing
/// about the program, and they slow it down many times.
public enum Sanitizer {
    /// Whether Address or Thread Sanitizer is in this process.
    public static let isOn = ["__asan_init", "__tsan_init"].contains { (name: String) in
        // The handle of the whole process is valid as long as it runs.
        unsafe dlsym(nil, name) != nil
    }

    /// Whether tables of cases that run the same code are tried in part.
    ///
    /// Instrumented code runs many times slower. `make ci-full` sets `HPCPACK_FULL_TABLES`, and they are tried whole.
    public static let thinsTables =
        isOn && ProcessInfo.processInfo.environment["HPCPACK_FULL_TABLES"] == nil
}
