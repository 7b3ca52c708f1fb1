#include "peer_certificate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

enum { sha256_size = 32 };

struct peer_certificate {
    char *server_name;
    unsigned char *pins;
    size_t pin_count;

    int error;
    int wants_client;

    int is_met;
    unsigned char sha256[sha256_size];
    char subject[256];
    char issuer[256];
    char names[1024];
    long long not_before;
    long long not_after;
};

/* Where an SSL_CTX keeps its peer_certificate. */
static int context_index = -1;

int peer_certificate_supports(const char *library) {
    static const char name[] = "OpenSSL/";
    if (library == NULL || strncmp(library, name, sizeof name - 1) != 0) return 0;
    return strtol(library + sizeof name - 1, NULL, 10) == (long)(OpenSSL_version_num() >> 28);
}

peer_certificate *peer_certificate_new(const char *server_name, const unsigned char *pins, size_t pin_count) {
    peer_certificate *peer = calloc(1, sizeof *peer);
    if (peer == NULL) return NULL;
    if (server_name != NULL && (peer->server_name = strdup(server_name)) == NULL) goto failed;
    if (pin_count > 0) {
        peer->pins = malloc(pin_count * sha256_size);
        if (peer->pins == NULL) goto failed;
        memcpy(peer->pins, pins, pin_count * sha256_size);
        peer->pin_count = pin_count;
    }
    return peer;
failed:
    peer_certificate_free(peer);
    return NULL;
}

void peer_certificate_free(peer_certificate *peer) {
    if (peer == NULL) return;
    free(peer->server_name);
    free(peer->pins);
    free(peer);
}

void peer_certificate_begin(peer_certificate *peer) {
    peer->error = 0;
    peer->wants_client = 0;
}

/* Ends a text at a whole UTF-8 character when it was cut. */
static void end_text(char *text, size_t length) {
    while (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0x80) length--;
    if (length > 0 && (unsigned char)text[length - 1] >= 0xC0) length--;
    text[length] = '\0';
}

static void copy_name(char *text, size_t size, X509_NAME *name) {
    text[0] = '\0';
    BIO *memory = BIO_new(BIO_s_mem());
    if (memory == NULL) return;
    unsigned long flags = (XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | ASN1_STRFLGS_UTF8_CONVERT;
    if (X509_NAME_print_ex(memory, name, 0, flags) >= 0) {
        int count = BIO_read(memory, text, (int)size - 1);
        if (count < 0) count = 0;
        text[count] = '\0';
        if ((size_t)count == size - 1) end_text(text, (size_t)count);
    }
    BIO_free(memory);
}

static void add_text(char *text, size_t size, const char *more, size_t length) {
    size_t used = strlen(text);
    const char *separator = used > 0 ? ", " : "";
    if (used + strlen(separator) + length >= size) return;
    strcpy(text + used, separator);
    used += strlen(separator);
    for (size_t index = 0; index < length; index++) {
        unsigned char byte = (unsigned char)more[index];
        text[used + index] = byte > 0x20 && byte < 0x7F ? (char)byte : '?';
    }
    text[used + length] = '\0';
}

static void copy_names(peer_certificate *peer, X509 *certificate) {
    peer->names[0] = '\0';
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int index = 0; names != NULL && index < sk_GENERAL_NAME_num(names); index++) {
        int kind = 0;
        const ASN1_STRING *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, index), &kind);
        if (kind != GEN_DNS && kind != GEN_IPADD) continue;
        const unsigned char *bytes = ASN1_STRING_get0_data(value);
        int length = ASN1_STRING_length(value);
        if (kind == GEN_DNS) {
            add_text(peer->names, sizeof peer->names, (const char *)bytes, (size_t)length);
        } else {
            char address[48];
            int count = 0;
            if (length == 4) {
                count = snprintf(address, sizeof address, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]);
            } else if (length == 16) {
                for (int group = 0; group < 8; group++)
                    count += snprintf(address + count, sizeof address - (size_t)count, group == 0 ? "%x" : ":%x",
                                      bytes[2 * group] << 8 | bytes[2 * group + 1]);
            }
            add_text(peer->names, sizeof peer->names, address, (size_t)count);
        }
    }
    GENERAL_NAMES_free(names);
}

static long long unix_seconds(const ASN1_TIME *time) {
    struct tm parts;
    memset(&parts, 0, sizeof parts);
    return time != NULL && ASN1_TIME_to_tm(time, &parts) == 1 ? (long long)timegm(&parts) : 0;
}

