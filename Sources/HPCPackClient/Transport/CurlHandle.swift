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
        /// Why TLS failed; `nil` when it did not.
        var tls: TLSFailure?
        /// Whether the server asked for a certificate of the client.
        var wantsClientCertificate = false
        /// The certificate that the server showed in a handshake.
        var certificate: PeerCertificate?
        /// How a proxy answered the wish for a tunnel; 0 when none was asked.
        var proxyStatus = 0
        /// Whether a proxy may have been used.
        var mayUseProxy = false
        /// The system's words for the call that failed.
        var systemError: String?
        /// How far the transfer came.
        var stage = Stage.answering
    }

    /// How far a transfer came before it ended.
    enum Stage: String {
        case lookup = "while the host name was looked up"
        case connecting = "before there was a connection"
        case handshake = "in the TLS handshake, or at the proxy"
        case waiting = "before the answer began"
        case answering = "in the middle of the answer"
    }

    private let handle: OpaquePointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let verifier: CertificateVerifier?
    private let proxy: ProxyChoice
    /// Whether libcurl's engine for cookies runs.
    private var hasCookies = false

    /// Makes a handle with everything that is the same for all requests, or `nil` when there is no memory.
    ///
    /// - Parameter configuration: Trust, limits and the headers of every request.
    init?(_ configuration: ClientConfiguration) {
        guard CurlGlobal.isReady, let made = unsafe curl_easy_init() else { return nil }
        unsafe handle = OpaquePointer(made)
        unsafe headers = nil
        proxy = configuration.proxy
        if case .fingerprints(let fingerprints) = configuration.trust {
            verifier = CertificateVerifier(serverName: nil, fingerprints: fingerprints)
        } else {
            verifier = CertificateVerifier(serverName: configuration.serverName, fingerprints: [])
        }
        addHeader("Accept: application/json")
        if let user = configuration.asUser { addHeader("x-ms-as-user: " + user) }
        unsafe ccurl_set_list(raw, CURLOPT_HTTPHEADER, headers)
        setOptions(configuration)
        setTrust(configuration)
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
        set(
            CURLOPT_MAXLIFETIME_CONN,
            max(1, Int(configuration.limits.connectionLifetime / .seconds(1)))
        )
        // What a proxy says about a tunnel is not the head of the answer.
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        switch configuration.proxy {
        case .environment: break
        case .none: set(CURLOPT_PROXY, "")
        case .url(let url): set(CURLOPT_PROXY, url)
        }
    }

    /// The certificate is self-signed as a rule (docs/hpcpack-api.md#errors-authentication-and-addresses).
    private func setTrust(_ configuration: ClientConfiguration) {
        let isJudged = unsafe verifier?.install(on: raw) ?? false
        switch configuration.trust {
        case .system: break
        case .caFile(let path):
            set(CURLOPT_CAINFO, path)
            set(CURLOPT_CAPATH, nil)
            // libcurl would keep the file's content for a day, and a certificate that was replaced meanwhile
            // would be refused as long. Connections are kept, so that it is seldom read.
            set(CURLOPT_CA_CACHE_TIMEOUT, 0)
        case .fingerprints:
            // Without the verifier nothing is trusted, since no authority is.
            set(CURLOPT_CAINFO, nil)
            set(CURLOPT_CAPATH, nil)
            if isJudged { set(CURLOPT_SSL_VERIFYHOST, 0) }
        case .insecure:
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        // The verifier looks for the other name. Without it libcurl looks for that of the address.
        if configuration.serverName != nil, isJudged { set(CURLOPT_SSL_VERIFYHOST, 0) }
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
            unsafe transfer.receiveHead(line.span)
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
    ///   - cookies: The cookies to send, and to which those of the answer are added; `nil` for none.
    ///   - transfer: What the callbacks write to; its head is filled on return.
    /// - Returns: libcurl's code, the time that it took, and what is known of a failure.
    func get(
        _ url: String,
        account: (user: String, password: String)?,
        cookies: CookieJar? = nil,
        _ transfer: Transfer
    ) -> Outcome {
        set(CURLOPT_URL, url)
        set(CURLOPT_HTTPAUTH, 1)  // CURLAUTH_BASIC, a cast expression that Swift does not import.
        set(CURLOPT_USERNAME, account?.user)
        set(CURLOPT_PASSWORD, account?.password)
        useCookies(cookies)
        verifier?.begin()
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
        var outcome = Outcome(code: code, duration: ContinuousClock.now - start)
        cookies?.lines = cookieLines(cookies)
        outcome.certificate = verifier?.certificate
        outcome.wantsClientCertificate = verifier?.wantsClientCertificate ?? false
        if code == CURLE_OK {
            if transfer.head.status == 200 { transfer.beginOnce() }
        } else {
            describeFailure(&outcome, message)
        }
        return outcome
    }

    private func describeFailure(_ outcome: inout Outcome, _ message: [CChar]) {
        let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        outcome.tls = TLSFailure(
            code: outcome.code,
            message: String(decoding: text, as: UTF8.self),
            verifier: verifier
        )
        outcome.proxyStatus = number(CURLINFO_HTTP_CONNECTCODE) ?? 0
        outcome.mayUseProxy = ProxyVariables.mayApply(proxy)
        if let code = number(CURLINFO_OS_ERRNO), code != 0 {
            outcome.systemError = unsafe String(cString: strerror(Int32(code)))
        }
        let reached: [(CURLINFO, Stage)] = [
            (CURLINFO_STARTTRANSFER_TIME_T, .answering), (CURLINFO_PRETRANSFER_TIME_T, .waiting),
            (CURLINFO_CONNECT_TIME_T, .handshake), (CURLINFO_NAMELOOKUP_TIME_T, .connecting),
        ]
        outcome.stage = reached.first { (offset($0.0) ?? 0) > 0 }?.1 ?? .lookup
    }

    private func number(_ info: CURLINFO) -> Int? {
        var value = 0
        return unsafe ccurl_get_long(raw, info, &value) == CURLE_OK ? value : nil
    }

    private func offset(_ info: CURLINFO) -> Int? {
        var value: curl_off_t = 0
        return unsafe ccurl_get_offset(raw, info, &value) == CURLE_OK ? Int(value) : nil
    }

    /// Sends the cookies of a listing, and only those: another listing may have used this handle before.
    private func useCookies(_ cookies: CookieJar?) {
        guard hasCookies || cookies != nil else { return }
        // An empty file name starts the engine and reads nothing.
        if !hasCookies { set(CURLOPT_COOKIEFILE, "") }
        hasCookies = true
        set(CURLOPT_COOKIELIST, "ALL")
        for line in cookies?.lines ?? [] { set(CURLOPT_COOKIELIST, line) }
    }

    private func cookieLines(_ cookies: CookieJar?) -> [String] {
        guard cookies != nil else { return [] }
        var list: UnsafeMutablePointer<curl_slist>?
        guard unsafe ccurl_get_list(raw, CURLINFO_COOKIELIST, &list) == CURLE_OK else { return [] }
        defer { unsafe curl_slist_free_all(list) }
        var lines: [String] = []
        var next = unsafe list
        // The list and its texts live until curl_slist_free_all.
        while let entry = unsafe next, lines.count < CookieJar.limit {
            if let text = unsafe entry.pointee.data { lines.append(unsafe String(cString: text)) }
            unsafe next = entry.pointee.next
        }
        return lines
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
