import Basics
import Exposition
import Glibc

/// The `process_*` metrics as every exporter has them, read from `/proc/self` (proc(5)).
struct ProcessMetrics: Equatable {
    /// User and system time in seconds.
    var cpuSeconds: Double?
    var residentBytes: Double?
    var virtualBytes: Double?
    /// In Unix seconds.
    var startTime: Double?
    var openDescriptors: Double?
    var mostDescriptors: Double?

    private static let cpu = MetricDescriptor(
        "process_cpu_seconds_total",
        .counter,
        help: "User and system CPU time of the exporter."
    )
    private static let resident = MetricDescriptor(
        "process_resident_memory_bytes",
        .gauge,
        help: "Resident memory of the exporter."
    )
    private static let virtual = MetricDescriptor(
        "process_virtual_memory_bytes",
        .gauge,
        help: "Virtual memory of the exporter."
    )
    private static let start = MetricDescriptor(
        "process_start_time_seconds",
        .gauge,
        help: "When the exporter was started, in Unix seconds."
    )
    private static let open = MetricDescriptor(
        "process_open_fds",
        .gauge,
        help: "Open file descriptors of the exporter."
    )
    private static let most = MetricDescriptor(
        "process_max_fds",
        .gauge,
        help: "Most file descriptors that the exporter may open."
    )

    static let descriptors = [cpu, resident, virtual, start, open, most]

    /// The families; a value that cannot be read is left out.
    var families: [MetricFamily] {
        [
            MetricFamily(Self.cpu, cpuSeconds), MetricFamily(Self.resident, residentBytes),
            MetricFamily(Self.virtual, virtualBytes), MetricFamily(Self.start, startTime),
            MetricFamily(Self.open, openDescriptors), MetricFamily(Self.most, mostDescriptors),
        ]
    }

    /// Reads the values of this process.
    static func current() -> ProcessMetrics {
        var metrics = ProcessMetrics()
        if let stat = try? FileContents(path: "/proc/self/stat").text {
            metrics.take(
                stat: stat,
                ticks: Double(sysconf(Int32(_SC_CLK_TCK))),
                pageBytes: Double(sysconf(Int32(_SC_PAGESIZE))),
                bootTime: bootTime
            )
        }
        metrics.openDescriptors = openDescriptors()
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(7), &limit) == 0 {
            metrics.mostDescriptors = Double(limit.rlim_cur)
        }
        return metrics
    }

    /// Takes the fields of `/proc/self/stat`; the name, which may hold anything, ends at the last parenthesis.
    mutating func take(stat: String, ticks: Double, pageBytes: Double, bootTime: Double?) {
        guard let end = stat.lastIndex(of: ")") else { return }
        let fields = stat[stat.index(after: end)...].split(whereSeparator: \.isWhitespace)
        // The third field of proc(5) is the first after the name.
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
