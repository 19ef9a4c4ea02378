// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/timestamp.h"
#include "edge/auth/totp.h"

static void the_codes_of_the_rfc_come_out(void **state) {
    (void)state;
    // RFC 6238, appendix B; the secrets are as long as the hash, which its errata say.
    static const char secret[] = "1234567890123456789012345678901234567890123456789012345678901234";
    static const struct {
        int64_t time;
        uint32_t sha1, sha256, sha512;
    } rows[] = {
        {59, 94287082, 46119246, 90693936},         {1111111109, 7081804, 68084774, 25091201},
        {1111111111, 14050471, 67062674, 99943326}, {1234567890, 89005924, 91819424, 93441116},
        {2000000000, 69279037, 90698825, 38618901}, {20000000000, 65353130, 77737706, 47863826}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t step = rows[i].time / 30;
        assert_int_equal(totp_code(TOTP_SHA1, secret, 20, 8, step), rows[i].sha1);
        assert_int_equal(totp_code(TOTP_SHA256, secret, 32, 8, step), rows[i].sha256);
        assert_int_equal(totp_code(TOTP_SHA512, secret, 64, 8, step), rows[i].sha512);
    }
    // RFC 4226, appendix D: six digits of the counters 0 to 9.
    static const uint32_t counted[] = {755224, 287082, 359152, 969429, 338314,
                                       254676, 287922, 162583, 399871, 520489};
    for (int i = 0; i < 10; i++)
        assert_int_equal(totp_code(TOTP_SHA1, secret, 20, 6, i), counted[i]);
}

static void a_code_is_good_for_its_step_and_a_neighbour_and_once(void **state) {
    (void)state;
    static const uint8_t secret[TOTP_SECRET_SIZE] = "12345678901234567890";
    const int64_t step = 37037037, at = step * 30 * NS_PER_S;
    for (int64_t off = -3; off <= 3; off++) {
        char text[8];
        snprintf(text, sizeof text, "%06u", totp_code(TOTP_SHA1, secret, 20, 6, step + off));
        int64_t found = totp_verify(secret, text, 6, at + 15 * NS_PER_S, -1);
        assert_int_equal(found, off >= -1 && off <= 1 ? step + off : -1);
        if (found < 0) continue;
        assert_int_equal(totp_verify(secret, text, 6, at, found), -1);     // no step twice
        assert_int_equal(totp_verify(secret, text, 6, at, found + 1), -1); // nor an older one
        assert_int_equal(totp_verify(secret, text, 6, at, found - 1), found);
        assert_int_equal(totp_verify(secret, text, 5, at, -1), -1);
        text[2] = text[2] == '9' ? '0' : (char)(text[2] + 1);
        assert_int_equal(totp_verify(secret, text, 6, at, -1), -1);
    }
    static const char *const bad[] = {"",       "12345",  "1234567", " 81804", "+81804",
                                      "-81804", "0x1234", "12345a",  "１２"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(totp_verify(secret, bad[i], strlen(bad[i]), at, -1), -1);
}

static void the_uri_is_what_telephones_read(void **state) {
    (void)state;
    char uri[TOTP_URI_SIZE];
    size_t len = totp_uri(uri, (const uint8_t *)"12345678901234567890", "anna b&c@desk");
    assert_string_equal(
        uri, "otpauth://totp/Fulmar:anna%20b%26c%40desk?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
             "&issuer=Fulmar&algorithm=SHA1&digits=6&period=30");
    assert_int_equal(strlen(uri), len);
}

static void a_recovery_code_is_found_however_it_is_typed(void **state) {
    (void)state;
    struct secret_key key = {"the key of the recovery codes .."},
                      other = {"another key of recovery codes .."};
    char code[RECOVERY_CODE_SIZE], typed[64];
    uint8_t digest[HMAC_SIZE], again[HMAC_SIZE];
    recovery_code_new(code);
    assert_int_equal(strlen(code), RECOVERY_CODE_SIZE - 1);
    assert_ok(recovery_code_digest(&key, code, strlen(code), digest));
    size_t len = 0;
    for (const char *c = code; *c != '\0'; c++)
        if (*c != '-') typed[len++] = *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
    assert_ok(recovery_code_digest(&key, typed, len, again));
    assert_memory_equal(digest, again, sizeof digest);
    assert_ok(recovery_code_digest(&other, typed, len, again));
    assert_memory_not_equal(digest, again, sizeof digest);
    assert_int_equal(recovery_code_digest(&key, typed, len - 1, again), ERR_PARSE);
    typed[len] = 'A';
    assert_int_equal(recovery_code_digest(&key, typed, len + 1, again), ERR_PARSE);
    assert_int_equal(recovery_code_digest(&key, "1111-1111-1111-1111", 19, again), ERR_PARSE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_codes_of_the_rfc_come_out),
        cmocka_unit_test(a_code_is_good_for_its_step_and_a_neighbour_and_once),
        cmocka_unit_test(the_uri_is_what_telephones_read),
        cmocka_unit_test(a_recovery_code_is_found_however_it_is_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
