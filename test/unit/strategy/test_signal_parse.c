// SPDX-License-Identifier: Apache-2.0
#include "strategy/signal_parse.h"

#include "base/prng.h"
#include "harness.h"

static const struct param table[] = {
    {.name = "n", .type = PARAM_INT, .min = 1, .max = 100000},
    {.name = "width", .type = PARAM_REAL, .min = 0, .max = 10},
    {.name = "frame", .type = PARAM_DURATION, .min = 1, .max = 1e7},
    {.name = "half", .type = PARAM_REAL, .min = 0, .max = 10},
    {.name = "huge", .type = PARAM_REAL, .min = 0, .max = 1e9},
};
static const double values[] = {7, 2.5, 300, 0.5, 1e9};
static const struct signal_terms terms = {table, 5, values};

struct good {
    const char *text;
    const char *indicator;
    size_t columns;
    uint8_t column[3];
    double arg[2];
    uint32_t output;
    uint32_t frame_s;
};

static void specs_are_read_as_written(void **state) {
    static const struct good rows[] = {
        {"sma(close, 5)", "sma", 1, {COLUMN_CLOSE}, {5}, 0, 0},
        {"sma(close,$n)", "sma", 1, {COLUMN_CLOSE}, {7}, 0, 0},
        {"sma(volume, period=9)", "sma", 1, {COLUMN_VOLUME}, {9}, 0, 0},
        {"sma(open, period=$n)", "sma", 1, {COLUMN_OPEN}, {7}, 0, 0},
        {"sma()", "sma", 1, {COLUMN_CLOSE}, {30}, 0, 0},
        {"  sma ( close , 5 ) @ 5m ", "sma", 1, {COLUMN_CLOSE}, {5}, 0, 300},
        {"sma(5) @ $frame", "sma", 1, {COLUMN_CLOSE}, {5}, 0, 300},
        {"atr($n)", "atr", 3, {COLUMN_HIGH, COLUMN_LOW, COLUMN_CLOSE}, {7}, 0, 0},
        {"atr(low, high, open, 3)", "atr", 3, {COLUMN_LOW, COLUMN_HIGH, COLUMN_OPEN}, {3}, 0, 0},
        {"bbands(close, 20, $width).upperband @ 1h",
         "bbands",
         1,
         {COLUMN_CLOSE},
         {20, 2.5},
         0,
         3600},
        {"bbands(close, nbdevup=2, period=10)", "bbands", 1, {COLUMN_CLOSE}, {10, 2}, 0, 0},
        {"donchian(20, 1).lower", "donchian", 2, {COLUMN_HIGH, COLUMN_LOW}, {20, 1}, 2, 0},
        {"donchian($n).middle@1d", "donchian", 2, {COLUMN_HIGH, COLUMN_LOW}, {7, 0}, 1, 86400},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct good *row = &rows[i];
        struct signal_spec spec;
        assert_ok(signal_parse(row->text, &terms, &spec));
        assert_string_equal(spec.indicator->name, row->indicator);
        assert_int_equal(spec.indicator->input_count, row->columns);
        for (size_t k = 0; k < row->columns; k++) assert_int_equal(spec.columns[k], row->column[k]);
        for (size_t k = 0; k < spec.indicator->param_count && k < 2; k++)
            assert_true(spec.args[k] == row->arg[k]);
        const char *dot = strchr(row->text, '.');
        if (dot != NULL && dot[1] > '9') {
            size_t len = strlen(spec.indicator->outputs[spec.output]);
            assert_memory_equal(dot + 1, spec.indicator->outputs[spec.output], len);
        }
        if (strcmp(row->indicator, "bbands") != 0) assert_int_equal(spec.output, row->output);
        assert_int_equal(spec.frame_s, row->frame_s);
    }
}

struct bad {
    const char *text;
    int code;
    int column;
    const char *word; // in the story
};

