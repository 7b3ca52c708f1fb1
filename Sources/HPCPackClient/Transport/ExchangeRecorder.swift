import Basics

/// Gets every exchange of the clients that are configured with it (`ClientConfiguration.recorder`).
public protocol ExchangeRecorder: AnyObject, Sendable {
    /// The most bytes of one body to keep.
    var bodyLimit: Int { get }
    /// Records an exchange that has ended, on the thread that made it.
    func record(_ exchange: Exchange)
}

/// One request and its answer, without credentials, cookies and other fields of the request.
public struct Exchange: Sendable {
    /// The base address of the head node that was asked.
    public var headNode: String
    /// The method.
    public var method: String
    /// The path below the base address, with its parameters in braces.
    public var pathTemplate: String
    /// The path below the base address, percent-encoded.
    public var path: String
    /// The query parameters, not encoded.
    public var query: [(name: String, value: String)]
    /// When the request was sent.
    public var start: ContinuousClock.Instant
    /// How long it took, answer included.
    public var duration: Duration
    /// The status; 0 when no answer began.
    public var status: Int
    /// The fields of the answer in order, as they came.
    public var headers: [(name: String, value: String)]
    /// The body after decompression, as far as it came and was wanted.
    public var body: [UInt8]
    /// Whether the body came and was kept to its end.
    public var isWhole: Bool
    /// What kind of failure ended the exchange, a word of the `code` label; `nil` when it came to its end.
    public var failure: String?

    /// Describes an exchange; the parameters are described at the properties.
    public init(
        headNode: String,
        method: String = "GET",
        pathTemplate: String,
        path: String,
        query: [(name: String, value: String)] = [],
        start: ContinuousClock.Instant = .now,
        duration: Duration = .zero,
        status: Int = 0,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        isWhole: Bool = true,
        failure: String? = nil
    ) {
        self.headNode = headNode
        self.method = method
        self.pathTemplate = pathTemplate
        self.path = path
        self.query = query
        self.start = start
        self.duration = duration
        self.status = status
        self.headers = headers
        self.body = body
        self.isWhole = isWhole
        self.failure = failure
    }
}

/// The bytes of an answer, copied while they arrive.
struct ExchangeCapture {
    /// The most bytes of the body.
    let bodyLimit: Int
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    /// Whether the body was longer than the limit.
    private(set) var isCut = false

    init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

    /// Copies one line of the head; a status line begins another head.
    mutating func receiveHead(_ line: Span<UInt8>) {
        if line.count > 5, line.extracting(0..<5).equalsIgnoringCase("HTTP/") {
            headers = []
            return
        }
        guard let colon = line.indices.first(where: { line[$0] == UInt8(ascii: ":") }) else {
            return
        }
        headers.append(
            (
                String(copying: line.extracting(0..<colon)),
                String(copying: line.extracting((colon + 1)..<line.count).trimmed())
            )
        )
    }

    /// Copies a part of the body.
    mutating func receiveBody(_ bytes: Span<UInt8>) {
        let count = min(bytes.count, bodyLimit - body.count)
        if count < bytes.count { isCut = true }
        unsafe bytes.extracting(0..<count).withUnsafeBufferPointer { unsafe body += $0 }
    }
}
