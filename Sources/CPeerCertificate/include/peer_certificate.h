/* What a TLS client of OpenSSL checks of its peer's certificate, and what it remembers of it. */
#ifndef PEER_CERTIFICATE_H
#define PEER_CERTIFICATE_H
#include <stddef.h>

/* One client's rules, and the certificate that it met last. Handshakes of one client come one by one. */
typedef struct peer_certificate peer_certificate;

/* The verification error of a certificate that is none of the pinned ones, beside OpenSSL's X509_V_ERR_…. */
#define PEER_CERTIFICATE_NOT_PINNED 1001

/* Whether a TLS library, as libcurl names it ("OpenSSL/3.0.19"), is the one that this is linked to. */
int peer_certificate_supports(const char *library);

/* Makes the rules of a client; NULL without memory.

   server_name: the name that the certificate must carry; NULL to leave the name to libcurl.
   pins:        SHA-256 fingerprints of 32 bytes each. With any, exactly these certificates are accepted,
                whatever their names, issuers and dates. */
peer_certificate *peer_certificate_new(const char *server_name, const unsigned char *pins, size_t pin_count);
void peer_certificate_free(peer_certificate *peer);

/* Forgets how the last handshake went; what was met stays. */
void peer_certificate_begin(peer_certificate *peer);

/* Lets the handshakes of an SSL_CTX be judged by the rules. Returns 1 when that was possible. */
int peer_certificate_install(void *ssl_context, peer_certificate *peer);

/* The X509_V_ERR_… of the last handshake, 0 for none. */
int peer_certificate_error(const peer_certificate *peer);
/* Whether the server of the last handshake asked for a certificate of the client. */
int peer_certificate_wants_client(const peer_certificate *peer);

/* Whether any certificate was met; the rest tells of the last one. */
int peer_certificate_is_met(const peer_certificate *peer);
/* 32 bytes. */
const unsigned char *peer_certificate_sha256(const peer_certificate *peer);
/* Subject and issuer as RFC 2253 writes them; DNS names and addresses with commas between; UTF-8. */
const char *peer_certificate_subject(const peer_certificate *peer);
const char *peer_certificate_issuer(const peer_certificate *peer);
const char *peer_certificate_names(const peer_certificate *peer);
/* Unix seconds. */
long long peer_certificate_not_before(const peer_certificate *peer);
long long peer_certificate_not_after(const peer_certificate *peer);

/* Whether a text holds a whole certificate in PEM form. */
int peer_certificate_is_readable(const char *pem, size_t length);

#endif