static void each_fault_is_named_with_its_column(void **state) {
    static const struct bad rows[] = {
        {"", ERR_PARSE, 1, "a word is missing"},
        {"(close)", ERR_PARSE, 1, "a word is missing"},
        {"smaa(close, 5)", ERR_NOT_FOUND, 1, "did you mean \"sma\"?"},
        {"sma", ERR_PARSE, 4, "want \"(\""},
        {"sma close", ERR_NOT_FOUND, 1, "no indicator \"sma close\""},
        {"sma(close, 5", ERR_PARSE, 13, "want \",\" or \")\""},
        {"sma(close @ 5", ERR_PARSE, 11, "want \",\" or \")\""},
        {"sma(close,, 5)", ERR_PARSE, 11, "a word is missing"},
        {"sma(close, )", ERR_PARSE, 12, "a word is missing"},
        {"sma(clse, 5)", ERR_NOT_FOUND, 5, "no column \"clse\""},
        {"sma(close, high, 5)", ERR_ARGUMENT, 12, "reads 1 column,"},
        {"atr(high, low)", ERR_ARGUMENT, 1, "name them all, or none"},
        {"sma(close, 5, 6)", ERR_ARGUMENT, 15, "one too many"},
        {"sma(5, close)", ERR_ARGUMENT, 8, "one too many"},
        {"sma(close, length=5)", ERR_NOT_FOUND, 12, "no argument \"length\""},
        {"sma(close, 5, period=6)", ERR_ARGUMENT, 15, "given twice"},
        {"sma(close, $m)", ERR_NOT_FOUND, 12, "no parameter \"m\""},
        {"sma(close, 0)", ERR_RANGE, 12, "period"},
        {"sma(close, 5x)", ERR_PARSE, 12, "period"},
        {"sma(close, period=)", ERR_PARSE, 12, "period"},
        {"sma(close, $half)", ERR_RANGE, 1, "period"},
        {"sma(close, $huge)", ERR_RANGE, 1, "period"},
        {"sma(close, 5).upper", ERR_NOT_FOUND, 15, "no output \"upper\""},
        {"sma(close, 5).", ERR_PARSE, 15, "a word is missing"},
        {"sma(close, 5) @", ERR_PARSE, 16, "a word is missing"},
        {"sma(close, 5) @ 5", ERR_PARSE, 17, "is no frame"},
        {"sma(close, 5) @ 0m", ERR_RANGE, 17, "is no frame"},
        {"sma(close, 5) @ 250ms", ERR_RANGE, 17, "whole number of seconds"},
        {"sma(close, 5) @ 400d", ERR_RANGE, 17, "up to a year"},
        {"sma(close, 5) @ $half", ERR_RANGE, 17, "whole number of seconds"},
        {"sma(close, 5) @ $none", ERR_NOT_FOUND, 17, "no parameter \"none\""},
        {"sma(close, 5) extra", ERR_PARSE, 15, "left over"},
        {"sma(close, 5))", ERR_PARSE, 14, "left over"},
        {"sma(close, 5) @ 5m.upper", ERR_PARSE, 19, "left over"},
        {"sma(0000000000000000000000000000000000000000000000000000000000000000005)", ERR_PARSE, 5,
         "over 63 characters"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct signal_spec spec = {.frame_s = 4711};
        int code = signal_parse(rows[i].text, &terms, &spec);
        char place[32];
        snprintf(place, sizeof place, "column %d", rows[i].column);
        const char *at = strstr(err_story(), place);
        if (code != rows[i].code || at == NULL || strstr(err_story(), rows[i].word) == NULL ||
            (at[strlen(place)] >= '0' && at[strlen(place)] <= '9'))
            fail_msg("\"%s\": %s: %s", rows[i].text, err_name(code), err_story());
        assert_int_equal(spec.frame_s, 4711);
    }
}

// Whatever is typed: a spec or an error with its place, and nothing in between.
static void garbage_is_refused_with_its_place(void **state) {
    static const char *const seeds[] = {
        "bbands(close, 20, $width).upperband @ 1h", "atr(high, low, close, $n)",
        "donchian(period=$n, offset=1).lower@5m", "sma(volume, 20)"};
    static const char alphabet[] = "(),.@=$ -+e05mhdaclowxyz\x01\xff";
    struct prng prng;
    prng_seed(&prng, 5);
    int refused = 0;
    for (int round = 0; round < 20000; round++) {
        char text[64];
        snprintf(text, sizeof text, "%s", seeds[prng_below(&prng, 4)]);
        for (uint64_t edits = 1 + prng_below(&prng, 3); edits > 0; edits--)
            text[prng_below(&prng, strlen(text) + 1)] =
                alphabet[prng_below(&prng, sizeof alphabet)];
        text[sizeof text - 1] = '\0';
        struct signal_spec spec;
        int code = signal_parse(text, &terms, &spec);
        refused += code < 0;
        if (code < 0) {
            assert_true(code == ERR_PARSE || code == ERR_NOT_FOUND || code == ERR_ARGUMENT ||
                        code == ERR_RANGE);
            assert_non_null(strstr(err_story(), ", column "));
            continue;
        }
        assert_ok(indicator_check(spec.indicator, spec.args));
        assert_true(spec.output < spec.indicator->output_count);
        for (size_t i = 0; i < spec.indicator->input_count; i++)
            assert_true(spec.columns[i] < COLUMN_COUNT);
    }
    assert_true(refused > 15000 && refused < 20000);
}

static void a_spec_without_parameters_needs_no_table(void **state) {
    struct signal_terms none = {NULL, 0, NULL};
    struct signal_spec spec;
    assert_ok(signal_parse("ema(close, 12)", &none, &spec));
    assert_int_equal(signal_parse("ema(close, $n)", &none, &spec), ERR_NOT_FOUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specs_are_read_as_written),
        cmocka_unit_test(each_fault_is_named_with_its_column),
        cmocka_unit_test(garbage_is_refused_with_its_place),
        cmocka_unit_test(a_spec_without_parameters_needs_no_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
