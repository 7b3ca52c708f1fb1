/// The types of the text format that the exporter uses.
public enum MetricType: String, Sendable {
    case gauge, counter, histogram
}
