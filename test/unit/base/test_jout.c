// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <jansson.h>
#include <math.h>

#include "base/jout.h"

static void values_are_separated_as_the_grammar_wants(void **state) {
    (void)state;
    struct text out;
    text_init(&out, 4096);
    jout_object(&out);
    jout_key_int(&out, "a", -1);
    jout_key(&out, "b");
    jout_array(&out);
    jout_uint(&out, UINT64_MAX);
    jout_object(&out);
    jout_end_object(&out);
    jout_array(&out);
    jout_end_array(&out);
    jout_null(&out);
    jout_string(&out, NULL);
    jout_end_array(&out);
    jout_key_bool(&out, "c", true);
    jout_key_real(&out, "d", 0.1);
    jout_key_real(&out, "e", INFINITY);
    jout_key_decimal(&out, "f", -12340, 3);
    jout_key_time(&out, "g", 1500000000);
    jout_key_time(&out, "h", 0);
    jout_key_string(&out, "i", "x");
    jout_end_object(&out);
    assert_string_equal(text_string(&out),
                        "{\"a\":-1,\"b\":[18446744073709551615,{},[],null,null],\"c\":true,"
                        "\"d\":0.1,\"e\":null,\"f\":\"-12.34\",\"g\":\"1970-01-01T00:00:01.500Z\","
                        "\"h\":null,\"i\":\"x\"}");
    text_fini(&out);
}

// Whatever bytes a string has, what is written is read back as the same, or as U+FFFD where it was no UTF-8.
static void any_bytes_become_a_string(void **state) {
    (void)state;
    static const struct {
        const char *from;
        size_t size;
        const char *read; // NULL: the same
    } rows[] = {
        {"plain", 5, NULL},
        {"\"\\/\b\f\n\r\t\x01\x1f\x7f", 11, NULL},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, NULL},
        {"a\xffz", 3, "a\xef\xbf\xbdz"},
        {"\xc3", 1, "\xef\xbf\xbd"},
        {"\xc0\x80", 2, "\xef\xbf\xbd\xef\xbf\xbd"},                 // a long form
        {"\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, // a surrogate
        {"\xf4\x90\x80\x80", 4, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xe0\x9f\xbf", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text out;
        text_init(&out, 4096);
        jout_array(&out);
        jout_bytes(&out, rows[i].from, rows[i].size);
        jout_end_array(&out);
        json_t *list = json_loads(text_string(&out), 0, NULL);
        if (list == NULL) fail_msg("row %zu: %s", i, text_string(&out));
        const char *read = rows[i].read != NULL ? rows[i].read : rows[i].from;
        assert_string_equal(json_string_value(json_array_get(list, 0)), read);
        json_decref(list);
        text_fini(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_separated_as_the_grammar_wants),
        cmocka_unit_test(any_bytes_become_a_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
