// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"
#include "quant/statistic/statistic.h"

enum { OPEN, HIGH, LOW, CLOSE, VOLUME, ROW, VALUE, REST, ROWS = 6 };

static const double open_[ROWS] = {10, 11, 12, 11, 11.5, 11};
static const double high[ROWS] = {11, 12.5, 12, 11.5, 12, 11};
static const double low[ROWS] = {9.5, 11, 11, 10.5, 11, 10};
static const double close_[ROWS] = {11, 12, 11, 11.5, 11, 10};
static const double volume[ROWS] = {3, 25.5, 0, 1, 7, 2};

static struct arena arena;

static int setup(void **state) {
    return arena_init(&arena, 1 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static int evaluate(const char *name, const char *set, struct statistic_value *ret_values) {
    const struct statistic *row = statistic_find(name);
    assert_non_null(row);
    double params[PARAMS_MAX];
    params_defaults(row->params, row->param_count, params);
    for (int used = 0; *set != '\0'; set += used) {
        char key[32], value[32];
        assert_int_equal(sscanf(set, " %31[a-z0-9_]=%31s %n", key, value, &used), 2);
        assert_ok(params_set(row->params, row->param_count, key, value, params));
    }
    assert_ok(statistic_check(row, params));
    struct statistic_data data = {.columns = {open_, high, low, close_, volume},
                                  .column_count = 5,
                                  .count = ROWS,
                                  .arena = &arena};
    if (row->input_count == 2) {
        data.columns[0] = close_;
        data.columns[1] = volume;
        data.column_count = 2;
    }
    memset(ret_values, 0, STATISTIC_OUTPUTS_MAX * sizeof *ret_values);
    return row->evaluate(&data, params, ret_values);
}

static void expect(const struct statistic_value *values, int output, size_t count,
                   const double *expected) {
    assert_int_equal(values[output].rows, count);
    assert_int_equal(values[output].columns, 1);
    assert_memory_equal(values[output].values, expected, count * sizeof *expected);
}

static void volume_bars_by_hand(void **state) {
    struct statistic_value values[STATISTIC_OUTPUTS_MAX];
    assert_ok(evaluate("volume_bars", "size=10", values));
    // 3 and 7 of row 2, 10 and then 8.5 of it, with row 3, row 4 and 0.5 of row 5.
    expect(values, OPEN, 3, (double[]){10, 12, 12});
    expect(values, HIGH, 3, (double[]){12.5, 12, 12});
    expect(values, LOW, 3, (double[]){9.5, 12, 10.5});
    expect(values, CLOSE, 3, (double[]){12, 12, 11});
    expect(values, VOLUME, 3, (double[]){10, 10, 10});
    expect(values, ROW, 3, (double[]){2, 2, 5});
    expect(values, VALUE, 3, (double[]){117, 120, 119});
    assert_true(values[REST].number == 8.5);

    assert_ok(evaluate("volume_bars", "size=10 divide=0", values));
    expect(values, VOLUME, 2, (double[]){28.5, 10});
    expect(values, ROW, 2, (double[]){2, 6});
    assert_true(values[REST].number == 0);
}

static void dollar_bars_by_hand(void **state) {
    struct statistic_value values[STATISTIC_OUTPUTS_MAX];
    // Whole shares: 3 of 11, then of 26 (25.5 rounded to even) of 12 six, nine and nine; the last two
    // of them, 1 of 11.5 and 6 of 11 make the fourth; 1 of 11 and 2 of 10 are left.
    assert_ok(evaluate("dollar_bars", "size=100 volume_decimals=0", values));
    expect(values, VOLUME, 4, (double[]){9, 9, 9, 9});
    expect(values, VALUE, 4, (double[]){105, 108, 108, 101.5});
    expect(values, ROW, 4, (double[]){2, 2, 2, 5});
    assert_true(values[REST].number == 3);
}

static void tick_bars_by_hand(void **state) {
    struct statistic_value values[STATISTIC_OUTPUTS_MAX];
    assert_ok(evaluate("tick_bars", "rows=4", values));
    expect(values, OPEN, 1, (double[]){10});
    expect(values, HIGH, 1, (double[]){12.5});
    expect(values, LOW, 1, (double[]){9.5});
    expect(values, CLOSE, 1, (double[]){11.5});
    expect(values, VOLUME, 1, (double[]){29.5});
    assert_true(values[REST].number == 9);
    assert_ok(evaluate("tick_bars", "rows=7", values));
    assert_true(values[OPEN].rows == 0 && values[REST].number == 38.5);
}

static void renko_by_hand(void **state) {
    struct statistic_value values[STATISTIC_OUTPUTS_MAX];
    // 11 is the start; 12 makes two bricks, 11.5 none; 11 is one size below 11.5, 10 two more.
    assert_ok(evaluate("renko", "size=0.5", values));
    expect(values, OPEN, 5, (double[]){11, 11.5, 11.5, 11, 10.5});
    expect(values, CLOSE, 5, (double[]){11.5, 12, 11, 10.5, 10});
    expect(values, HIGH, 5, (double[]){11.5, 12, 11.5, 11, 10.5});
    expect(values, LOW, 5, (double[]){11, 11.5, 11, 10.5, 10});
    expect(values, VOLUME, 5, (double[]){28.5, 0, 0, 10, 0});
    expect(values, ROW, 5, (double[]){2, 2, 3, 6, 6});
}

static void what_cannot_be_is_told_with_its_row(void **state) {
    struct statistic_value values[STATISTIC_OUTPUTS_MAX];
    assert_int_equal(evaluate("volume_bars", "size=0.1 volume_decimals=0", values), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "0 at 0 decimals"));
    assert_int_equal(evaluate("renko", "size=0.00001 price_decimals=4", values), ERR_ARGUMENT);
    assert_int_equal(evaluate("renko", "size=1e12 price_decimals=9", values), ERR_RANGE);
    assert_non_null(strstr(err_story(), "does not fit"));
    assert_int_equal(evaluate("volume_bars", "size=0.00001", values), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "too small"));
    const struct statistic *bars = statistic_find("tick_bars");
    double params[] = {1, 9, 8};
    const double one[] = {1e10}, none[] = {0};
    struct statistic_data data = {
        .columns = {one, one, one, one, one}, .column_count = 5, .count = 1, .arena = &arena};
    assert_int_equal(bars->evaluate(&data, params, values), ERR_RANGE);
    assert_non_null(strstr(err_story(), "row 1: open is 10000000000, too large for 9 decimals"));
    params[1] = 8;
    data.columns[2] = none;
    assert_int_equal(bars->evaluate(&data, params, values), ERR_ARGUMENT);
    assert_string_equal(err_story(), "row 1: low is 0; with 8 decimals it is not above 0");
    const double closes[] = {10, 0.004}, sold[] = {1, -2};
    data = (struct statistic_data){
        .columns = {closes, closes}, .column_count = 2, .count = 2, .arena = &arena};
    assert_int_equal(statistic_find("renko")->evaluate(&data, (double[]){1, 2, 2}, values),
                     ERR_ARGUMENT);
    assert_string_equal(err_story(), "row 2: close is 0.004; with 2 decimals it is not above 0");
    data.columns[1] = sold;
    assert_int_equal(statistic_find("renko")->evaluate(&data, (double[]){1, 3, 2}, values),
                     ERR_ARGUMENT);
    assert_string_equal(err_story(), "row 2: volume is -2; it is 0 or above");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(volume_bars_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(dollar_bars_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(tick_bars_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(renko_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_told_with_its_row, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
