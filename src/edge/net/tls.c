// SPDX-License-Identifier: Apache-2.0
// OpenSSL has a type of the name of one of our errors.
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/err.h>
#include <openssl/ssl.h>
#undef ERR_STATE

#include "edge/net/tls.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"

struct tls {
    SSL_CTX *context;
};

struct tls_session {
    SSL *ssl;
    bool wants_write;
    bool broken;
};

// Mozilla's "intermediate": forward secrecy and authenticated encryption alone.
static const char ciphers_12[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

// OpenSSL's words for what it refused last; its queue is empty afterwards.
static const char *refusal(void) {
    const char *words = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return words != NULL ? words : "no reason was given";
}

// One wording for OpenSSL's refusals of a file.
static int file_fail(const char *what, const char *path) {
    return ERR_SET(ERR_PARSE, "%s: no %s in PEM: %s", path, what, refusal());
}

static int check_key_file(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0)
        return ERR_SET(errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot look at %s: %s", path,
                       strerror(errno));
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return ERR_SET(ERR_ARGUMENT, "%s: others may read the key (mode %03o); chmod 600 %s", path,
                       status.st_mode & 0777u, path);
    return 0;
}

static int load(SSL_CTX *context, const char *certificate, const char *key) {
    struct stat status;
    if (stat(certificate, &status) != 0)
        return ERR_SET(errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot look at %s: %s",
                       certificate, strerror(errno));
    TRY(check_key_file(key));
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
        return file_fail("certificate", certificate);
    if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1) return 0;
    if (ERR_GET_REASON(ERR_peek_last_error()) != X509_R_KEY_VALUES_MISMATCH)
        return file_fail("key", key);
    ERR_clear_error();
    return ERR_SET(ERR_ARGUMENT, "%s is not the key of %s", key, certificate);
}

static int configure(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
        SSL_CTX_set_cipher_list(context, ciphers_12) == 1)
        return 0;
    return ERR_SET(ERR_UNSUPPORTED, "OpenSSL has not what TLS 1.2 needs: %s", refusal());
}

int tls_open(const char *certificate, const char *key, struct tls **ret_tls) {
    struct tls *tls = calloc(1, sizeof *tls);
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (tls == NULL || context == NULL) {
        free(tls);
        SSL_CTX_free(context);
        return ERR_SET(ERR_NOMEM, "no memory for TLS");
    }
    tls->context = context;
    int rc = configure(context);
    if (rc == 0) rc = load(context, certificate, key);
    if (rc == 0)
        *ret_tls = tls;
    else
        tls_close(tls);
    return rc;
}

void tls_close(struct tls *tls) {
    if (tls == NULL) return;
    SSL_CTX_free(tls->context);
    free(tls);
}

struct tls_session *tls_session_new(struct tls *tls, int fd) {
    struct tls_session *session = calloc(1, sizeof *session);
    SSL *ssl = SSL_new(tls->context);
    if (session == NULL || ssl == NULL || SSL_set_fd(ssl, fd) != 1) {
        free(session);
        SSL_free(ssl);
        ERR_clear_error();
        return NULL;
    }
    SSL_set_accept_state(ssl);
    session->ssl = ssl;
    return session;
}

void tls_session_free(struct tls_session *session) {
    if (session == NULL) return;
    SSL_free(session->ssl);
    free(session);
}

static ssize_t outcome(struct tls_session *session, int rc) {
    int why = SSL_get_error(session->ssl, rc);
    session->wants_write = why == SSL_ERROR_WANT_WRITE;
    ERR_clear_error();
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return TLS_WAIT;
    if (why == SSL_ERROR_ZERO_RETURN) return TLS_END;
    session->broken = true;
    return TLS_BROKEN;
}

ssize_t tls_read(struct tls_session *session, void *buf, size_t size) {
    DCHECK(size > 0);
    if (session->broken) return TLS_BROKEN;
    int rc = SSL_read(session->ssl, buf, size < INT_MAX ? (int)size : INT_MAX);
    if (rc <= 0) return outcome(session, rc);
    session->wants_write = false;
    return rc;
}

ssize_t tls_write(struct tls_session *session, const void *data, size_t size) {
    DCHECK(size > 0);
    if (session->broken) return TLS_BROKEN;
    int rc = SSL_write(session->ssl, data, size < INT_MAX ? (int)size : INT_MAX);
    if (rc <= 0) return outcome(session, rc) == TLS_WAIT ? TLS_WAIT : TLS_BROKEN;
    session->wants_write = false;
    return rc;
}

bool tls_wants_write(const struct tls_session *session) {
    return session->wants_write;
}

size_t tls_buffered(const struct tls_session *session) {
    return (size_t)SSL_pending(session->ssl);
}

void tls_end(struct tls_session *session) {
    if (session->broken || !SSL_is_init_finished(session->ssl)) return;
    (void)SSL_shutdown(session->ssl);
    ERR_clear_error();
}
