// SPDX-License-Identifier: Apache-2.0
// The same server over TLS, with OpenSSL's client.
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#undef ERR_STATE

#include <sys/socket.h>
#include <sys/stat.h>

#include "server_kit.h"

enum { TURNS_MAX = 100000 };

static char dir[64], certificate[96], key[96];
static SSL_CTX *context;

static void write_files(void) {
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509 *made = X509_new();
    X509_NAME *name = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"a", -1, -1, 0);
    X509_set_issuer_name(made, name);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, pair);
    assert_true(X509_sign(made, pair, EVP_sha256()) > 0);
    FILE *file = fopen(key, "w");
    assert_int_equal(PEM_write_PrivateKey(file, pair, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    assert_int_equal(chmod(key, 0600), 0);
    file = fopen(certificate, "w");
    assert_int_equal(PEM_write_X509(file, made), 1);
    fclose(file);
    X509_free(made);
    EVP_PKEY_free(pair);
}

static int make_files(void **state) {
    snprintf(dir, sizeof dir, "/tmp/fulmar_tls_XXXXXX");
    if (mkdtemp(dir) == NULL) return -1;
    snprintf(certificate, sizeof certificate, "%s/certificate.pem", dir);
    snprintf(key, sizeof key, "%s/key.pem", dir);
    write_files();
    context = SSL_CTX_new(TLS_client_method());
    return 0;
}

static int remove_files(void **state) {
    SSL_CTX_free(context);
    unlink(certificate);
    unlink(key);
    return rmdir(dir);
}

static int set_up(void **state) {
    (void)kit_set_up(state);
    kit.options.tls_certificate = certificate;
    kit.options.tls_key = key;
    kit_open();
    return 0;
}

static SSL *dial(void) {
    SSL *client = SSL_new(context);
    SSL_set_fd(client, kit_dial());
    SSL_set_connect_state(client);
    for (int i = 0; i < TURNS_MAX && SSL_do_handshake(client) != 1; i++) kit_steps(1);
    assert_true(SSL_is_init_finished(client));
    return client;
}

static void hang_up(SSL *client) {
    int fd = SSL_get_fd(client);
    SSL_free(client);
    close(fd);
    kit_steps(3);
}

static void say(SSL *client, const char *data, size_t size) {
    for (int i = 0; i < TURNS_MAX && size > 0; i++) {
        int n = SSL_write(client, data, (int)size);
        if (n > 0) {
            data += n;
            size -= (size_t)n;
        }
        kit_steps(1);
    }
    assert_int_equal(size, 0);
}

// Listens until `words` have come, or the end; false at the end.
static bool hear(SSL *client, const char *words) {
    kit.heard_size = 0;
    for (int i = 0; i < TURNS_MAX; i++) {
        int n = SSL_read(client, kit.heard + kit.heard_size,
                         (int)(sizeof kit.heard - 1 - kit.heard_size));
        if (n > 0) kit.heard_size += (size_t)n;
        kit.heard[kit.heard_size] = '\0';
        const char *last = kit.heard_size > 200 ? kit.heard + kit.heard_size - 200 : kit.heard;
        if (strstr(kit.heard, words) != NULL || strstr(last, words) != NULL) return true;
        if (n <= 0 && SSL_get_error(client, n) == SSL_ERROR_ZERO_RETURN) return false;
        kit_steps(1);
    }
    fail_msg("no '%s' in: %.300s", words, kit.heard);
    return false;
}

static void requests_are_answered_over_tls(void **state) {
    SSL *client = dial();
    for (int i = 0; i < 3; i++) {
        say(client, "GET /a" HOST "\r\n", strlen("GET /a" HOST "\r\n"));
        assert_true(hear(client, "GET /a? 0:"));
    }
    // The end is told, not only made.
    static const char last[] = "GET /close" HOST "\r\n";
    say(client, last, sizeof last - 1);
    assert_true(hear(client, "GET /close? 0:"));
    assert_false(hear(client, "nothing more"));
    hang_up(client);
    assert_int_equal(server_connections(kit.server), 0);
    assert_int_equal(server_counts(kit.server)->buffers, 0);
}

// More than a record at a time, both ways; and bytes that TLS holds while the answer is made.
static void large_bodies_go_both_ways(void **state) {
    static char request[20000];
    int len = snprintf(request, sizeof request, "GET /hold" HOST "\r\n");
    for (int i = 0; i < 150; i++)
        len +=
            snprintf(request + len, sizeof request - (size_t)len,
                     "GET /many%d" HOST "X: 0123456789012345678901234567890123456789\r\n\r\n", i);
    SSL *client = dial();
    say(client, request, (size_t)len);
    assert_int_equal(kit.requests, 1);
    http_reply(kit.held[0], 200, NULL, NULL, 0);
    assert_true(hear(client, "GET /many149? 0:"));
    assert_int_equal(kit.requests, 151);
    static const char big[] = "GET /big" HOST "\r\nGET /after" HOST "\r\n";
    say(client, big, sizeof big - 1);
    assert_true(hear(client, "GET /after? 0:"));
    assert_true(kit.heard_size > 2000000);
    hang_up(client);
}

static void a_websocket_over_tls_is_one(void **state) {
    SSL *client = dial();
    static const char ask[] =
        "GET /ws" HOST "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        "\x81\x85\0\0\0\0hello";
    say(client, ask, sizeof ask - 1);
    assert_true(hear(client, "\x81\x05hello"));
    hang_up(client);
    assert_int_equal(kit.closed, 1);
}

static void a_handshake_has_ten_seconds(void **state) {
    int fd = kit_dial();
    kit_push(fd, "\x16\x03\x01", 3);
    kit_pass(11 * NS_PER_S);
    assert_int_equal(server_connections(kit.server), 0);
    close(fd);
}

static void plain_text_is_not_spoken(void **state) {
    int fd = kit_dial();
    kit_say(fd, "GET /" HOST "\r\n");
    (void)kit_hear(fd);
    assert_true(kit.heard_end);
    assert_int_equal(kit.requests, 0);
    close(fd);
}

static void a_client_that_goes_in_the_middle_is_forgotten(void **state) {
    for (int i = 0; i < 3; i++) {
        SSL *client = dial();
        static const char part[] = "POST /" HOST "Content-Length: 100\r\n\r\nabc";
        if (i > 0) say(client, part, sizeof part - 1);
        if (i > 1) SSL_shutdown(client);
        hang_up(client);
    }
    assert_int_equal(server_connections(kit.server), 0);
    assert_int_equal(server_counts(kit.server)->buffers, 0);
}

#define TLS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, kit_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TLS_TEST(requests_are_answered_over_tls),
        TLS_TEST(large_bodies_go_both_ways),
        TLS_TEST(a_websocket_over_tls_is_one),
        TLS_TEST(a_handshake_has_ten_seconds),
        TLS_TEST(plain_text_is_not_spoken),
        TLS_TEST(a_client_that_goes_in_the_middle_is_forgotten),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
