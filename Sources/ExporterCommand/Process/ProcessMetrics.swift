import Basics
import Exposition
import Glibc

/// What `/proc/self` (proc(5)) tells of this process, for the `process_*` metrics of the Prometheus clients.
///
/// A value that cannot be read is `nil`, and its metric is left out.
struct ProcessMetrics: Equatable {
    /// User and system time in seconds.
    var cpuSeconds: Double?
    var residentBytes: Double?
    var virtualBytes: Double?
    /// 2^64 for no limit, as the Go client tells it.
    var maxVirtualBytes: Double?
    /// In Unix seconds.
    var startTime: Double?
    var openDescriptors: Double?
    var maxDescriptors: Double?

    static let metrics: [Metric<ProcessMetrics>] = [
        Metric(
            "process_cpu_seconds_total",
            .counter,
            help: "User and system CPU time of the exporter.",
            value: { $0.cpuSeconds }
        ),
        Metric(
            "process_resident_memory_bytes",
            .gauge,
            help: "Resident memory of the exporter.",
            value: { $0.residentBytes }
        ),
        Metric(
            "process_virtual_memory_bytes",
            .gauge,
            help: "Virtual memory of the exporter.",
            value: { $0.virtualBytes }
        ),
        Metric(
            "process_virtual_memory_max_bytes",
            .gauge,
            help:
                "Most virtual memory that the exporter may have; 1.8446744073709552e+19 for no limit.",
            value: { $0.maxVirtualBytes }
        ),
        Metric(
            "process_start_time_seconds",
            .gauge,
            help: "When the exporter was started, in Unix seconds.",
            value: { $0.startTime }
        ),
        Metric(
            "process_open_fds",
            .gauge,
            help: "Open file descriptors of the exporter.",
            value: { $0.openDescriptors }
        ),
        Metric(
            "process_max_fds",
            .gauge,
            help: "Most file descriptors that the exporter may open.",
            value: { $0.maxDescriptors }
        ),
    ]

    /// Reads the values of this process.
    static func current() -> ProcessMetrics {
        var metrics = ProcessMetrics()
        if let stat = try? FileContents(path: "/proc/self/stat").text {
            metrics.parse(
                stat: stat,
                ticks: Double(sysconf(Int32(_SC_CLK_TCK))),
                pageBytes: Double(sysconf(Int32(_SC_PAGESIZE))),
                bootTime: bootTime
            )
        }
        metrics.openDescriptors = openDescriptors()
        metrics.maxDescriptors = limit(DescriptorLimit.resource)
        metrics.maxVirtualBytes = limit(addressSpace)
        return metrics
    }

    /// `RLIMIT_AS`, a macro that Swift does not import as this type.
    private static let addressSpace = __rlimit_resource_t(9)

    /// The soft limit of a resource; no limit is the greatest number (getrlimit(2)).
    private static func limit(_ resource: __rlimit_resource_t) -> Double? {
        var limit = rlimit()
        return unsafe getrlimit(resource, &limit) == 0 ? Double(limit.rlim_cur) : nil
    }

    /// Parses the text of `/proc/self/stat`, in which the program's name ends at the last parenthesis.
    ///
    /// - Parameters:
    ///   - stat: The text.
    ///   - ticks: Clock ticks in a second.
    ///   - pageBytes: The bytes of a memory page.
    ///   - bootTime: When the system was started, in Unix seconds.
    mutating func parse(stat: String, ticks: Double, pageBytes: Double, bootTime: Double?) {
        guard let end = stat.lastIndex(of: ")") else { return }
        let fields = stat[stat.index(after: end)...].split(whereSeparator: \.isWhitespace)
        // Fields are numbered as in proc(5), where the first after the name is the third.
        func field(_ number: Int) -> Double? {
            number - 3 < fields.count ? Double(fields[number - 3]) : nil
        }
        if let user = field(14), let system = field(15) { cpuSeconds = (user + system) / ticks }
        if let bootTime, let start = field(22) { startTime = bootTime + start / ticks }
        virtualBytes = field(23)
        residentBytes = field(24).map { $0 * pageBytes }
    }

    /// When the system was started, in Unix seconds: read once, as it does not change.
    private static let bootTime: Double? = {
        guard let text = try? FileContents(path: "/proc/stat").text,
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
        else { return nil }
        return Double(line.dropFirst(6))
    }()

    private static func openDescriptors() -> Double? {
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(directory) }
        // The entries "." and "..", and the descriptor of the directory itself, do not count.
        var count = -3.0
        while unsafe readdir(directory) != nil { count += 1 }
        return count
    }
}
