/// How a line of the log is written.
public enum LogFormat: String, CaseIterable, Sendable {
    /// `ts=… level=info msg="…" key=value`, as Prometheus writes it.
    case logfmt

    /// One JSON object a line, all values strings.
    case json
}
