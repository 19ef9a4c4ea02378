// SPDX-License-Identifier: Apache-2.0
#include "base/jscan.h"

#include "harness.h"

#include <dirent.h>
#include <inttypes.h>

#include "base/io.h"
#include "base/prng.h"
#include "jscan_twin.h"

static struct jscan begin(const char *text) {
    static char padded[512];
    struct jscan json;
    memset(padded, 0, sizeof padded);
    memcpy(padded, text, strlen(text));
    jscan_begin(&json, padded, strlen(text));
    return json;
}

static void an_object_hands_out_its_keys_and_values(void **state) {
    struct jscan json =
        begin(" { \"e\":\"depth\", \"U\" : 42,\"b\":[[\"1.50\",\"2\"],[]],\"m\":true,\"x\":{} } ");
    struct jscan_text key, text;
    struct jscan_decimal decimal;
    uint64_t number;
    bool truth;
    assert_true(jscan_object(&json, &key) && jscan_is(key, "e"));
    assert_true(jscan_text(&json, &text) && jscan_is(text, "depth") && text.quoted);
    assert_true(jscan_next(&json, &key) && jscan_is(key, "U"));
    assert_true(jscan_text(&json, &text) && jscan_uint(text, &number) && !text.quoted);
    assert_int_equal(number, 42);
    assert_true(jscan_next(&json, &key) && jscan_is(key, "b"));
    assert_true(jscan_array(&json) && jscan_array(&json));
    assert_true(jscan_text(&json, &text) && jscan_decimal(text, &decimal));
    assert_int_equal(decimal.m, 15);
    assert_int_equal(decimal.frac, 1);
    assert_true(jscan_element(&json) && jscan_skip(&json));
    assert_false(jscan_element(&json));
    assert_true(jscan_element(&json));
    assert_false(jscan_array(&json)); // empty
    assert_false(jscan_element(&json));
    assert_true(jscan_next(&json, &key) && jscan_text(&json, &text) && jscan_bool(text, &truth));
    assert_true(truth);
    assert_true(jscan_next(&json, &key) && jscan_peek(&json) == '{' && jscan_skip(&json));
    assert_false(jscan_next(&json, &key));
    assert_true(jscan_end(&json));
}

static void an_error_stays(void **state) {
    struct jscan json = begin("{\"a\" 1}");
    struct jscan_text key;
    assert_false(jscan_object(&json, &key));
    assert_true(jscan_failed(&json));
    assert_false(jscan_skip(&json) || jscan_next(&json, &key) || jscan_array(&json) ||
                 jscan_element(&json) || jscan_text(&json, &key) || jscan_end(&json));
    assert_int_equal(jscan_peek(&json), 0);
}

static void decimals_lose_their_last_zeros_and_nothing_else(void **state) {
    static const struct {
        const char *text;
        int64_t m;
        int32_t frac; // -1: none
    } rows[] = {
        {"61837.63000000", 6183763, 2},
        {"0.00006547", 6547, 8},
        {"0.00000000", 0, 0},
        {"100", 100, 0},
        {"12345678.12345678", 1234567812345678, 8},
        {"34704721965.5", 347047219655, 1},
        {"0.000022900", 229, 7},
        {"-1.50", -15, 1},
        {"1e3", 1000, 0},
        {"1.5e-3", 15, 4},
        {"1.7885566900000001", 17885566900000001, 16},
        {"999999999999999999", 999999999999999999, 0},
        {"99999999999999999999", 0, -1},
        {"0.0087547500000000004", 875475, 8},
        {"0.0000000000000000001", 0, 0},
        {"", 0, -1},
        {".", 0, -1},
        {"5.", 0, -1},
        {".5", 0, -1},
        {"1,5", 0, -1},
        {"1.5x", 0, -1},
        {"1 ", 0, -1},
        {"1.12345678901234567890", 1123456789012345679, 18},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char padded[64] = "";
        struct jscan_decimal decimal = {0, 0}, scanned = {0, 0};
        snprintf(padded, sizeof padded, "%s\"", rows[i].text);
        struct jscan_text text = {padded, (uint32_t)strlen(rows[i].text), true, false};
        bool taken = jscan_decimal(text, &decimal);
        if (taken != (rows[i].frac >= 0) ||
            (taken && (decimal.m != rows[i].m || decimal.frac != rows[i].frac)))
            fail_msg("'%s': %d %" PRId64 "/%d", rows[i].text, taken, decimal.m, decimal.frac);
        const char *end = jscan_decimal_scan(padded, &scanned); // the same, or not its form
        if (end == NULL) continue;
        assert_ptr_equal(end, padded + strlen(padded));
        assert_memory_equal(&scanned.m, &decimal.m, sizeof decimal.m);
        assert_int_equal(scanned.frac, decimal.frac);
    }
}

