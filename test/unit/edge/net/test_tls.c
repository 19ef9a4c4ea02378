// SPDX-License-Identifier: Apache-2.0
// Certificates that are taken and refused, and a session with OpenSSL's own client in memory of the kernel: a pair of
// sockets.
#include "harness.h"

#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#undef ERR_STATE

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "edge/net/tls.h"

static char dir[64], certificate[96], key[96], other_key[96];

static EVP_PKEY *make_key(const char *path) {
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    FILE *file = fopen(path, "w");
    assert_int_equal(PEM_write_PrivateKey(file, pair, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
    return pair;
}

static void make_certificate(EVP_PKEY *pair) {
    X509 *made = X509_new();
    X509_NAME *name = X509_get_subject_name(made);
    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                                (const unsigned char *)"localhost", -1, -1, 0),
                     1);
    assert_int_equal(X509_set_issuer_name(made, name), 1);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    assert_int_equal(X509_set_pubkey(made, pair), 1);
    assert_true(X509_sign(made, pair, EVP_sha256()) > 0);
    FILE *file = fopen(certificate, "w");
    assert_int_equal(PEM_write_X509(file, made), 1);
    fclose(file);
    X509_free(made);
}

static int set_up(void **state) {
    snprintf(dir, sizeof dir, "/tmp/fulmar_tls_XXXXXX");
    if (mkdtemp(dir) == NULL) return -1;
    snprintf(certificate, sizeof certificate, "%s/certificate.pem", dir);
    snprintf(key, sizeof key, "%s/key.pem", dir);
    snprintf(other_key, sizeof other_key, "%s/other.pem", dir);
    EVP_PKEY *pair = make_key(key), *other = make_key(other_key);
    make_certificate(pair);
    EVP_PKEY_free(pair);
    EVP_PKEY_free(other);
    return 0;
}

static int tear_down(void **state) {
    unlink(certificate);
    unlink(key);
    unlink(other_key);
    return rmdir(dir);
}

static void a_key_that_others_may_read_is_refused(void **state) {
    struct tls *tls;
    static const mode_t modes[] = {0640, 0604, 0660, 0644, 0610};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        chmod(key, modes[i]);
        assert_int_equal(tls_open(certificate, key, &tls), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), "chmod 600"));
    }
    chmod(key, 0400);
    assert_ok(tls_open(certificate, key, &tls));
    tls_close(tls);
    chmod(key, 0600);
}

static void files_that_do_not_fit_are_refused(void **state) {
    struct tls *tls;
    assert_int_equal(tls_open("/nowhere/c.pem", key, &tls), ERR_NOT_FOUND);
    assert_int_equal(tls_open(certificate, "/nowhere/k.pem", &tls), ERR_NOT_FOUND);
    assert_int_equal(tls_open(key, key, &tls), ERR_PARSE);
    assert_int_equal(tls_open(certificate, other_key, &tls), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "not the key of"));
    chmod(certificate, 0600);
    assert_int_equal(tls_open(certificate, certificate, &tls), ERR_PARSE);
}

struct pair {
    struct tls *tls;
    struct tls_session *session;
    SSL_CTX *context;
    SSL *client;
    int ends[2];
};

static void open_pair(struct pair *pair, int version, const char *ciphers) {
    assert_ok(tls_open(certificate, key, &pair->tls));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair->ends), 0);
    pair->session = tls_session_new(pair->tls, pair->ends[0]);
    pair->context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(pair->context, 0);
    SSL_CTX_set_min_proto_version(pair->context, version);
    SSL_CTX_set_max_proto_version(pair->context, version);
    if (ciphers != NULL) assert_int_equal(SSL_CTX_set_cipher_list(pair->context, ciphers), 1);
    pair->client = SSL_new(pair->context);
    SSL_set_fd(pair->client, pair->ends[1]);
    SSL_set_connect_state(pair->client);
}

static void close_pair(struct pair *pair) {
    SSL_free(pair->client);
    SSL_CTX_free(pair->context);
    tls_session_free(pair->session);
    tls_close(pair->tls);
    close(pair->ends[0]);
    close(pair->ends[1]);
}

// Both sides in turn, until the handshake has an end: 1 made, -1 refused.
static int shake(struct pair *pair) {
    char buf[16];
    for (int i = 0; i < 20; i++) {
        int rc = SSL_do_handshake(pair->client);
        if (tls_read(pair->session, buf, sizeof buf) == TLS_BROKEN) return -1;
        if (rc == 1) return 1;
        if (SSL_get_error(pair->client, rc) != SSL_ERROR_WANT_READ) return -1;
    }
    return 0;
}

