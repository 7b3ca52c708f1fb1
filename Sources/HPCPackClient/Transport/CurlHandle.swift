import Basics
import CCurl
import Glibc

/// The owner of one libcurl easy handle and of the connections that it keeps alive.
///
/// It follows no redirect, so credentials never travel to another host.
@safe
// Sendable, unchecked: a handle may move between threads when no two use it at once (libcurl-thread(3)). It is made
// and used by the one thread that borrowed it from `CurlHandlePool`, whose lock orders one use after the other.
final class CurlHandle: @unchecked Sendable {
    /// How a transfer ended.
    struct Outcome {
        var code: CURLcode
        var duration: Duration
        /// libcurl's description of a failure.
        var message: String
    }

    private let handle: OpaquePointer
    private var headers: UnsafeMutablePointer<curl_slist>?

    /// Makes a handle with everything that is the same for all requests, or `nil` when there is no memory.
    ///
    /// - Parameter configuration: Trust, limits and the headers of every request.
    init?(_ configuration: ClientConfiguration) {
        guard CurlGlobal.isReady, let made = unsafe curl_easy_init() else { return nil }
        unsafe handle = OpaquePointer(made)
        unsafe headers = nil
        addHeader("Accept: application/json")
        if let user = configuration.asUser { addHeader("x-ms-as-user: " + user) }
        unsafe ccurl_set_list(raw, CURLOPT_HTTPHEADER, headers)
        setOptions(configuration)
        setTrust(configuration.trust)
        setCallbacks()
    }

    deinit {
        unsafe curl_easy_cleanup(raw)
        unsafe curl_slist_free_all(headers)
    }

    private var raw: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(handle) }

    private func addHeader(_ line: String) { unsafe headers = curl_slist_append(headers, line) }

    private func set(_ option: CURLoption, _ value: Int) {
        unsafe ccurl_set_long(raw, option, value)
    }

    private func set(_ option: CURLoption, _ value: String?) {
        unsafe ccurl_set_string(raw, option, value)
    }

    private func setOptions(_ configuration: ClientConfiguration) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_NOPROGRESS, 0)
        // Every encoding that libcurl was built with.
        set(CURLOPT_ACCEPT_ENCODING, "")
        set(CURLOPT_USERAGENT, configuration.userAgent)
        set(CURLOPT_TIMEOUT_MS, milliseconds(configuration.timeout))
        set(
            CURLOPT_CONNECTTIMEOUT_MS,
            milliseconds(min(configuration.timeout, configuration.limits.connectTimeout))
        )
        set(CURLOPT_BUFFERSIZE, 128 << 10)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    }

    /// The certificate is self-signed as a rule (docs/hpcpack-api.md#errors-authentication-and-addresses).
    private func setTrust(_ trust: TLSTrust) {
        switch trust {
        case .system: break
        case .caFile(let path):
            set(CURLOPT_CAINFO, path)
            set(CURLOPT_CAPATH, nil)
            // libcurl would keep the file's content for a day, and a certificate that was replaced meanwhile
            // would be refused as long. Connections are kept, so that it is seldom read.
            set(CURLOPT_CA_CACHE_TIMEOUT, 0)
        case .insecure:
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    /// The callbacks get their `Transfer` by an unretained pointer; `get` keeps it alive.
    private func setCallbacks() {
        unsafe ccurl_set_bytes_callback(raw, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            let length = size * count
            guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
            let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let chunk = unsafe UnsafeRawBufferPointer(start: bytes, count: length).bindMemory(
                to: UInt8.self
            )
            return unsafe transfer.receive(chunk.span) ? length : 0
        }
        unsafe ccurl_set_bytes_callback(raw, CURLOPT_HEADERFUNCTION) {
            bytes,
            size,
            count,
            context in
            let length = size * count
            guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
            let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let line = unsafe UnsafeRawBufferPointer(start: bytes, count: length).bindMemory(
                to: UInt8.self
            )
            unsafe transfer.head.receive(line.span)
            return length
        }
        unsafe ccurl_set_progress_callback(raw) { context, _, _, _, _ in
            guard let context = unsafe context else { return 1 }
            return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().isCancelled
                ? 1 : 0
        }
    }

    /// Makes one GET and feeds the body of a 200 to the transfer's sink as it arrives.
    ///
    /// - Parameters:
    ///   - url: The whole address.
    ///   - account: The account, for HTTP Basic.
    ///   - transfer: What the callbacks write to; its head is filled on return.
    /// - Returns: libcurl's code, and the time that it took.
    func get(_ url: String, account: (user: String, password: String)?, _ transfer: Transfer)
        -> Outcome
    {
        set(CURLOPT_URL, url)
        set(CURLOPT_HTTPAUTH, 1)  // CURLAUTH_BASIC, a cast expression that Swift does not import.
        set(CURLOPT_USERNAME, account?.user)
        set(CURLOPT_PASSWORD, account?.password)
        var message = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE) + 1)
        let start = ContinuousClock.now
        let code = unsafe message.withUnsafeMutableBufferPointer { buffer in
            withExtendedLifetime(transfer) {
                let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
                unsafe ccurl_set_pointer(raw, CURLOPT_ERRORBUFFER, buffer.baseAddress)
                unsafe ccurl_set_pointer(raw, CURLOPT_WRITEDATA, context)
                unsafe ccurl_set_pointer(raw, CURLOPT_HEADERDATA, context)
                unsafe ccurl_set_pointer(raw, CURLOPT_XFERINFODATA, context)
                let code = unsafe curl_easy_perform(raw)
                unsafe ccurl_set_pointer(raw, CURLOPT_ERRORBUFFER, nil)
                return code
            }
        }
        let duration = ContinuousClock.now - start
        if code == CURLE_OK, transfer.head.status == 200 { transfer.beginOnce() }
        let text = code == CURLE_OK ? "" : Self.text(message, code)
        return Outcome(code: code, duration: duration, message: text)
    }

    private static func text(_ message: [CChar], _ code: CURLcode) -> String {
        let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        if !bytes.isEmpty { return String(decoding: bytes, as: UTF8.self) }
        return unsafe String(cString: curl_easy_strerror(code))
    }

    private func milliseconds(_ duration: Duration) -> Int {
        max(1, Int(duration / .milliseconds(1)))
    }
}

/// libcurl's process-wide state, set up once before any thread uses it.
enum CurlGlobal {
    /// Whether libcurl is ready; the first use sets it up (thread-safe, as every static is).
    static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// The idle handles of a client, lent to one request at a time, most recently used first.
///
/// There are never more handles than requests that were in flight at once.
final class CurlHandlePool: Sendable {
    private let configuration: ClientConfiguration
    private let idle = Mutex<[CurlHandle]>([])

    init(_ configuration: ClientConfiguration) { self.configuration = configuration }

    /// An idle handle or a new one; `nil` when there is no memory.
    func borrow() -> CurlHandle? { idle.withLock { $0.popLast() } ?? CurlHandle(configuration) }

    /// Takes back a handle after its request.
    func giveBack(_ handle: CurlHandle) { idle.withLock { $0.append(handle) } }
}
