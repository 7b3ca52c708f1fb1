/* What a server asks of TLS and of its clients. Included by shim.h. */
#ifndef COPENSSL_SERVER_POLICY_H
#define COPENSSL_SERVER_POLICY_H
#include <arpa/inet.h>
#include <openssl/hmac.h>

/* How the certificate of a client is judged. */
typedef struct {
    /* Whether it must lead to an authority of the context. */
    int verifies;
    /* The subject alternative names of which it must have one; any will do when there are none. */
    size_t count;
    char **names;
} copenssl_client_policy;

/* A policy without names; NULL without memory. */
static inline copenssl_client_policy *copenssl_new_policy(int verifies) {
    copenssl_client_policy *policy = OPENSSL_zalloc(sizeof *policy);
    if (policy != NULL) policy->verifies = verifies;
    return policy;
}

static inline void copenssl_free_policy(copenssl_client_policy *policy) {
    if (policy == NULL) return;
    for (size_t index = 0; index < policy->count; index++) OPENSSL_free(policy->names[index]);
    OPENSSL_free(policy->names);
    OPENSSL_free(policy);
}

/* Adds a name. Returns 1 when it was taken. */
static inline int copenssl_allow_name(copenssl_client_policy *policy, const char *name) {
    char **names = OPENSSL_realloc(policy->names, (policy->count + 1) * sizeof *names);
    if (names == NULL) return 0;
    policy->names = names;
    names[policy->count] = OPENSSL_strdup(name);
    if (names[policy->count] == NULL) return 0;
    policy->count++;
    return 1;
}

static inline int copenssl_is_allowed(const copenssl_client_policy *policy, const void *bytes, size_t length) {
    for (size_t index = 0; index < policy->count; index++)
        if (strlen(policy->names[index]) == length && memcmp(policy->names[index], bytes, length) == 0)
            return 1;
    return 0;
}

static inline int copenssl_is_allowed_address(const copenssl_client_policy *policy,
                                              const unsigned char *bytes, int length) {
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    char text[INET6_ADDRSTRLEN];
    if (length == 16 && memcmp(bytes, mapped, 12) == 0) {
        bytes += 12;
        length = 4;
    }
    if (length != 4 && length != 16) return 0;
    if (inet_ntop(length == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text) == NULL) return 0;
    return copenssl_is_allowed(policy, text, strlen(text));
}

/* Whether a certificate has a name that is allowed: DNS, e-mail, URI or IP, compared byte by byte. */
static inline int copenssl_has_allowed_name(const copenssl_client_policy *policy, X509 *certificate) {
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int found = 0;
    for (int index = 0; !found && index < sk_GENERAL_NAME_num(names); index++) {
        int kind = -1;
        const ASN1_STRING *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, index), &kind);
        if (kind == GEN_DNS || kind == GEN_EMAIL || kind == GEN_URI)
            found = copenssl_is_allowed(policy, ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
        else if (kind == GEN_IPADD)
            found = copenssl_is_allowed_address(policy, ASN1_STRING_get0_data(value), ASN1_STRING_length(value));
    }
    GENERAL_NAMES_free(names);
    return found;
}

/* Judges the certificate of a client (SSL_CTX_set_cert_verify_callback(3)). */
static int copenssl_judge_client(X509_STORE_CTX *store, void *argument) {
    const copenssl_client_policy *policy = argument;
    if (policy->verifies && X509_verify_cert(store) != 1) return 0;
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    if (policy->count > 0 && (certificate == NULL || !copenssl_has_allowed_name(policy, certificate))) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
        return 0;
    }
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

/* Makes a context ask clients for a certificate; the policy must outlive its sessions. */
static inline void copenssl_ask_clients(SSL_CTX *context, int isRequired, copenssl_client_policy *policy) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), NULL);
    SSL_CTX_set_cert_verify_callback(context, copenssl_judge_client, policy);
}

