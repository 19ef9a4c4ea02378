// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/net/websocket_key.h"

static void the_answer_is_that_of_the_rfc(void **state) {
    char accept[WEBSOCKET_ACCEPT_SIZE];
    assert_true(websocket_accept("dGhlIHNhbXBsZSBub25jZQ==", accept)); // RFC 6455, 1.3
    assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static void a_key_is_sixteen_bytes_in_base64(void **state) {
    static const char *const rows[] = {
        "",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZR==", // bits behind the last byte
        "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25jZQAA",
        "dGhlIHNhbXBsZSBub25jZQAAAA==",
        "dGhlIHNhbXBsZSBub25-ZQ==",
        "dGhlIHNhbXBsZSBub25jZ ==",
    };
    char accept[WEBSOCKET_ACCEPT_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (websocket_accept(rows[i], accept)) fail_msg("%s", rows[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_that_of_the_rfc),
        cmocka_unit_test(a_key_is_sixteen_bytes_in_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
