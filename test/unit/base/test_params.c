// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include <jansson.h>

#include "base/params.h"
#include "base/prng.h"

enum { FAST, SLOW, BAND, SHORTS, SIDE, TIMEOUT, OFFSET, COUNT };

static const struct param table[COUNT] = {
    {.name = "fast",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 12,
     .min = 1,
     .max = 500,
     .help = "Length of the fast average."},
    {.name = "slow",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 26,
     .min = 2,
     .max = 1000,
     .help = "Length of the slow average."},
    {.name = "band",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.015,
     .min = 0,
     .max = 1,
     .help = "Width of the band, \"both\" sides."},
    {.name = "shorts",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 1,
     .min = 0,
     .max = 0,
     .help = "Whether to sell short."},
    {.name = "side",
     .type = PARAM_ENUM,
     .unit = "",
     .def = 1,
     .min = 0,
     .max = 0,
     .choices = "long|short|both",
     .help = "Sides that may be held."},
    {.name = "timeout",
     .type = PARAM_DURATION,
     .unit = "",
     .def = 300,
     .min = 0,
     .max = 86400,
     .help = "How long an order may rest."},
    {.name = "offset",
     .type = PARAM_REAL,
     .unit = "USD",
     .def = 0,
     .min = -INFINITY,
     .max = INFINITY,
     .help = "Added to every price."},
};

static void defaults_fill_every_value(void **state) {
    double values[COUNT];
    params_defaults(table, COUNT, values);
    for (size_t i = 0; i < COUNT; i++) assert_true(values[i] == table[i].def);
    assert_int_equal(params_find(table, COUNT, "side"), SIDE);
    assert_int_equal(params_find(table, COUNT, "sid"), -1);
    assert_int_equal(params_find(table, COUNT, ""), -1);
}

