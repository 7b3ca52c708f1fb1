import Basics
import CCurl
import Glibc

/// The variables by which libcurl finds a proxy.
///
/// `HTTP_PROXY` in capitals is none of them: a web server would set it from a header of a client.
public enum ProxyVariables {
    /// The variables for addresses of a scheme, first the one that wins.
    public static func names(isSecure: Bool) -> [String] {
        (isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]) + ["all_proxy", "ALL_PROXY"]
    }

    /// Whether a request may go through a proxy, for messages.
    static func mayApply(_ choice: ProxyChoice) -> Bool {
        switch choice {
        case .none: false
        case .url: true
        case .environment:
            (names(isSecure: true) + names(isSecure: false)).contains { name in
                unsafe getenv(name) != nil
            }
        }
    }

    /// Why a text is not the address of a proxy, without repeating it: it may hold a password.
    ///
    /// - Parameter text: The address; without a scheme it means http.
    /// - Returns: The rest of a sentence; `nil` when nothing is wrong.
    public static func fault(of text: String) -> String? {
        guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            return "holds white space or a control character"
        }
        guard let parts = unsafe curl_url() else { return "could not be read: out of memory" }
        defer { unsafe curl_url_cleanup(parts) }
        let address = text.contains("://") ? text : "http://" + text
        let flags = UInt32(CURLU_NON_SUPPORT_SCHEME)
        guard unsafe curl_url_set(parts, CURLUPART_URL, address, flags) == CURLUE_OK else {
            return
                "is not an address such as http://proxy:3128; an account in it is percent-encoded (/ is %2F, @ is %40)"
        }
        let scheme = unsafe URLPart.text(CURLUPART_SCHEME, of: parts) ?? ""
        guard ["http", "https", "socks4", "socks4a", "socks5", "socks5h"].contains(scheme) else {
            return "has a scheme other than http, https, socks4, socks4a, socks5 and socks5h"
        }
        return nil
    }

    /// Whether the address of a proxy holds a password.
    public static func holdsPassword(_ text: String) -> Bool {
        guard let parts = unsafe curl_url() else { return true }
        defer { unsafe curl_url_cleanup(parts) }
        let address = text.contains("://") ? text : "http://" + text
        let flags = UInt32(CURLU_NON_SUPPORT_SCHEME)
        guard unsafe curl_url_set(parts, CURLUPART_URL, address, flags) == CURLUE_OK else {
            return text.contains("@")
        }
        return unsafe URLPart.text(CURLUPART_PASSWORD, of: parts) != nil
    }
}

/// Parts of an address that libcurl has parsed.
enum URLPart {
    /// A part as a text; `nil` when the address has none.
    static func text(_ part: CURLUPart, of parts: OpaquePointer) -> String? {
        var bytes: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(parts, part, &bytes, 0) == CURLUE_OK, let bytes = unsafe bytes
        else { return nil }
        defer { unsafe curl_free(bytes) }
        return unsafe String(cString: bytes)
    }
}
