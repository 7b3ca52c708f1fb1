import Basics
import HPCPackClient

/// Collects the exchanges of a check that are worth showing: a few pages of each call.
///
/// Of a listing the first pages are kept and the last ones, where the newest rows are as a rule.
final class ExchangeLog: ExchangeRecorder {
    /// How much is kept.
    struct Limits: Sendable {
        /// The most exchanges from the first on that ask for the same, pages of one listing included.
        var firstExchanges = 4
        /// The most pages from the end of a listing that is longer.
        var lastPages = 2
        /// The most paths of one call, such as the jobs whose tasks are read.
        var pathsOfCall = 100
        /// The most bytes of one body.
        var bodyBytes = 32 << 20
        /// The most bytes of all bodies.
        var totalBytes = 128 << 20
    }

    /// What is kept of the exchanges that ask for the same.
    private struct Kept {
        var count = 0
        /// The token of the page after the last one that was kept.
        var nextToken: String?
        /// Where the last pages of a long listing are kept.
        var lastPages: [Int] = []
    }

    private struct State {
        /// The exchanges; `nil` in place of those that later pages have displaced.
        var exchanges: [Exchange?] = []
        var kept: [String: Kept] = [:]
        var paths: [String: Set<String>] = [:]
        var bytes = 0
        var omitted: [String: Int] = [:]
        var omittedTokens: Set<String> = []
        var headNodes: [String] = []

        /// The number of a head node, from 1 on in the order in which they were asked.
        mutating func number(of headNode: String) -> Int {
            if let index = headNodes.firstIndex(of: headNode) { return index + 1 }
            headNodes.append(headNode)
            return headNodes.count
        }

        mutating func omit(_ exchange: Exchange) {
            omitted[exchange.pathTemplate, default: 0] += 1
            if let token = exchange.pageToken { omittedTokens.insert(token) }
        }
    }

    private let limits: Limits
    private let state = Mutex(State())
    /// When recording began.
    let start = ContinuousClock.now

    init(limits: Limits = Limits()) { self.limits = limits }

    var bodyLimit: Int { limits.bodyBytes }

    /// The exchanges that were kept, in the order in which they ended, with numbers in place of head nodes.
    var exchanges: [Exchange] { state.withLock { $0.exchanges.compactMap(\.self) } }

    /// How many exchanges of each call were not kept, by the template of its path.
    var omitted: [String: Int] { state.withLock { $0.omitted } }

    /// Where a listing goes on after pages that were not kept.
    enum Continuation: Equatable {
        /// At the exchange with this index.
        case at(Int)
        /// Nowhere.
        case end
    }

    /// The continuations of the exchanges whose next page was asked for and not kept, by their index.
    var continuations: [Int: Continuation] {
        state.withLock { state in
            let exchanges = state.exchanges.compactMap(\.self)
            var result: [Int: Continuation] = [:]
            for (index, exchange) in exchanges.enumerated() {
                guard let token = exchange.nextPageToken, state.omittedTokens.contains(token) else {
                    continue
                }
                let request = Self.request(of: exchange)
                let next = exchanges.indices.dropFirst(index + 1).first {
                    exchanges[$0].pageToken != nil && Self.request(of: exchanges[$0]) == request
                }
                result[index] = next.map { .at($0) } ?? .end
            }
            return result
        }
    }

    func record(_ exchange: Exchange) {
        state.withLock { state in
            var exchange = exchange
            exchange.headNode = String(state.number(of: exchange.headNode))
            let request = Self.request(of: exchange)
            var kept = state.kept[request] ?? Kept()
            let paths = state.paths[exchange.pathTemplate] ?? []
            let isFirst = kept.count < limits.firstExchanges
            let goesOn =
                exchange.startsAtLaterRow
                || kept.nextToken.map { $0 == exchange.pageToken } ?? false
            guard isFirst || goesOn && limits.lastPages > 0,
                paths.contains(exchange.path) || paths.count < limits.pathsOfCall,
                state.bytes + exchange.body.count <= limits.totalBytes
            else { return state.omit(exchange) }
            if !isFirst {
                kept.lastPages.append(state.exchanges.count)
                if kept.lastPages.count > limits.lastPages {
                    let index = kept.lastPages.removeFirst()
                    if let displaced = state.exchanges[index] {
                        state.bytes -= displaced.body.count
                        state.omit(displaced)
                    }
                    state.exchanges[index] = nil
                }
            }
            kept.count += 1
            kept.nextToken = exchange.nextPageToken
            state.kept[request] = kept
            state.paths[exchange.pathTemplate, default: []].insert(exchange.path)
            state.bytes += exchange.body.count
            state.exchanges.append(exchange)
        }
    }

    /// What an exchange asks for, wherever its page begins.
    private static func request(of exchange: Exchange) -> String {
        let query = exchange.query.filter { $0.name != "queryId" && $0.name != "startRow" }
        return "\(exchange.headNode) \(exchange.path)"
            + query.map { "&\($0.name)=\($0.value)" }.joined()
    }
}

extension Exchange {
    /// The token by which the request asks for a later page.
    var pageToken: String? { query.first { $0.name == "queryId" }?.value }

    /// The token of the next page that the answer gives.
    var nextPageToken: String? {
        headers.first { $0.name.lowercased() == "x-ms-continuation-queryid" }?.value
    }

    /// Whether the request asks for a later page by the number of its first row.
    fileprivate var startsAtLaterRow: Bool {
        query.contains { $0.name == "startRow" && $0.value != "0" }
    }
}