/* A BIO over bytes that outlive it; NULL without memory. */
static inline BIO *copenssl_bytes(const void *bytes, size_t count) {
    return count > INT_MAX ? NULL : BIO_new_mem_buf(bytes, (int)count);
}

/* Whether the last failure was that there is no further PEM block; it is forgotten. */
static inline int copenssl_ended(void) {
    unsigned long code = ERR_peek_last_error();
    if (ERR_GET_LIB(code) != ERR_LIB_PEM || ERR_GET_REASON(code) != PEM_R_NO_START_LINE) return 0;
    ERR_clear_error();
    return 1;
}

/* Gives a context the first certificate of a PEM text as its own, and the others as its chain. Returns 1 when all
   were taken. */
static inline int copenssl_use_chain(SSL_CTX *context, const void *pem, size_t count) {
    BIO *bio = copenssl_bytes(pem, count);
    if (bio == NULL) return 0;
    X509 *certificate = PEM_read_bio_X509_AUX(bio, NULL, copenssl_no_pass_phrase, NULL);
    int isTaken = certificate != NULL && SSL_CTX_use_certificate(context, certificate) == 1;
    X509_free(certificate);
    while (isTaken) {
        certificate = PEM_read_bio_X509(bio, NULL, copenssl_no_pass_phrase, NULL);
        if (certificate == NULL) {
            isTaken = copenssl_ended();
            break;
        }
        isTaken = SSL_CTX_add0_chain_cert(context, certificate) == 1;
        if (!isTaken) X509_free(certificate);
    }
    BIO_free(bio);
    return isTaken;
}

/* Gives a context the private key of a PEM text. Returns 1 when it was taken and is that of the certificate. */
static inline int copenssl_use_key(SSL_CTX *context, const void *pem, size_t count) {
    BIO *bio = copenssl_bytes(pem, count);
    if (bio == NULL) return 0;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, copenssl_no_pass_phrase, NULL);
    int isTaken = key != NULL && SSL_CTX_use_PrivateKey(context, key) == 1;
    EVP_PKEY_free(key);
    BIO_free(bio);
    return isTaken;
}

/* Makes a context believe the certificates of a PEM text, be they authorities or a client's own, and name them to
   clients. Returns how many there are; -1 when one cannot be used. */
static inline int copenssl_believe(SSL_CTX *context, const void *pem, size_t count) {
    BIO *bio = copenssl_bytes(pem, count);
    if (bio == NULL) return -1;
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    int found = 0;
    for (;; found++) {
        X509 *certificate = PEM_read_bio_X509(bio, NULL, copenssl_no_pass_phrase, NULL);
        if (certificate == NULL) {
            if (!copenssl_ended()) found = -1;
            break;
        }
        int isTaken = X509_STORE_add_cert(store, certificate) == 1 && SSL_CTX_add_client_CA(context, certificate) == 1;
        X509_free(certificate);
        if (!isTaken) {
            found = -1;
            break;
        }
    }
    BIO_free(bio);
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    return found;
}

/* What of OpenSSL is a macro; each returns 1 when it was taken. */
static inline int copenssl_set_versions(SSL_CTX *context, int least, int most) {
    return SSL_CTX_set_min_proto_version(context, least) == 1 && SSL_CTX_set_max_proto_version(context, most) == 1;
}

static inline int copenssl_set_curves(SSL_CTX *context, const char *list) {
    return SSL_CTX_set1_groups_list(context, list) == 1;
}

static inline void copenssl_heed_clients_preference(SSL_CTX *context) {
    SSL_CTX_clear_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
}

/* The HMAC-SHA-256 of bytes, 32 of them. Returns 1 when it was made. */
static inline int copenssl_hmac(const void *key, size_t keyLength, const void *bytes, size_t count,
                                unsigned char *result) {
    unsigned int length = 0;
    return keyLength <= INT_MAX &&
           HMAC(EVP_sha256(), key, (int)keyLength, bytes, count, result, &length) != NULL && length == 32;
}

#endif