static void remember(peer_certificate *peer, X509 *certificate) {
    unsigned int length = 0;
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (X509_digest(certificate, EVP_sha256(), digest, &length) != 1 || length != sha256_size) return;
    memcpy(peer->sha256, digest, sha256_size);
    copy_name(peer->subject, sizeof peer->subject, X509_get_subject_name(certificate));
    copy_name(peer->issuer, sizeof peer->issuer, X509_get_issuer_name(certificate));
    copy_names(peer, certificate);
    peer->not_before = unix_seconds(X509_get0_notBefore(certificate));
    peer->not_after = unix_seconds(X509_get0_notAfter(certificate));
    peer->is_met = 1;
}

static int is_pinned(const peer_certificate *peer) {
    for (size_t index = 0; index < peer->pin_count; index++)
        if (memcmp(peer->pins + index * sha256_size, peer->sha256, sha256_size) == 0) return 1;
    return 0;
}

/* Whether a certificate without any alternative name has this common name, to the letter, case aside.

   OpenSSL compares host names only; "HPC Pack 2016 Communication" is none. */
static int has_common_name(X509 *certificate, const char *name) {
    if (X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) >= 0) return 0;
    X509_NAME *subject = X509_get_subject_name(certificate);
    int found = 0;
    for (int index = -1; !found && (index = X509_NAME_get_index_by_NID(subject, NID_commonName, index)) >= 0;) {
        unsigned char *text = NULL;
        int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
        found = length >= 0 && strlen(name) == (size_t)length &&
                strncasecmp(name, (const char *)text, (size_t)length) == 0;
        OPENSSL_free(text);
    }
    return found;
}

static int carries_name(X509 *certificate, const char *name) {
    return X509_check_ip_asc(certificate, name, 0) == 1 || X509_check_host(certificate, name, 0, 0, NULL) == 1 ||
           has_common_name(certificate, name);
}

/* Takes the place of X509_verify_cert. Returns whether the handshake may go on. */
static int verify(X509_STORE_CTX *store, void *context) {
    peer_certificate *peer = context;
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    peer->error = X509_V_ERR_UNSPECIFIED;
    if (certificate == NULL) return 0;
    peer->is_met = 0;
    remember(peer, certificate);
    if (peer->pin_count > 0) {
        int is_good = peer->is_met && is_pinned(peer);
        peer->error = is_good ? X509_V_OK : PEER_CERTIFICATE_NOT_PINNED;
        X509_STORE_CTX_set_error(store, is_good ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
        return is_good;
    }
    int is_good = X509_verify_cert(store) == 1;
    if (is_good && peer->server_name != NULL && !carries_name(certificate, peer->server_name)) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
        is_good = 0;
    }
    peer->error = is_good ? X509_V_OK : X509_STORE_CTX_get_error(store);
    return is_good;
}

/* The server asked for a certificate of the client, which has none. */
static int note_client_request(SSL *ssl, X509 **certificate, EVP_PKEY **key) {
    (void)certificate, (void)key;
    peer_certificate *peer = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index);
    if (peer != NULL) peer->wants_client = 1;
    return 0;
}

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static void make_index(void) { context_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL); }

int peer_certificate_install(void *ssl_context, peer_certificate *peer) {
    SSL_CTX *context = ssl_context;
    if (context == NULL || peer == NULL || CRYPTO_THREAD_run_once(&once, make_index) != 1 || context_index < 0 ||
        SSL_CTX_set_ex_data(context, context_index, peer) != 1)
        return 0;
    SSL_CTX_set_cert_verify_callback(context, verify, peer);
    SSL_CTX_set_client_cert_cb(context, note_client_request);
    return 1;
}

int peer_certificate_error(const peer_certificate *peer) { return peer->error; }
int peer_certificate_wants_client(const peer_certificate *peer) { return peer->wants_client; }
int peer_certificate_is_met(const peer_certificate *peer) { return peer->is_met; }
const unsigned char *peer_certificate_sha256(const peer_certificate *peer) { return peer->sha256; }
const char *peer_certificate_subject(const peer_certificate *peer) { return peer->subject; }
const char *peer_certificate_issuer(const peer_certificate *peer) { return peer->issuer; }
const char *peer_certificate_names(const peer_certificate *peer) { return peer->names; }
long long peer_certificate_not_before(const peer_certificate *peer) { return peer->not_before; }
long long peer_certificate_not_after(const peer_certificate *peer) { return peer->not_after; }

static int no_pass_phrase(char *buffer, int size, int writing, void *context) {
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

int peer_certificate_is_readable(const char *pem, size_t length) {
    BIO *memory = BIO_new_mem_buf(pem, (int)length);
    if (memory == NULL) return 0;
    X509 *certificate = PEM_read_bio_X509_AUX(memory, NULL, no_pass_phrase, NULL);
    int is_readable = certificate != NULL && X509_get0_pubkey(certificate) != NULL;
    X509_free(certificate);
    BIO_free(memory);
    ERR_clear_error();
    return is_readable;
}
