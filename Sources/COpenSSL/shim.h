/* Swift cannot call C's macros and variadic functions, so what the listener needs of them stands here. */
#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE when the client is gone; a
   library must not depend on what the program does with signals. This one uses send(2). */

static inline int copenssl_may_pass(int number) {
    return number == EAGAIN || number == EWOULDBLOCK || number == EINTR || number == ENOBUFS ||
           number == ENOMEM;
}

/* The flag of such a BIO that says that more follows at once, so that the system makes large packets;
   OpenSSL has no use for it. */
#define COPENSSL_MORE 0x8000

static int copenssl_bio_write(BIO *bio, const char *bytes, int count) {
    BIO_clear_retry_flags(bio);
    int flags = MSG_NOSIGNAL | (BIO_test_flags(bio, COPENSSL_MORE) ? MSG_MORE : 0);
    int sent = (int)send((int)(intptr_t)BIO_get_data(bio), bytes, (size_t)count, flags);
    if (sent < 0 && copenssl_may_pass(errno)) BIO_set_retry_write(bio);
    return sent;
}

static int copenssl_bio_read(BIO *bio, char *bytes, int count) {
    BIO_clear_retry_flags(bio);
    int received = (int)recv((int)(intptr_t)BIO_get_data(bio), bytes, (size_t)count, 0);
    if (received < 0 && copenssl_may_pass(errno)) BIO_set_retry_read(bio);
    return received;
}

static long copenssl_bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/* The methods of such a BIO; NULL without memory. */
static inline BIO_METHOD *copenssl_new_socket_method(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    if (method == NULL) return NULL;
    BIO_meth_set_write(method, copenssl_bio_write);
    BIO_meth_set_read(method, copenssl_bio_read);
    BIO_meth_set_ctrl(method, copenssl_bio_control);
    return method;
}

/* A BIO over a socket that it does not close; NULL without memory. */
static inline BIO *copenssl_new_socket(const BIO_METHOD *method, int descriptor) {
    BIO *bio = BIO_new(method);
    if (bio == NULL) return NULL;
    BIO_set_data(bio, (void *)(intptr_t)descriptor);
    BIO_set_init(bio, 1);
    return bio;
}

/* Says whether more follows at once what a session writes next. */
static inline void copenssl_set_more(SSL *session, int isMore) {
    BIO *bio = SSL_get_wbio(session);
    if (bio == NULL) return;
    if (isMore)
        BIO_set_flags(bio, COPENSSL_MORE);
    else
        BIO_clear_flags(bio, COPENSSL_MORE);
}

/* HTTP/1.1 is what this listener speaks, whatever else a client offers (RFC 7301). */
static int copenssl_select_protocol(SSL *ssl, const unsigned char **out, unsigned char *outLength,
                                    const unsigned char *in, unsigned int inLength, void *context) {
    static const unsigned char known[] = "\x08http/1.1";
    unsigned char *selected = NULL;
    (void)ssl, (void)context;
    if (SSL_select_next_proto(&selected, outLength, known, sizeof known - 1, in, inLength) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = selected;
    return SSL_TLSEXT_ERR_OK;
}

/* A key file with a pass phrase is refused: nobody is there to be asked for it. */
static int copenssl_no_pass_phrase(char *buffer, int size, int writing, void *context) {
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

/* What every server context gets. Returns 1 when all of it was taken. */
static inline int copenssl_configure(SSL_CTX *context) {
    SSL_CTX_set_default_passwd_cb(context, copenssl_no_pass_phrase);
    SSL_CTX_set_alpn_select_cb(context, copenssl_select_protocol, NULL);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    /* A write may end early and be tried again from memory that has moved. A read returns after each
       record, so that one that carries no data cannot keep the thread. */
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
    /* Sessions are resumed by tickets, which cost the server no memory. */
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    /* A session of a client that has shown a certificate is resumed only in a context of the same name. */
    if (SSL_CTX_set_session_id_context(context, (const unsigned char *)"listener", 8) != 1) return 0;
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1;
}

/* A new key on the curve P-256, which every TLS client knows; NULL when it fails. */
static inline EVP_PKEY *copenssl_new_key(void) { return EVP_EC_gen("P-256"); }

/* Adds an extension, given as in OpenSSL's configuration files. Returns 1 when it was taken. */
static inline int copenssl_add_extension(X509 *certificate, X509 *issuer, int name, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&context);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, name, value);
    if (extension == NULL) return 0;
    int result = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return result;
}

/* Sets the name of a certificate and that of its issuer, which may be itself. Returns 1 when taken. */
static inline int copenssl_set_names(X509 *certificate, X509 *issuer, const char *name) {
    X509_NAME *subject = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1,
                                      -1, 0) == 1 &&
           X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1;
}

/* Says for how many seconds before and after now a certificate is good. Returns 1 when taken. */
static inline int copenssl_set_validity(X509 *certificate, long before, long after) {
    return X509_gmtime_adj(X509_getm_notBefore(certificate), -before) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), after) != NULL;
}

/* The bytes that a memory BIO holds; they live as long as it does. */
static inline long copenssl_memory(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

#include "server_policy.h"

#endif
