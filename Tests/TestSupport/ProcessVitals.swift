import Foundation

/// What a process holds, as the kernel tells in `/proc`.
public struct ProcessVitals: Sendable, Equatable {
    /// Open descriptors.
    public var descriptors: Int
    /// Threads.
    public var threads: Int
    /// Resident memory in bytes.
    public var memoryBytes: Int

    /// Looks at a process.
    ///
    /// - Parameter id: The process.
    /// - Throws: What reading `/proc` throws, as for a process that has ended.
    public init(of id: Int32) throws {
        let files = FileManager.default
        descriptors = try files.contentsOfDirectory(atPath: "/proc/\(id)/fd").count
        threads = try files.contentsOfDirectory(atPath: "/proc/\(id)/task").count
        let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let kilobytes = line?.split(separator: " ").compactMap { Int($0) }.first
        memoryBytes = (kilobytes ?? 0) * 1024
    }
}
