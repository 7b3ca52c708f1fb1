import CCurl
import Testing

@testable import HPCPackClient

/// Which sentence a failure of TLS gets; the messages are those of libcurl 7.88 and 8 with OpenSSL 3.
struct TLSFailureTests {
    private func failure(
        _ code: CURLcode,
        _ message: String = "",
        verifyError: Int? = 0,
        wantsClient: Bool = false
    ) -> TLSFailure? {
        TLSFailure(
            code: code,
            message: message,
            verifyError: verifyError,
            wantsClientCertificate: wantsClient
        )
    }

    @Test(
        arguments: [
            (10, .expired), (9, .notYetValid), (62, .wrongName), (64, .wrongName),
            (18, .unknownAuthority), (19, .unknownAuthority), (20, .unknownAuthority),
            (66, .weakKey), (67, .weakKey), (68, .weakKey), (26, .wrongPurpose), (23, .revoked),
            (1001, .notPinned), (7, .rejected(7)),
        ] as [(Int, TLSFailure)]
    )
    func `A certificate is refused for what OpenSSL found`(number: Int, expected: TLSFailure) {
        #expect(failure(CURLE_PEER_FAILED_VERIFICATION, verifyError: number) == expected)
        #expect(failure(CURLE_SSL_CONNECT_ERROR, verifyError: number) == expected)
    }

    @Test(
        arguments: [
            ("error:0A00010B:SSL routines::wrong version number", .notTLS),
            ("TLS connect error: error:0A0000C6:SSL routines::packet length too long", .notTLS),
            ("error:0A000102:SSL routines::unsupported protocol", .oldProtocol),
            ("error:0A00042E:SSL routines::tlsv1 alert protocol version", .oldProtocol),
            ("error:0A00014D:SSL routines::legacy sigalg disallowed or unsupported", .oldProtocol),
            ("error:0A000152:SSL routines::unsafe legacy renegotiation disabled", .oldProtocol),
            ("error:0A00018A:SSL routines::dh key too small", .weakKey),
            (
                "error:0A00045C:SSL routines::tlsv13 alert certificate required",
                .clientCertificateWanted
            ),
            ("error:0A000410:SSL routines::sslv3 alert handshake failure", .refused),
            ("OpenSSL SSL_connect: Connection reset by peer in connection to h:443", .refused),
            ("something new", .other(35)),
        ] as [(String, TLSFailure)]
    )
    func `A handshake fails for what OpenSSL says`(message: String, expected: TLSFailure) {
        #expect(failure(CURLE_SSL_CONNECT_ERROR, message) == expected)
    }

    @Test func `A certificate that OpenSSL accepts has the wrong name`() {
        let message = "SSL: no alternative certificate subject name matches target host name 'h'"
        #expect(failure(CURLE_PEER_FAILED_VERIFICATION, message) == .wrongName)
        #expect(
            failure(CURLE_PEER_FAILED_VERIFICATION, verifyError: nil) == .unknownAuthority,
            "another TLS library"
        )
    }

    @Test func `A server that breaks off after it asked for a certificate wants one`() {
        for code in [
            CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_SSL_CONNECT_ERROR,
        ] {
            #expect(failure(code, "alert", wantsClient: true) == .clientCertificateWanted)
        }
        #expect(failure(CURLE_RECV_ERROR) == nil && failure(CURLE_OK, wantsClient: true) == nil)
        #expect(failure(CURLE_OPERATION_TIMEDOUT, wantsClient: true) == nil)
    }

    @Test func `This libcurl lets certificates be judged`() {
        #expect(TLSSupport.canJudgeCertificates, "\(TLSSupport.library)")
    }

    @Test(arguments: [
        (String(repeating: "aB", count: 32), String(repeating: "ab", count: 32)),
        (String(repeating: "0F:", count: 31) + "0F", String(repeating: "0f", count: 32)),
        (String(repeating: "a", count: 40), nil), (String(repeating: "g", count: 64), nil),
        ("", nil),
    ])
    func `A fingerprint has 64 hexadecimal digits`(text: String, expected: String?) {
        #expect(PeerCertificate.fingerprint(text) == expected)
    }
}
