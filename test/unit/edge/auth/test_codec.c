// SPDX-License-Identifier: Apache-2.0
// The vectors of RFC 4648, and that a value has one spelling.
#include "harness.h"

#include "edge/auth/codec.h"

static void the_vectors_of_the_rfc_hold(void **state) {
    (void)state;
    static const struct {
        const char *bytes, *base64, *base32, *hex;
    } rows[] = {
        {"", "", "", ""},
        {"f", "Zg", "MY", "66"},
        {"fo", "Zm8", "MZXQ", "666f"},
        {"foo", "Zm9v", "MZXW6", "666f6f"},
        {"foob", "Zm9vYg", "MZXW6YQ", "666f6f62"},
        {"fooba", "Zm9vYmE", "MZXW6YTB", "666f6f6261"},
        {"foobar", "Zm9vYmFy", "MZXW6YTBOI", "666f6f626172"},
        {"\xfb\xff", "-_8", "7P7Q", "fbff"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[32], bytes[32];
        size_t len = strlen(rows[i].bytes), size;
        assert_int_equal(base64url_encode(text, rows[i].bytes, len), BASE64URL_LEN(len));
        assert_string_equal(text, rows[i].base64);
        assert_int_equal(base32_encode(text, rows[i].bytes, len), BASE32_LEN(len));
        assert_string_equal(text, rows[i].base32);
        hex_encode(text, rows[i].bytes, len);
        assert_string_equal(text, rows[i].hex);
        assert_int_equal(
            base64url_decode(rows[i].base64, strlen(rows[i].base64), bytes, sizeof bytes, &size),
            0);
        assert_int_equal(size, len);
        assert_memory_equal(bytes, rows[i].bytes, len);
        assert_int_equal(base32_decode(rows[i].base32, strlen(rows[i].base32), bytes, len, &size),
                         0);
        assert_memory_equal(bytes, rows[i].bytes, len);
        assert_int_equal(hex_decode(rows[i].hex, 2 * len, bytes, len, &size), 0);
        assert_memory_equal(bytes, rows[i].bytes, len);
    }
}

static void of_all_short_texts_as_many_are_taken_as_there_are_values(void **state) {
    (void)state;
    char text[2], bytes[8];
    size_t size;
    int taken = 0;
    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b++) {
            text[0] = (char)a;
            text[1] = (char)b;
            taken += base64url_decode(text, 2, bytes, sizeof bytes, &size) == 0;
        }
    assert_int_equal(taken, 256); // two letters, one byte
}

static void other_spellings_are_refused(void **state) {
    (void)state;
    static const char *const base64[] = {"Z",   "Zg=", "Zg==", "Zh",  "Zm9v\n", " Zg",
                                         "+_8", "-/8", "Zm8=", "Zm9", "Zm9vY"};
    static const char *const base32[] = {"M",  "MZ",  "MY======", "MZX", "MZXW6Y",
                                         "M1", "MY ", "0Y",       "8Y"};
    static const char *const hex[] = {"6", "6F", "0x66", "6g", "666"};
    char bytes[32];
    size_t size = 77;
    for (size_t i = 0; i < sizeof base64 / sizeof *base64; i++)
        assert_int_equal(base64url_decode(base64[i], strlen(base64[i]), bytes, 32, &size),
                         ERR_PARSE);
    for (size_t i = 0; i < sizeof base32 / sizeof *base32; i++)
        assert_int_equal(base32_decode(base32[i], strlen(base32[i]), bytes, 32, &size), ERR_PARSE);
    for (size_t i = 0; i < sizeof hex / sizeof *hex; i++)
        assert_int_equal(hex_decode(hex[i], strlen(hex[i]), bytes, 32, &size), ERR_PARSE);
    assert_int_equal(base64url_decode("Zm8", 3, bytes, 1, &size), ERR_RANGE);
    assert_int_equal(size, 77);
    assert_int_equal(base32_decode("mzxw6", 5, bytes, 32, &size), 0); // as people type it
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_rfc_hold),
        cmocka_unit_test(of_all_short_texts_as_many_are_taken_as_there_are_values),
        cmocka_unit_test(other_spellings_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
