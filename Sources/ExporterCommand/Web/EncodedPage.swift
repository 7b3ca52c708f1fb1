import Basics
import Exposition

/// How a client gets the metrics.
struct Representation: Hashable, Sendable {
    /// Whether the text is compressed.
    var isCompressed: Bool

    /// What a client gets that says nothing about it.
    static let plain = Representation(isCompressed: false)
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
    private let compressors = Mutex<[Representation: GzipPages]>([:])

    /// A page with the representations that clients have asked for before.
    func page(_ page: ExpositionPage) -> EncodedPage {
        let metrics = EncodedPage(page, self)
        for representation in compressors.withLock({ Array($0.keys) }) {
            _ = metrics.body(representation)
        }
        return metrics
    }

    /// Makes a representation.
    fileprivate func encode(_ page: ExpositionPage, _ representation: Representation) -> [[UInt8]]?
    {
        guard representation.isCompressed else { return page.parts.map(\.bytes) }
        return compressors.withLock { compressors in
            compressors[representation, default: GzipPages()].compress(page).map { [$0] }
        }
    }
}
