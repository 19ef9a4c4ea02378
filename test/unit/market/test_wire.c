// SPDX-License-Identifier: Apache-2.0
#include "wire_kit.h"

static void a_text_that_is_not_json_is_refused_at_every_length(void **state) {
    static const char text[] = "{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"A\",\"U\":1,\"u\":2,\"b\":[["
                               "\"1.5\",\"2\"]],\"a\":[]}";
    char out[WIRE_KIT_TEXT], cut[sizeof text];
    for (size_t len = 0; len + 1 < sizeof text; len++) {
        memcpy(cut, text, len);
        cut[len] = '\0';
        assert_int_equal(wire_kit_decode("BINANCE", NULL, cut, out, NULL), ERR_PARSE);
        assert_string_equal(out, "");
    }
    assert_int_equal(wire_kit_decode("BINANCE", NULL, text, out, NULL), 0);
}

static void levels_come_in_every_form(void **state) {
    wire_kit_check(
        "BINANCE", NULL,
        "{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"A\",\"u\":2, \"b\" : [ [ \"1.50\" , \"2\" ] , "
        "[3,4.25],[\"123456789.5\",\"1e3\",\"more\",{}]],\"a\":[[\"7\",\"0.00000001\"]]}",
        "diff A @1000000 0..2<0 | level bid 1.5x2 | level bid 3x4.25 | level bid "
        "123456789.5x1000 | level ask 7x0.00000001");
}

static void what_is_wrong_is_named(void **state) {
    static const struct {
        const char *text, *fault;
    } rows[] = {
        {"{\"b\":[[\"1\"]]}", "a level that is not [price, quantity]"},
        {"{\"b\":[1]}", "a level that is not [price, quantity]"},
        {"{\"b\":[[\"x\",\"2\"]]}", "a price or a quantity that is none"},
        {"{\"e\":\"trade\",\"p\":\"1\",\"q\":\"2\"}", "a trade without its side"},
        {"{\"e\":\"trade\",\"p\":\"1\",\"m\":true}", "a price or a quantity that is none"},
        {"{\"e\":\"depthUpdate\",\"u\":\"x\"}", "a number that is none"},
        {"{\"e\":\"x\",\"T\":99999999999999999}", "a time out of range"},
        {"{\"e\":\"x\",\"T\":\"noon\"}", "a time that is none"},
        {"{\"e\":\"depthUpdate\"", "no JSON"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[WIRE_KIT_TEXT];
        const char *fault;
        assert_int_equal(wire_kit_decode("BINANCE", NULL, rows[i].text, out, &fault), ERR_PARSE);
        assert_string_equal(fault, rows[i].fault);
    }
}

static void more_levels_than_there_is_room_for_are_an_error(void **state) {
    char text[WIRE_KIT_TEXT] = "{\"b\":[[1,2]", out[WIRE_KIT_TEXT];
    for (int i = 0; i < WIRE_KIT_ITEMS; i++) strcat(text, ",[1,2]");
    strcat(text, "]}");
    assert_int_equal(wire_kit_decode("BINANCE", NULL, text, out, NULL), ERR_FULL);
}

static void every_dialect_has_a_name_and_words(void **state) {
    for (size_t i = 0; wire_dialect_at(i) != NULL; i++) {
        const struct wire_dialect *dialect = wire_dialect_at(i);
        assert_ptr_equal(wire_dialect_find(dialect->name), dialect);
        assert_non_null(dialect->marks[0]);
        assert_true(dialect->row_count > 0 && dialect->row_count <= WIRE_ROWS_MAX);
        for (size_t k = 0; k < dialect->row_count; k++)
            if (dialect->rows[k].array == WIRE_ITEMS) assert_non_null(dialect->item);
    }
    assert_null(wire_dialect_find("NOWHERE"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_is_not_json_is_refused_at_every_length),
        cmocka_unit_test(levels_come_in_every_form),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(more_levels_than_there_is_room_for_are_an_error),
        cmocka_unit_test(every_dialect_has_a_name_and_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