static void bytes_go_both_ways_and_the_end_is_told(void **state) {
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < 2; i++) {
        struct pair pair;
        char buf[64];
        open_pair(&pair, versions[i], NULL);
        assert_int_equal(shake(&pair), 1);
        assert_int_equal(tls_read(pair.session, buf, sizeof buf), TLS_WAIT);
        assert_int_equal(SSL_write(pair.client, "hello", 5), 5);
        assert_int_equal(tls_read(pair.session, buf, 2), 2);
        assert_int_equal(tls_buffered(pair.session), 3);
        assert_int_equal(tls_read(pair.session, buf + 2, sizeof buf), 3);
        assert_memory_equal(buf, "hello", 5);
        assert_int_equal(tls_write(pair.session, "answer", 6), 6);
        assert_int_equal(SSL_read(pair.client, buf, sizeof buf), 6);
        assert_memory_equal(buf, "answer", 6);
        SSL_shutdown(pair.client);
        assert_int_equal(tls_read(pair.session, buf, sizeof buf), TLS_END);
        tls_end(pair.session);
        assert_int_equal(SSL_read(pair.client, buf, sizeof buf), 0);
        assert_int_equal(SSL_get_error(pair.client, 0), SSL_ERROR_ZERO_RETURN);
        close_pair(&pair);
    }
}

static void a_full_socket_waits_and_goes_on_from_another_place(void **state) {
    struct pair pair;
    enum { SIZE = 1 << 20 };
    char *data = malloc(SIZE), *got = malloc(SIZE);
    for (int i = 0; i < SIZE; i++) data[i] = (char)(i * 31 >> 3);
    open_pair(&pair, TLS1_3_VERSION, NULL);
    assert_int_equal(shake(&pair), 1);
    size_t sent = 0, read = 0;
    bool waited = false;
    while (read < SIZE) {
        while (sent < SIZE) {
            char *copy = malloc(SIZE - sent); // never the same place
            memcpy(copy, data + sent, SIZE - sent);
            ssize_t n = tls_write(pair.session, copy, SIZE - sent);
            free(copy);
            waited |= n == TLS_WAIT;
            if (n == TLS_WAIT) break;
            assert_true(n > 0);
            sent += (size_t)n;
        }
        int n = SSL_read(pair.client, got + read, (int)(SIZE - read));
        if (n > 0) read += (size_t)n;
    }
    assert_true(waited);
    assert_memory_equal(data, got, SIZE);
    free(data);
    free(got);
    close_pair(&pair);
}

static void old_versions_and_weak_ciphers_are_refused(void **state) {
    static const struct {
        int version;
        const char *ciphers;
    } rows[] = {
        {TLS1_VERSION, "ALL:@SECLEVEL=0"},          {TLS1_1_VERSION, "ALL:@SECLEVEL=0"},
        {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA"}, {TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA384"},
        {TLS1_2_VERSION, "AES128-GCM-SHA256"},      {TLS1_2_VERSION, "NULL:@SECLEVEL=0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pair pair;
        open_pair(&pair, rows[i].version, rows[i].ciphers);
        if (shake(&pair) != -1) fail_msg("%s", rows[i].ciphers);
        close_pair(&pair);
    }
    struct pair pair;
    open_pair(&pair, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256");
    assert_int_equal(shake(&pair), 1);
    close_pair(&pair);
}

static void what_is_no_tls_breaks_the_session_for_good(void **state) {
    struct pair pair;
    char buf[64];
    open_pair(&pair, TLS1_3_VERSION, NULL);
    assert_int_equal(tls_read(pair.session, buf, sizeof buf), TLS_WAIT);
    assert_true(write(pair.ends[1], "GET / HTTP/1.1\r\n\r\n", 18) == 18);
    assert_int_equal(tls_read(pair.session, buf, sizeof buf), TLS_BROKEN);
    assert_int_equal(tls_read(pair.session, buf, sizeof buf), TLS_BROKEN);
    assert_int_equal(tls_write(pair.session, "x", 1), TLS_BROKEN);
    tls_end(pair.session);
    close_pair(&pair);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_that_others_may_read_is_refused),
        cmocka_unit_test(files_that_do_not_fit_are_refused),
        cmocka_unit_test(bytes_go_both_ways_and_the_end_is_told),
        cmocka_unit_test(a_full_socket_waits_and_goes_on_from_another_place),
        cmocka_unit_test(old_versions_and_weak_ciphers_are_refused),
        cmocka_unit_test(what_is_no_tls_breaks_the_session_for_good),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