static void whole_numbers_have_sixty_four_bits(void **state) {
    static const struct {
        const char *text;
        uint64_t value;
        bool taken;
    } rows[] = {{"0", 0, true},
                {"1007198631260", 1007198631260, true},
                {"18446744073709551615", UINT64_MAX, true},
                {"18446744073709551616", 0, false},
                {"99999999999999999999", 0, false},
                {"123456789012345678901", 0, false},
                {"-1", 0, false},
                {"1.0", 0, false},
                {"", 0, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char padded[64] = "";
        uint64_t value = 0;
        strcpy(padded, rows[i].text);
        struct jscan_text text = {padded, (uint32_t)strlen(padded), false, false};
        if (jscan_uint(text, &value) != rows[i].taken || value != rows[i].value)
            fail_msg("'%s'", rows[i].text);
    }
}

static void escapes_become_utf_8(void **state) {
    struct jscan json = begin("\"a\\n\\u00e9\\u20ac\\ud83d\\ude00\\\"\\ud800x\"");
    struct jscan_text text;
    char buf[64];
    assert_true(jscan_text(&json, &text) && text.escaped);
    size_t len = jscan_unescape(text, buf);
    static const char expected[] = "a\n\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"\xef\xbf\xbdx";
    assert_int_equal(len, sizeof expected - 1);
    assert_memory_equal(buf, expected, len);
}

static void depth_has_a_limit(void **state) {
    char text[2 * JSCAN_DEPTH_MAX + 3] = "";
    for (int depth = JSCAN_DEPTH_MAX; depth <= JSCAN_DEPTH_MAX + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = '\0';
        struct jscan json = begin(text);
        assert_int_equal(jscan_skip(&json) && jscan_end(&json), depth == JSCAN_DEPTH_MAX);
    }
}

// Every length and alignment of a string around the sixteen bytes that are looked at together.
static void strings_end_where_their_quote_is(void **state) {
    for (int len = 0; len < 50; len++)
        for (int odd = -1; odd < len; odd++) {
            char text[128] = "\"";
            memset(text + 1, 'x', (size_t)len);
            strcpy(text + 1 + len, "\",\"");
            if (odd >= 0) text[1 + odd] = odd % 2 == 0 ? '\t' : '\x80';
            struct jscan json = begin(text);
            struct jscan_text value;
            assert_int_equal(jscan_text(&json, &value), odd < 0);
            if (odd < 0) assert_int_equal(value.len, len);
            struct jscan cut = begin(text);
            cut.end = cut.at + len; // the text ends inside
            assert_false(jscan_text(&cut, &value));
        }
}

static void texts_are_taken_and_read_as_jansson_does(void **state) {
    static const char *const texts[] = {"{}",
                                        "[]",
                                        "1",
                                        "\"x\"",
                                        "true",
                                        "nul",
                                        "[1,]",
                                        "[,1]",
                                        "{\"a\":1,}",
                                        "{\"a\":1 \"b\":2}",
                                        "[01]",
                                        "[1.]",
                                        "[.5]",
                                        "[-]",
                                        "[1e]",
                                        "[1e+]",
                                        "[-0]",
                                        "[1E-2]",
                                        "[\"\\x\"]",
                                        "[\"\\u12\"]",
                                        "[\"\t\"]",
                                        "[\"\xc3\xa9\"]",
                                        "[\"\xc0\xaf\"]",
                                        "[\"\xed\xa0\x80\"]",
                                        "[\"\xf4\x90\x80\x80\"]",
                                        "[1] x",
                                        "",
                                        " ",
                                        "[",
                                        "]",
                                        "{\"a\"}",
                                        "{1:2}",
                                        "{\"a\":1,\"a\":2}",
                                        "[1 2]",
                                        "[true false]",
                                        "\"",
                                        "[\"a\":1]",
                                        "{\"a\",1}",
                                        "[1}",
                                        "{\"a\":[}",
                                        "[[],{},[{}],\"\"]",
                                        "-1.25e2",
                                        "\xef\xbb\xbf[]",
                                        "[1]\n\r\t ",
                                        "[TRUE]",
                                        "[NaN]",
                                        "[+1]",
                                        "[\"\\ud83d\\ude00\"]"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (twin_compare(texts[i], strlen(texts[i])) == TWIN_DIFFERS) fail_msg("%s", texts[i]);
}

static void broken_texts_are_taken_or_not_as_by_jansson(void **state) {
    static const char text[] =
        "{\"stream\":\"btcusdt@depth\",\"data\":{\"e\":\"depthUpdate\",\"E\":1723161256299,"
        "\"b\":[[\"58710.20\",\"0.014\"],[\"61496.50\",\"0.010\"]],\"a\":[],\"m\":false,"
        "\"n\":null,\"x\":-1.5e3,\"s\":\"\\u00e9\\n\xc3\xa9\"}}";
    static const char bytes[] = "{}[]\",:\\0129.-+eEtrufalsn \n\x01\x80\xc3\xff";
    struct prng prng;
    prng_seed(&prng, 11);
    for (int round = 0; round < 60000; round++) {
        char broken[sizeof text];
        memcpy(broken, text, sizeof text);
        size_t size = sizeof text - 1;
        for (uint64_t n = 1 + prng_below(&prng, 3); n > 0; n--)
            broken[prng_below(&prng, size)] = bytes[prng_below(&prng, sizeof bytes - 1)];
        if (prng_below(&prng, 4) == 0) size = prng_below(&prng, size);
        if (twin_compare(broken, size) == TWIN_DIFFERS) fail_msg("%.*s", (int)size, broken);
    }
}

// The JSON test suite of N. Seriot: y_ must be taken, n_ must not, i_ may be.
static void the_test_suite_is_taken_as_its_names_say(void **state) {
    const char *root = harness_shared("fixtures/payloads/JSONTestSuite/test_parsing");
    DIR *dir = opendir(root);
    int count = 0;
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char path[1024], *data;
        size_t size;
        struct jscan json;
        if (strstr(entry->d_name, ".json") == NULL) continue;
        snprintf(path, sizeof path, "%s/%s", root, entry->d_name);
        assert_ok(io_read_file(path, 1 << 20, &data, &size));
        data = realloc(data, size + JSCAN_PADDING + 1);
        memset(data + size, 0, JSCAN_PADDING + 1);
        jscan_begin(&json, data, size);
        bool taken = jscan_skip(&json) && jscan_end(&json);
        if (entry->d_name[0] == (taken ? 'n' : 'y')) fail_msg("%s", entry->d_name);
        free(data);
        count++;
    }
    closedir(dir);
    assert_true(count > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_hands_out_its_keys_and_values),
        cmocka_unit_test(an_error_stays),
        cmocka_unit_test(decimals_lose_their_last_zeros_and_nothing_else),
        cmocka_unit_test(whole_numbers_have_sixty_four_bits),
        cmocka_unit_test(escapes_become_utf_8),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(strings_end_where_their_quote_is),
        cmocka_unit_test(texts_are_taken_and_read_as_jansson_does),
        cmocka_unit_test(broken_texts_are_taken_or_not_as_by_jansson),
        cmocka_unit_test(the_test_suite_is_taken_as_its_names_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
