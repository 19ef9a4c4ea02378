// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/net/http_path.h"

static void a_path_is_decoded_once(void **state) {
    static const char *const rows[][2] = {
        {"/", "/"},
        {"/a/b.c", "/a/b.c"},
        {"/%41%62", "/Ab"},
        {"/%2541", "/%41"},
        {"/caf%C3%a9", "/caf\xc3\xa9"},
        {"/a+b%20c", "/a+b c"},
        {"/...", "/..."},
        {"/.a/..b/c.", "/.a/..b/c."},
        {"//", "//"},
        {"/%F0%9F%98%80", "/\xf0\x9f\x98\x80"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buf[64];
        size_t size = 0;
        assert_null(http_path_decode(rows[i][0], strlen(rows[i][0]), buf, &size));
        assert_string_equal(buf, rows[i][1]);
        assert_int_equal(size, strlen(buf));
    }
}

static void a_path_that_could_mislead_is_refused(void **state) {
    static const char *const rows[][2] = {
        {"/..", ". or .."},         {"/.", ". or .."},           {"/a/../b", ". or .."},
        {"/a/./b", ". or .."},      {"/%2e%2e/etc", ". or .."},  {"/.%2E", ". or .."},
        {"/%2e", ". or .."},        {"/%2e%2e%2fetc", "slash"},  {"/a%2Fb", "slash"},
        {"/a%5cb", "slash"},        {"/%00", "control"},         {"/a%0d%0aX:b", "control"},
        {"/%1b[0m", "control"},     {"/%7f", "control"},         {"/%c0%ae%c0%ae/", "UTF-8"},
        {"/%e0%80%af", "UTF-8"},    {"/%f0%80%80%af", "UTF-8"},  {"/%ed%a0%80", "UTF-8"},
        {"/%ff", "UTF-8"},          {"/%c3", "UTF-8"},           {"/%", "two hexadecimal"},
        {"/%4", "two hexadecimal"}, {"/%zz", "two hexadecimal"}, {"/%%41", "two hexadecimal"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buf[64];
        size_t size = 0;
        const char *reason = http_path_decode(rows[i][0], strlen(rows[i][0]), buf, &size);
        if (reason == NULL || strstr(reason, rows[i][1]) == NULL)
            fail_msg("%s: %s", rows[i][0], reason);
    }
}

static void a_query_is_pairs_of_names_and_values(void **state) {
    const char *query = "a=1&&b=x+y%20z&flag&c==&d=%C3%A9&=v";
    static const char *const rows[][2] = {{"a", "1"}, {"b", "x y z"},    {"flag", ""},
                                          {"c", "="}, {"d", "\xc3\xa9"}, {"", "v"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_query_pair pair;
        assert_int_equal(http_query_next(&query, &pair), 1);
        assert_string_equal(pair.name, rows[i][0]);
        assert_string_equal(pair.value, rows[i][1]);
    }
    struct http_query_pair pair;
    assert_int_equal(http_query_next(&query, &pair), 0);
    query = "";
    assert_int_equal(http_query_next(&query, &pair), 0);
}

static void a_query_that_is_no_text_is_refused(void **state) {
    static const char *const rows[] = {"a=%",      "a=%0",  "a=%00", "a=%0a",      "%ff=1",
                                       "a=%c0%80", "a=%zz", "a=%7F", "a=%ed%a0%80"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_query_pair pair;
        const char *query = rows[i];
        if (http_query_next(&query, &pair) != ERR_PARSE) fail_msg("%s", rows[i]);
    }
    char longer[2000];
    struct http_query_pair pair;
    memset(longer, 'a', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    const char *query = longer;
    assert_int_equal(http_query_next(&query, &pair), ERR_FULL);
    longer[1] = '=';
    query = longer;
    assert_int_equal(http_query_next(&query, &pair), ERR_FULL);
    longer[2 + 1023] = '\0';
    query = longer;
    assert_int_equal(http_query_next(&query, &pair), 1);
}

static void a_name_is_found_once_or_not_at_all(void **state) {
    char value[8];
    assert_int_equal(http_query_find("a=1&b=2", "b", value, sizeof value), 1);
    assert_string_equal(value, "2");
    assert_int_equal(http_query_find("a=1&b=2", "c", value, sizeof value), 0);
    assert_int_equal(http_query_find("a=1&a=1", "a", value, sizeof value), ERR_EXISTS);
    assert_int_equal(http_query_find("a=1&b=%", "a", value, sizeof value), ERR_PARSE);
    assert_int_equal(http_query_find("a=12345678", "a", value, sizeof value), ERR_FULL);
    assert_int_equal(http_query_find("a=1234567", "a", value, sizeof value), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_decoded_once),
        cmocka_unit_test(a_path_that_could_mislead_is_refused),
        cmocka_unit_test(a_query_is_pairs_of_names_and_values),
        cmocka_unit_test(a_query_that_is_no_text_is_refused),
        cmocka_unit_test(a_name_is_found_once_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