static void values_of_every_type_are_read(void **state) {
    static const struct {
        const char *name;
        const char *text;
        int index;
        double value;
    } rows[] = {
        {"fast", "1", FAST, 1},
        {"fast", "500", FAST, 500},
        {"fast", "+20", FAST, 20},
        {"fast", "2e2", FAST, 200},
        {"fast", "30.0", FAST, 30},
        {"band", "0.25", BAND, 0.25},
        {"band", ".5", BAND, 0.5},
        {"band", "1e-3", BAND, 0.001},
        {"band", "0.1", BAND, 0.1},
        {"offset", "-1234567.875", OFFSET, -1234567.875},
        {"shorts", "false", SHORTS, 0},
        {"shorts", "yes", SHORTS, 1},
        {"shorts", "off", SHORTS, 0},
        {"shorts", "1", SHORTS, 1},
        {"side", "long", SIDE, 0},
        {"side", "both", SIDE, 2},
        {"timeout", "90s", TIMEOUT, 90},
        {"timeout", "250ms", TIMEOUT, 0.25},
        {"timeout", "1d", TIMEOUT, 86400},
        {"timeout", "0", TIMEOUT, 0},
        {"timeout", "0s", TIMEOUT, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double values[COUNT];
        params_defaults(table, COUNT, values);
        assert_ok(params_set(table, COUNT, rows[i].name, rows[i].text, values));
        if (values[rows[i].index] != rows[i].value) fail_msg("%s = %s", rows[i].name, rows[i].text);
        for (int k = 0; k < COUNT; k++)
            if (k != rows[i].index) assert_true(values[k] == table[k].def);
    }
}

static void wrong_values_are_refused_with_their_reason(void **state) {
    static const struct {
        const char *name;
        const char *text;
        int rc;
        const char *words;
    } rows[] = {
        {"fsat", "5", ERR_NOT_FOUND, "did you mean \"fast\"?"},
        {"timeuot", "5", ERR_NOT_FOUND, "did you mean \"timeout\"?"},
        {"zzzzzz", "5", ERR_NOT_FOUND, "there are: fast; slow; band"},
        {"", "5", ERR_NOT_FOUND, "no parameter"},
        {"fast", "0", ERR_RANGE, "fast must be in [1, 500], and is 0"},
        {"fast", "501", ERR_RANGE, "[1, 500]"},
        {"fast", "99999999999999999999", ERR_RANGE, "fast"},
        {"fast", "9007199254740993", ERR_RANGE, "fast"},
        {"fast", "1.5", ERR_PARSE, "whole number"},
        {"fast", "", ERR_PARSE, "whole number"},
        {"fast", "ten", ERR_PARSE, "\"ten\""},
        {"fast", " 5", ERR_PARSE, "whole number"},
        {"band", "1.01", ERR_RANGE, "band must be in [0, 1], and is 1.01"},
        {"band", "-0.1", ERR_RANGE, "[0, 1]"},
        {"band", "", ERR_PARSE, "number"},
        {"band", "e", ERR_PARSE, "number"},
        {"band", "nan", ERR_PARSE, "number"},
        {"band", "inf", ERR_PARSE, "number"},
        {"band", "0x1p-3", ERR_PARSE, "number"},
        {"band", "0.5 ", ERR_PARSE, "number"},
        {"band", "1-", ERR_PARSE, "number"},
        {"offset", "1e999", ERR_RANGE, "offset"},
        {"shorts", "maybe", ERR_PARSE, "true or false"},
        {"shorts", "TRUE", ERR_PARSE, "true or false"},
        {"side", "lnog", ERR_PARSE,
         "side is one of long|short|both, not \"lnog\"; did you mean \"long\"?"},
        {"side", "lon", ERR_PARSE, "did you mean \"long\"?"},
        {"side", "", ERR_PARSE, "one of"},
        {"side", "long|short", ERR_PARSE, "one of"},
        {"timeout", "5", ERR_PARSE, "duration such as 90s"},
        {"timeout", "2d", ERR_RANGE, "timeout must be in [0s, 1d], and is 2d"},
        {"timeout", "99999999999w", ERR_RANGE, "timeout"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double values[COUNT];
        params_defaults(table, COUNT, values);
        int rc = params_set(table, COUNT, rows[i].name, rows[i].text, values);
        if (rc != rows[i].rc || strstr(err_story(), rows[i].words) == NULL)
            fail_msg("%s = \"%s\": %s: %s", rows[i].name, rows[i].text, err_name(rc), err_story());
        for (int k = 0; k < COUNT; k++) assert_true(values[k] == table[k].def);
    }
}

static void integers_that_a_double_cannot_hold_are_refused(void **state) {
    static const struct param wide = {.name = "n",
                                      .type = PARAM_INT,
                                      .unit = "",
                                      .def = 0,
                                      .min = -INFINITY,
                                      .max = INFINITY,
                                      .help = "Any."};
    double value = 0;
    assert_ok(params_set(&wide, 1, "n", "9007199254740992", &value));
    assert_true(value == 9007199254740992.0);
    assert_ok(params_set(&wide, 1, "n", "-9007199254740991", &value));
    assert_true(value == -9007199254740991.0);
    assert_int_equal(params_set(&wide, 1, "n", "9007199254740993", &value), ERR_RANGE);
    assert_int_equal(params_set(&wide, 1, "n", "-9007199254740994", &value), ERR_RANGE);
    assert_true(value == -9007199254740991.0);
}

static void printed_values_are_read_back(void **state) {
    struct prng prng;
    prng_seed(&prng, 1);
    struct text text;
    text_init(&text, 1000);
    for (int i = 0; i < 5000; i++) {
        double value[COUNT] = {
            [FAST] = 1 + (double)prng_below(&prng, 500),
            [SLOW] = 2 + (double)prng_below(&prng, 999),
            [BAND] = prng_double(&prng),
            [SHORTS] = (double)prng_below(&prng, 2),
            [SIDE] = (double)prng_below(&prng, 3),
            [TIMEOUT] = (double)prng_below(&prng, 86400000) / (i % 2 ? 1000 : 1000000),
            [OFFSET] = ldexp(prng_double(&prng) - 0.5, (int)prng_below(&prng, 200) - 100),
        };
        for (size_t k = 0; k < COUNT; k++) {
            double back[COUNT] = {0};
            text_clear(&text);
            params_print_value(&table[k], value[k], &text);
            assert_ok(params_set(table, COUNT, table[k].name, text_string(&text), back));
            if (back[k] != value[k]) fail_msg("%s: %s", table[k].name, text_string(&text));
        }
    }
    text_clear(&text);
    params_print_value(&table[BAND], 0.1, &text);
    assert_string_equal(text_string(&text), "0.1");
    text_fini(&text);
}

static void help_is_an_aligned_table(void **state) {
    struct text text;
    text_init(&text, 4096);
    params_help(table, COUNT, &text);
    assert_int_equal(text_error(&text), 0);
    assert_string_equal(
        text_string(&text),
        "fast     integer   12     [1, 500]         bars      Length of the fast average.\n"
        "slow     integer   26     [2, 1000]        bars      Length of the slow average.\n"
        "band     number    0.015  [0, 1]           fraction  Width of the band, \"both\" sides.\n"
        "shorts   boolean   true   true|false       -         Whether to sell short.\n"
        "side     choice    short  long|short|both  -         Sides that may be held.\n"
        "timeout  duration  5m     [0s, 1d]         -         How long an order may rest.\n"
        "offset   number    0      [-inf, inf]      USD       Added to every price.\n");
    text_fini(&text);
    text_init(&text, 100);
    params_help(table, COUNT, &text);
    assert_int_equal(text_error(&text), ERR_FULL);
    text_fini(&text);
}

static void the_json_schema_is_json_and_says_the_table(void **state) {
    struct text text;
    text_init(&text, 8192);
    params_json_schema(table, COUNT, &text);
    assert_int_equal(text_error(&text), 0);
    json_error_t error;
    json_t *schema = json_loads(text_string(&text), JSON_REJECT_DUPLICATES, &error);
    if (schema == NULL) fail_msg("%s in %s", error.text, text_string(&text));
    assert_string_equal(json_string_value(json_object_get(schema, "type")), "object");
    assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
    json_t *properties = json_object_get(schema, "properties");
    assert_int_equal(json_object_size(properties), COUNT);
    static const char *const types[] = {"integer", "integer", "number", "boolean",
                                        "string",  "string",  "number"};
    for (size_t i = 0; i < COUNT; i++) {
        json_t *property = json_object_get(properties, table[i].name);
        assert_string_equal(json_string_value(json_object_get(property, "type")), types[i]);
        assert_string_equal(json_string_value(json_object_get(property, "description")),
                            table[i].help);
        assert_non_null(json_object_get(property, "default"));
        const char *unit = json_string_value(json_object_get(property, "unit"));
        assert_string_equal(unit != NULL ? unit : "", table[i].unit);
    }
    json_t *fast = json_object_get(properties, "fast");
    assert_int_equal(json_integer_value(json_object_get(fast, "default")), 12);
    assert_int_equal(json_integer_value(json_object_get(fast, "minimum")), 1);
    assert_int_equal(json_integer_value(json_object_get(fast, "maximum")), 500);
    assert_true(json_number_value(
                    json_object_get(json_object_get(properties, "band"), "default")) == 0.015);
    assert_true(json_is_true(json_object_get(json_object_get(properties, "shorts"), "default")));
    json_t *side = json_object_get(properties, "side");
    assert_string_equal(json_string_value(json_object_get(side, "default")), "short");
    assert_int_equal(json_array_size(json_object_get(side, "enum")), 3);
    assert_string_equal(json_string_value(json_array_get(json_object_get(side, "enum"), 2)),
                        "both");
    json_t *timeout = json_object_get(properties, "timeout");
    assert_string_equal(json_string_value(json_object_get(timeout, "default")), "5m");
    assert_null(json_object_get(timeout, "minimum"));
    assert_null(json_object_get(json_object_get(properties, "offset"), "minimum"));
    json_decref(schema);
    text_clear(&text);
    params_json_schema(table, 0, &text);
    assert_string_equal(text_string(&text),
                        "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}");
    text_fini(&text);
}

static void strings_of_the_schema_are_escaped(void **state) {
    static const struct param odd = {.name = "x",
                                     .type = PARAM_BOOL,
                                     .unit = "",
                                     .def = 0,
                                     .min = 0,
                                     .max = 0,
                                     .help = "a \"b\" \\ c\n\x01\x1f \xc3\xa9"};
    struct text text;
    text_init(&text, 1000);
    params_json_schema(&odd, 1, &text);
    json_t *schema = json_loads(text_string(&text), 0, NULL);
    assert_non_null(schema);
    json_t *row = json_object_get(json_object_get(schema, "properties"), "x");
    assert_string_equal(json_string_value(json_object_get(row, "description")), odd.help);
    json_decref(schema);
    text_fini(&text);
}

static void the_nearest_name_is_near_enough_or_none(void **state) {
    static const char *const names[] = {"fast", "slow", "signal", "threshold", "atr"};
    static const struct {
        const char *word;
        const char *nearest;
    } rows[] = {
        {"fast", "fast"},
        {"fats", "fast"},
        {"fas", "fast"},
        {"faast", "fast"},
        {"signl", "signal"},
        {"singal", "signal"},
        {"treshhold", "threshold"},
        {"art", "atr"},
        {"at", "atr"},
        {"quick", NULL},
        {"", NULL},
        {"x", NULL},
        {"thresholdthreshold", NULL},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *nearest = nearest_name(rows[i].word, names, 5);
        if (rows[i].nearest == NULL)
            assert_null(nearest);
        else
            assert_string_equal(nearest != NULL ? nearest : "", rows[i].nearest);
    }
    assert_null(nearest_name("fast", names, 0));
    // Of names that are equally near, the first.
    static const char *const twins[] = {"abd", "abc", "abe"};
    assert_string_equal(nearest_name("abx", twins, 3), "abd");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_fill_every_value),
        cmocka_unit_test(values_of_every_type_are_read),
        cmocka_unit_test(wrong_values_are_refused_with_their_reason),
        cmocka_unit_test(integers_that_a_double_cannot_hold_are_refused),
        cmocka_unit_test(printed_values_are_read_back),
        cmocka_unit_test(help_is_an_aligned_table),
        cmocka_unit_test(the_json_schema_is_json_and_says_the_table),
        cmocka_unit_test(strings_of_the_schema_are_escaped),
        cmocka_unit_test(the_nearest_name_is_near_enough_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
