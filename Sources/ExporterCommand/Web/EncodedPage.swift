import Basics
import Exposition

/// How a client gets the metrics.
struct Representation: Hashable, Sendable {
    /// The formats of the page.
    enum Format: Hashable, Sendable {
        /// The text format 0.0.4.
        case text
        /// OpenMetrics 1.0.
        case openMetrics

        /// The content type of the page.
        var contentType: String {
            switch self {
            case .text: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: OpenMetricsPages.contentType
            }
        }

        /// The format that a client prefers (RFC 9110 §12.5.1): OpenMetrics where the client names it and does not
        /// prefer the text format; that for all others, since every client reads it.
        ///
        /// - Parameter field: The `Accept` fields joined by commas; `nil` when there is none.
        init(preferredBy field: String?) {
            var openMetrics = 0
            var text: Int?
            var other = 0
            for item in AcceptedItem.all(in: field ?? "") {
                let version = item.parameters["version"]
                switch item.name {
                case "application/openmetrics-text" where version == nil || version == "1.0.0":
                    openMetrics = max(openMetrics, item.weight)
                case "text/plain" where version == nil || version == "0.0.4":
                    text = max(text ?? 0, item.weight)
                case "text/*", "*/*": other = max(other, item.weight)
                default: continue
                }
            }
            self = openMetrics > 0 && openMetrics >= text ?? other ? .openMetrics : .text
        }
    }

    /// The format of the page.
    var format: Format
    /// Whether the text is compressed.
    var isCompressed: Bool
}

/// The metrics of one moment, in each representation that a client asked for.
final class EncodedPage: Sendable {
    private let page: ExpositionPage
    private let encoder: PageEncoder
    private let bodies = Mutex<[Representation: [[UInt8]]]>([:])

    init(_ page: ExpositionPage, _ encoder: PageEncoder) {
        self.page = page
        self.encoder = encoder
    }

    /// The body of an answer, in parts.
    ///
    /// - Returns: `nil` when it cannot be made for want of memory; the plain one always can.
    func body(_ representation: Representation) -> [[UInt8]]? {
        bodies.withLock { bodies in
            if let made = bodies[representation] { return made }
            let body = encoder.encode(page, representation)
            bodies[representation] = body
            return body
        }
    }
}

/// Makes the representations of page after page; what was made of a part is kept while the part is on the page.
///
/// A representation is made of a page when a client asks for it, and of the pages after that as soon as they are
/// rendered, so that only the first client waits.
final class PageEncoder: Sendable {
    private struct State {
        var asked: Set<Representation> = []
        var openMetrics: OpenMetricsPages
        var compressors: [Representation.Format: GzipPages] = [:]
    }

    private let state: Mutex<State>

    /// Creates an encoder that has seen no page.
    ///
    /// - Parameter created: Since when the counters count, in Unix seconds.
    init(created: Double) { state = Mutex(State(openMetrics: OpenMetricsPages(created: created))) }

    /// A page with the representations that clients have asked for before.
    func page(_ page: ExpositionPage) -> EncodedPage {
        let encoded = EncodedPage(page, self)
        for representation in state.withLock(\.asked) { _ = encoded.body(representation) }
        return encoded
    }

    /// Makes a representation.
    fileprivate func encode(_ page: ExpositionPage, _ representation: Representation) -> [[UInt8]]?
    {
        state.withLock { state in
            state.asked.insert(representation)
            let format = representation.format
            let page = format == .openMetrics ? state.openMetrics.convert(page) : page
            guard representation.isCompressed else { return page.parts.map(\.bytes) }
            return state.compressors[format, default: GzipPages()].compress(page).map { [$0] }
        }
    }
}
