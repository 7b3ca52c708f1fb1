import Glibc
import ParserOracles

/// The fuzzer of one parser.
///
/// `HPCPACK_FUZZ_PARSER=name hpcpack-fuzz [libFuzzer's arguments]` runs it, `--list` lists the parsers,
/// `--dictionary` prints what a parser knows. The name stands in the environment because libFuzzer
/// starts this program anew with arguments of its own, to minimise what it found.
enum Fuzzer {
    /// The parser of this process.
    static let oracle: ParserOracle? = unsafe getenv("HPCPACK_FUZZ_PARSER").flatMap { name in
        unsafe ParserOracle.named(String(cString: name))
    }

    /// An entry in the form of libFuzzer's dictionaries, with every byte escaped.
    static func dictionaryLine(_ entry: String) -> String {
        let bytes = entry.utf8.map { byte in
            (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16, uppercase: true)
        }
        return "\"\(bytes.joined())\""
    }
}

/// What libFuzzer calls once, before it looks at its arguments.
///
/// - Returns: 0, which libFuzzer wants.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(
    _: UnsafeMutablePointer<CInt>?,
    _: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    if CommandLine.arguments.contains("--list") {
        print(ParserOracle.all.map(\.name).joined(separator: "\n"))
        exit(0)
    }
    guard let oracle = Fuzzer.oracle else {
        print("HPCPACK_FUZZ_PARSER names no parser; see --list")
        exit(2)
    }
    if CommandLine.arguments.contains("--dictionary") {
        oracle.dictionary.forEach { print(Fuzzer.dictionaryLine($0)) }
        exit(0)
    }
    return 0
}

/// What libFuzzer calls with each input; it takes a fatal error for a finding.
///
/// - Parameters:
///   - data: The bytes, lent for the time of the call.
///   - size: How many they are.
/// - Returns: 0, which libFuzzer wants.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    // The bytes are copied before the call ends.
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
    if case .wrong(let sentence) = Fuzzer.oracle?.check(bytes) { fatalError(sentence) }
    return 0
}
